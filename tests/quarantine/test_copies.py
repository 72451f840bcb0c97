"""Copies that a mail server makes of one message: one notice, one decision, each its own bytes, and nothing else goes along."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from detectors.findings import Where
from policies.verdict import Action, Cure, Verdict
from quarantine import outbox, retention, workflow
from quarantine.cures.problems import open_problems
from quarantine.models import AuditEvent, Held, Mend, Mending, Outgoing, State
from quarantine.workflow import mended, mending
from tests.support.asked import FILE, SUBJECT
from tests.support.stopped import NOW, PARENT, SENDER, make_envelope, make_raw, make_scan, make_verdict

LATER = NOW + timedelta(minutes=2)
COPY = make_raw()
SCAN = make_scan()
SCAN = replace(SCAN, parts=(SCAN.parts[0], replace(SCAN.parts[1], sha256="a" * 64)))
OTHER = replace(
    SCAN, findings=(*SCAN.findings, replace(SCAN.findings[0], person="p18", fingerprint="e" * 32))
)


def copy_for(*to, action=Action.QUARANTINE, raw=COPY, scan=SCAN, now=NOW, verdict=None, **fields):
    """One copy of the message for some of its recipients, as a mail server splits it."""
    raw = raw.replace(b"X-Number: ", f"X-Number: {'.'.join(to)} ".encode())
    envelope = make_envelope(to=to, received_at=now, **fields)
    return workflow.hold(envelope, raw, scan, verdict or make_verdict(action), now=now)


def asking(*hits):
    return Verdict(action=Action.ASK, hits=hits or (SUBJECT, FILE), version="v1")


def states():
    return sorted(Held.objects.values_list("state", flat=True))


def told(now=LATER):
    """Who is told by which letters, and what goes out besides; the outbox is empty after."""
    due = outbox.claim(now=now, limit=50)
    raws = [(d, d.open()) for d in due]
    Outgoing.objects.filter(id__in=[d.id for d in due]).delete()
    letters = [
        (d.envelope.addresses, message_from_bytes(raw, policy=policy.default))
        for d, raw in raws
        if d.kind == "notice"
    ]
    return letters, [(d.envelope.addresses, raw) for d, raw in raws if d.kind != "notice"]


def test_a_mailing_in_twelve_batches_is_one_notice_and_one_decision(db):
    """600 parents, 50 at a time: the sender and the officer hear once; one release sends all twelve, each its own bytes."""
    parents = [f"parent{n}@families.example" for n in range(600)]
    _first, *_ = (copy_for(*parents[n : n + 50]) for n in range(0, 600, 50))
    assert Held.objects.count() == 12
    letters, _ = told()
    assert sorted(addresses for addresses, _ in letters) == [("dpo@example.sch.uk",), (SENDER,)]
    workflow.release(Held.objects.earliest("id").id, actor="dpo", now=LATER)
    assert states() == ["released"] * 12
    letters, originals = told()
    [(addresses, letter)] = letters
    assert addresses == (SENDER,)
    assert "600 people" in letter.get_body(("plain",)).get_content()
    assert sorted(a for addresses, _ in originals for a in addresses) == sorted(parents)
    assert all(addresses[0].encode() in raw for addresses, raw in originals)


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (lambda held: workflow.return_(held.id, actor="dpo", note="x", now=LATER), State.RETURNED),
        (lambda held: workflow.delete(held.id, actor="dpo", now=LATER), State.DELETED),
        (lambda held: workflow.expire(held.id, now=held.expires_at), State.EXPIRED),
    ],
)
def test_an_end_is_an_end_for_all(db, act, state):
    """Whoever ends one ends all; the sender gets one report, which names everybody."""
    held = copy_for("a@x.example")
    copy_for("b@x.example")
    told()
    act(held)
    assert states() == [state] * 2
    letters, others = told(now=held.expires_at + timedelta(hours=1))
    assert [addresses for addresses, _ in letters] == [(SENDER,)]
    assert {str(part["Final-Recipient"]) for part in letters[0][1].walk() if part["Final-Recipient"]} == {
        "rfc822; a@x.example",
        "rfc822; b@x.example",
    }
    assert not others


def test_deciding_about_any_copy_decides_about_all(db):
    """A reference from anywhere leads to the one decision; a second one is told who was first."""
    copy_for("a@x.example")
    second = copy_for("b@x.example")
    workflow.release(second.id, actor="dpo", now=LATER)
    assert states() == ["released"] * 2
    with pytest.raises(workflow.AlreadyDecided):
        workflow.return_(second.id, actor="it", note="x", now=LATER)


@pytest.mark.parametrize(
    "other",
    [
        {"scan": OTHER},
        {"action": Action.ASK},
        {"verdict": replace(make_verdict(), version="v2")},
        {"verdict": make_verdict(reviewers=("dsl",))},
        {"verdict": make_verdict(masked="B… T…")},
        {"raw": COPY + b"more"},
        {"raw": COPY.replace(b"Subject: Anna", b"Subject: Bella")},
        {"raw": COPY.replace(b"To: Pat", b"Cc: x@y.example\r\nTo: Pat")},
        {"sender": "other@example.sch.uk"},
        {"now": NOW + timedelta(minutes=11)},
    ],
)
def test_what_differs_is_decided_by_itself(db, other):
    """Another finding, question, reviewer, policy set, text, subject, shown recipient, sender or time."""
    first = copy_for("a@x.example")
    second = copy_for("b@x.example", **other)
    workflow.release(first.id, actor="dpo", now=LATER)
    second.refresh_from_db()
    assert (second.state, second.copy_of_id) == (State.HELD, None)
    letters, _ = told(now=NOW + timedelta(hours=1))
    assert len(letters) > 3  # the second one has letters of its own


def test_choosing_some_leaves_the_rest_waiting(db):
    """A release to chosen recipients is about this copy alone; the others wait on, by themselves when the first is done."""
    first, second = copy_for("a@x.example", "b@x.example"), copy_for("c@x.example")
    workflow.release(first.id, actor="dpo", now=LATER, recipients=["a@x.example"])
    assert states() == ["held", "held"]
    workflow.release(first.id, actor="dpo", now=LATER, recipients=["b@x.example"])
    second.refresh_from_db()
    assert (second.state, second.copy_of_id) == (State.HELD, None)
    assert second.remind_at is not None
    assert any(second.id in str(letter["Subject"]) for _, letter in told()[0])


@pytest.mark.parametrize("act", ["return", "cancel", "release"])
def test_a_late_copy_shares_a_refusal_and_never_a_release(db, act):
    """What was refused is refused for the copy that comes a minute later; what was released is asked about again."""
    first = copy_for("a@x.example", verdict=asking())
    if act == "cancel":
        mending.cancel(first.id, sender=first.sender, now=NOW)
    else:
        {"return": workflow.return_, "release": workflow.release}[act](
            first.id, actor="dpo", note="x", now=NOW
        )
    told()
    late = copy_for("b@x.example", verdict=asking(), now=LATER)
    late.refresh_from_db()
    first.refresh_from_db()
    assert late.state == (State.HELD if act == "release" else first.state)
    letters, originals = told()
    assert [addresses for addresses, _ in letters] == ([(SENDER,)] if act == "release" else [])
    assert not originals
    assert (late.message is None) is (act == "cancel")


def made(job):
    return [mended.Made(raw=b"mended", positions=one.positions) for one in job.parcels]


def choose(held, cure, n=0, **fields):
    mending.choose(held.id, open_problems(held)[n].key, cure, sender=held.sender, now=LATER, **fields)


def test_the_senders_choice_mends_every_copy(db):
    """Chosen once; each copy is mended and goes."""
    first = copy_for("a@x.example", verdict=asking())
    copy_for("b@x.example", verdict=asking())
    assert [addresses for addresses, _ in told()[0]] == [(SENDER,)]
    choose(first, Cure.INITIALS)
    assert mended.claim(now=LATER) is None
    choose(first, Cure.REMOVE, 1)
    jobs = [mended.claim(now=LATER), mended.claim(now=LATER)]
    assert [one.plan.initials for job in jobs for one in job.parcels] == [True, True]
    for job in jobs:
        mended.send(job, made(job), now=LATER)
    assert states() == ["cured", "cured"]
    assert {a for addresses, _ in told()[1] for a in addresses} == {"a@x.example", "b@x.example"}


def test_a_password_that_nobody_has_seen_locks_no_copy(db):
    """Each family has a password of its own: the copy to another one is asked about by itself, and does not go."""
    first = copy_for("a@x.example", verdict=asking(FILE))
    second = copy_for("b@x.example", verdict=asking(FILE))
    choose(first, Cure.ENCRYPT)
    mending.noted(first.id, sender=first.sender, now=LATER)
    assert mended.claim(now=LATER).held_id == first.id
    assert mended.claim(now=LATER) is None
    second.refresh_from_db()
    assert (second.state, second.copy_of_id) == (State.HELD, None)


def test_a_choice_that_a_copy_does_not_have_is_not_made_for_it(db):
    """Leaving a person out where nobody would be left: that copy is asked about by itself."""
    people = replace(SUBJECT, policy="who", where=Where.MESSAGE, kind="", cures=(Cure.REMOVE,), masked="")
    first = copy_for("a@x.example", PARENT, verdict=asking(replace(people, recipients=("a@x.example",))))
    second = copy_for("b@x.example", verdict=asking(replace(people, recipients=("b@x.example",))))
    assert second.copy_of_id == first.id
    choose(first, Cure.REMOVE)
    second.refresh_from_db()
    assert (second.state, second.copy_of_id, Mending.objects.filter(held=second).exists()) == (
        "held",
        None,
        False,
    )
    retention.remind_due(now=LATER)
    assert any(second.id in str(letter["Subject"]) for _, letter in told()[0])


def test_asking_and_cancelling_count_for_all(db):
    """One question to the officer, told once; one cancel deletes all."""
    first = copy_for("a@x.example", verdict=asking())
    copy_for("b@x.example", verdict=asking())
    told()
    mending.ask(first.id, Cure.ASK_DPO, sender=first.sender, now=LATER, words="Why?")
    assert set(Held.objects.values_list("action", flat=True)) == {"quarantine"}
    assert [addresses for addresses, _ in told()[0]] == [("dpo@example.sch.uk",)]
    workflow.release(first.id, actor="dpo", now=LATER)
    assert states() == ["released"] * 2


def test_a_copy_with_something_new_after_mending_does_not_go(db):
    """Each copy is judged again: one that still has something comes back by itself, the other one goes."""
    first = copy_for("a@x.example", verdict=asking(SUBJECT))
    second = copy_for("b@x.example", verdict=asking(SUBJECT))
    told()
    choose(first, Cure.INITIALS)
    for job in (mended.claim(now=LATER), mended.claim(now=LATER)):
        if job.held_id == first.id:
            mended.send(job, made(job), now=LATER)
        else:
            left = replace(SUBJECT, policy="new")
            mended.back(job, b"mended", make_scan(), asking(left), [left], now=LATER)
    second.refresh_from_db()
    assert (second.state, second.copy_of_id) == (State.HELD, None)
    letters, originals = told()
    assert [addresses for addresses, _ in originals] == [("a@x.example",)]
    assert any(second.id in str(letter["Subject"]) for _, letter in letters)


@pytest.mark.parametrize("backwards", [False, True])
def test_copies_that_come_back_alike_are_one_question_again(db, backwards):
    """Twelve that still have the same are asked about once more, not twelve times."""
    first = copy_for("a@x.example", verdict=asking(SUBJECT))
    copies = [copy_for(f"{n}@x.example", verdict=asking(SUBJECT)) for n in range(3)]
    told()
    choose(first, Cure.INITIALS)
    left = replace(SUBJECT, policy="new")
    jobs = [mended.claim(now=LATER) for _ in range(4)]
    for job in reversed(jobs) if backwards else jobs:
        mended.back(job, b"mended", make_scan(), asking(left), [left], now=LATER)
    assert len(told()[0]) == 1
    assert Held.objects.filter(copy_of=None).count() == 1
    assert len(copies) == Held.objects.exclude(copy_of=None).count()
    assert set(Mending.objects.values_list("state", flat=True)) == {Mend.CHOOSING}


def test_time_reminds_and_ends_once(db):
    """One reminder and one end for all copies."""
    first = copy_for("a@x.example", verdict=asking())
    copy_for("b@x.example", verdict=asking())
    told()
    assert retention.remind_due(now=first.remind_at) == 1
    assert len(told(now=first.remind_at)[0]) == 1
    end = Held.objects.get(id=first.id).expires_at
    assert retention.expire_due(now=end) == 1
    assert states() == ["expired"] * 2
    assert len(told(now=end)[0]) == 1
    assert not Outgoing.objects.exclude(kind="notice").exists()


def test_a_legal_hold_keeps_all(db):
    """The sender cannot delete the copies of what must be kept."""
    first = copy_for("a@x.example", verdict=asking())
    second = copy_for("b@x.example", verdict=asking())
    workflow.legal_hold(first.id, actor="dpo", on=True, now=LATER)
    assert Held.objects.filter(legal_hold=True).count() == 2
    with pytest.raises(workflow.LegalHold):
        mending.cancel(first.id, sender=first.sender, now=LATER)
    assert Held.objects.get(id=second.id).state == State.HELD


def test_the_record_says_that_a_copy_joined(db):
    """Each copy has its own events, and says whose copy it is."""
    first = copy_for("a@x.example")
    second = copy_for("b@x.example")
    [event] = AuditEvent.objects.filter(reference=second.id, kind="held")
    assert event.details["copy_of"] == first.id
