"""Messages that ask their sender, for tests: two problems, what the sender does about them, and what was written down."""

from dataclasses import replace
from datetime import timedelta

import pytest

from detectors.findings import Where
from policies.verdict import Action, Cure, Hit, Verdict
from quarantine import workflow
from quarantine.cures.problems import open_problems
from quarantine.models import AuditEvent, HeldRecipient
from quarantine.workflow import mended, mending
from tests.support.stopped import NOW, PARENT, make_envelope, make_raw, make_scan

LATER = NOW + timedelta(minutes=5)
SUBJECT = Hit(
    policy="subject-names",
    action=Action.ASK,
    why="Use initials.",
    cures=(Cure.INITIALS, Cure.CONFIRM, Cure.NOT_A_PUPIL),
    kind="pupil-name",
    where=Where.SUBJECT,
    masked="A… T…",
    fingerprint="f" * 32,
)
FILE = Hit(
    policy="lists-locked",
    action=Action.ASK,
    why="Lock it.",
    cures=(Cure.ENCRYPT, Cure.REMOVE, Cure.CONFIRM),
    kind="personal-data",
    part="0/1",
    label="A… T… list.xlsx",
    where=Where.ATTACHMENT,
    level=2,
    count=3,
)
EXPOSED = Hit(
    policy="recipients-exposed",
    action=Action.ASK,
    why="Hide them.",
    cures=(Cure.BCC, Cure.CONFIRM),
    kind="recipients-exposed",
)


@pytest.fixture
def asked(db):
    """Hold a message that asks its sender, with these hits; `families` names who shares a password, by position."""

    def holding(*hits, to=(PARENT,), families=(), **fields):
        scan = make_scan()
        scan = replace(scan, parts=(scan.parts[0], replace(scan.parts[1], sha256="a" * 64)))
        action = max(hit.action for hit in hits or (SUBJECT,))
        verdict = Verdict(action=action, hits=hits or (SUBJECT, FILE), version="v1")
        held = workflow.hold(make_envelope(to=to), make_raw(**fields), scan, verdict, now=NOW)
        for position, family in enumerate(families):
            HeldRecipient.objects.filter(held=held, position=position).update(family=family)
        return held

    return holding


def choose(held, cure, n=0, **fields):
    key = open_problems(held)[n].key
    return mending.choose(held.id, key, cure, sender=held.sender, now=LATER, **fields)


def kinds():
    return list(AuditEvent.objects.order_by("number").values_list("kind", flat=True))


def claimed(now=LATER):
    """The next message that is to be mended."""
    job = mended.claim(now=now)
    assert job is not None
    return job


def made(job, raw=b"mended", **fields):
    """Every parcel of a job, ready to go with these bytes."""
    return [
        mended.Made(positions=one.positions, raw=raw, changed=raw is not None, **fields)
        for one in job.parcels
    ]
