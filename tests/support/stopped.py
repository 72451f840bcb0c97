"""Stopped messages for tests: an envelope, a scan and a verdict that fit together, values planted where they would hurt."""

import itertools
import random
from datetime import UTC, datetime, timedelta

from detectors.findings import Finding, Part, Scan, Strength, Where
from policies.envelope import Envelope, Recipient, new_id
from policies.verdict import Action, Cure, Hit, Verdict
from tests.support.mail import make_message

NOW = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)  # a Monday
SENDER = "s.green@example.sch.uk"
PARENT = "pat.quill@families.example.org"
_count = itertools.count()


def make_envelope(*, sender: str = SENDER, to: tuple[str, ...] = (PARENT,), **fields) -> Envelope:
    """An envelope with an id of its own."""
    fields.setdefault("id", new_id(NOW + timedelta(milliseconds=next(_count)), random.randbytes(10)))
    recipients = tuple(Recipient(address=address) for address in to)
    return Envelope(**({"mail_from": sender, "recipients": recipients, "received_at": NOW} | fields))


def make_raw(
    *,
    subject: str = "Anna Taylor and her reading",
    to: str = "Pat Quill <pat.quill@families.example.org>",
    **fields,
) -> bytes:
    """A message whose subject names a pupil; every call makes other bytes."""
    headers = {"X-Number": str(next(_count))} | fields.pop("headers", {})
    return make_message(subject=subject, to=to, headers=headers, **fields)


def make_scan() -> Scan:
    """A scan that found a pupil's name in the subject and in a list."""
    return Scan(
        parts=(
            Part(path="0", role=Where.MESSAGE, size=900),
            Part(path="0/1", label="A… T… list.xlsx", sniffed="xlsx", size=400),
        ),
        findings=(
            Finding(
                kind="pupil-name",
                recognizer="names",
                where=Where.SUBJECT,
                strength=Strength.FULL,
                person="p17",
                masked="A… T…",
                fingerprint="f" * 32,
            ),
            Finding(
                kind="personal-data",
                recognizer="levels",
                part="0/1",
                where=Where.ATTACHMENT,
                level=2,
                count=3,
            ),
        ),
        versions={"detectors": "1", "directory": "d1"},
    )


def make_verdict(
    action: Action = Action.QUARANTINE, *, recipients: tuple[str, ...] = (), **fields
) -> Verdict:
    """A verdict of that action with a hit in the subject and one in an attachment."""
    in_subject = {
        "policy": "subject-names",
        "action": action,
        "why": "Subjects show on lock screens and in lists, so they carry initials.",
        "clause": "Acceptable Use 4.2",
        "cures": (Cure.INITIALS, Cure.ASK_DPO) if action == Action.ASK else (),
        "reviewers": ("dpo",),
        "kind": "pupil-name",
        "where": Where.SUBJECT,
        "masked": "A… T…",
        "recipients": recipients,
    }
    in_file = {
        "policy": "lists-locked",
        "action": action,
        "why": "A list of pupils travels only in a locked file.",
        "clause": "Data Protection 2.1",
        "cures": (Cure.ENCRYPT, Cure.REMOVE) if action == Action.ASK else (),
        "reviewers": ("dpo",),
        "kind": "personal-data",
        "part": "0/1",
        "label": "A… T… list.xlsx",
        "where": Where.ATTACHMENT,
        "place": "sheet 1, cells A2:B4",
        "level": 2,
        "count": 3,
    }
    return Verdict(action=action, hits=(Hit(**(in_subject | fields)), Hit(**in_file)), version="v1")
