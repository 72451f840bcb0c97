"""What a sender does: each act wins or loses whole, is audited, needs no private key, and never sends what still hurts."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError

from detectors.findings import Where
from policies.verdict import Action, Cure, Hit, Verdict
from quarantine import audit, keys, outbox, store, workflow
from quarantine.cures import passwords
from quarantine.cures.problems import open_problems
from quarantine.models import AuditEvent, Held, Mend, Mending, Outgoing, Sealed, State
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


@pytest.fixture
def asked(db):
    """Hold a message that asks its sender, with these hits."""

    def holding(*hits, to=(PARENT,)):
        scan = make_scan()
        scan = replace(scan, parts=(scan.parts[0], replace(scan.parts[1], sha256="a" * 64)))
        verdict = Verdict(action=Action.ASK, hits=hits or (SUBJECT, FILE), version="v1")
        return workflow.hold(make_envelope(to=to), make_raw(), scan, verdict, now=NOW)

    return holding


def choose(held, cure, n=0, **fields):
    key = open_problems(held)[n].key
    return mending.choose(held.id, key, cure, sender=held.sender, now=LATER, **fields)


def kinds():
    return list(AuditEvent.objects.order_by("number").values_list("kind", flat=True))


OFFERED = (
    (SUBJECT, (Cure.INITIALS, Cure.CONFIRM)),
    (FILE, (Cure.ENCRYPT, Cure.REMOVE, Cure.CONFIRM)),
    (replace(FILE, level=4), (Cure.ENCRYPT, Cure.REMOVE)),
    (replace(FILE, kind="unreadable:corrupt"), (Cure.ENCRYPT, Cure.REMOVE)),
    (replace(FILE, part="0/7"), (Cure.CONFIRM,)),
    (replace(FILE, part="0/1/4"), (Cure.ENCRYPT, Cure.REMOVE, Cure.CONFIRM)),
    (replace(FILE, where=Where.BODY, part="0/0"), (Cure.CONFIRM,)),
    (replace(SUBJECT, cures=()), ()),
    (replace(SUBJECT, action=Action.QUARANTINE), ()),
    (replace(SUBJECT, where=Where.BODY), (Cure.CONFIRM,)),
    (replace(SUBJECT, kind="no-contact-recipient"), ()),
)


@pytest.mark.parametrize(("hit", "cures"), OFFERED)
def test_only_what_helps_is_offered(asked, hit, cures):
    """A cure that the policy names and that can be done at this place; never a word of the sender against P4."""
    [problem] = open_problems(asked(hit))
    assert problem.cures == cures


@pytest.mark.parametrize("watched", [replace(FILE, monitor=True), replace(FILE, action=Action.LOG)])
def test_what_does_not_stop_the_message_is_no_problem(asked, watched):
    """Watched and logged hits need nothing of the sender."""
    assert len(open_problems(asked(SUBJECT, watched))) == 1


def test_it_goes_when_the_last_problem_is_chosen(asked):
    """Confirmed with a reason, the bytes as received go to all; the chain of events holds."""
    held = asked(SUBJECT)
    Outgoing.objects.all().delete()
    with pytest.raises(workflow.ReasonMissing):
        choose(held, Cure.CONFIRM)
    choose(held, Cure.CONFIRM, words="Anna Taylor is the author of the book")
    job = mended.claim(now=LATER)
    assert job is not None
    assert job.plan.empty
    mended.send(job, None, now=LATER)
    [sent] = outbox.claim(now=LATER)
    assert (sent.kind, sent.open()) == ("original", job.raw)
    row = Held.objects.get(id=held.id)
    assert (row.state, row.decided_by) == (State.RELEASED, "sender")
    assert kinds() == ["held", "cure-chosen", "cured"]
    assert not audit.verify().problem


def test_words_are_sealed_and_nowhere_else(asked):
    """A reason may name somebody."""
    held = asked(SUBJECT)
    choose(held, Cure.CONFIRM, words="Anna Taylor wrote it")
    row = Mending.objects.get(held=held)
    assert store.unseal(base64.b64decode(row.words[0]), keys.current().opening) == b"Anna Taylor wrote it"
    assert "Anna" not in str(list(AuditEvent.objects.values()))


def test_locking_waits_until_the_password_is_noted(asked):
    """The password is made at the choice, shown, and acknowledged before anything goes; it is forgotten after a week."""
    held = asked(FILE)
    choose(held, Cure.ENCRYPT)
    row = Mending.objects.get(held=held)
    assert row.state == Mend.CHOOSING
    password = passwords.opened(row.password)
    assert len(password.split("-")) == 5
    assert mended.claim(now=LATER) is None
    mending.noted(held.id, sender=held.sender, now=LATER)
    job = mended.claim(now=LATER)
    assert job is not None
    assert (job.plan.password, [t.path for t in job.plan.encrypt]) == (password, ["0/1"])
    assert password.encode() not in bytes(row.password)
    assert mended.forget_passwords(now=LATER + timedelta(days=6)) == 0
    assert mended.forget_passwords(now=LATER + timedelta(days=7)) == 1
    assert passwords.opened(Mending.objects.get(held=held).password) == ""


def test_passwords_differ_and_are_easy_to_say():
    """Five words of four to six small letters."""
    made = {passwords.make() for _ in range(50)}
    assert len(made) == 50
    assert all(
        word.isascii() and word.islower() and 4 <= len(word) <= 6 for p in made for word in p.split("-")
    )


def test_a_choice_can_be_changed_until_the_last(asked):
    """The later choice counts."""
    held = asked(SUBJECT, FILE)
    choose(held, Cure.ENCRYPT, 1)
    choose(held, Cure.REMOVE, 1)
    choose(held, Cure.INITIALS, 0)
    job = mended.claim(now=LATER)
    assert job is not None
    assert (job.plan.initials, job.plan.encrypt, [t.path for t in job.plan.remove]) == (True, (), ["0/1"])


ACTS = {
    "choose": lambda held: choose(held, Cure.INITIALS),
    "noted": lambda held: mending.noted(held.id, sender=held.sender, now=LATER),
    "ask": lambda held: mending.ask(held.id, Cure.ASK_DPO, sender=held.sender, now=LATER, words="May I?"),
    "cancel": lambda held: mending.cancel(held.id, sender=held.sender, now=LATER),
}
each_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)


@each_act
def test_a_replay_after_the_last_choice_changes_nothing(asked, act):
    """What is on its way is on its way."""
    held = asked(SUBJECT)
    choose(held, Cure.INITIALS)
    before = (kinds(), Mending.objects.values().get(), Held.objects.get().state)
    with pytest.raises(workflow.AlreadyDecided):
        act(held)
    assert before == (kinds(), Mending.objects.values().get(), Held.objects.get().state)


@each_act
def test_somebody_elses_message_is_not_there(asked, act):
    """Bound to the sender: another's act finds nothing."""
    held = asked(SUBJECT)
    stranger = replace_sender(held)
    with pytest.raises(workflow.HeldMissing):
        act(stranger)
    assert kinds() == ["held"]


def replace_sender(held):
    held.sender = "0" * 64
    return held


@each_act
def test_a_decided_message_stays_decided(asked, act):
    """The officer was faster."""
    held = asked(SUBJECT)
    workflow.return_(held.id, actor="dpo", note="No.", now=NOW)
    with pytest.raises(workflow.AlreadyDecided):
        act(held)


def test_a_cure_that_is_not_offered_is_refused(asked):
    """Nor a problem that is not there, nor a password that was not made."""
    held = asked(SUBJECT)
    with pytest.raises(workflow.NotOffered):
        choose(held, Cure.ENCRYPT)
    with pytest.raises(workflow.NotOffered):
        mending.choose(held.id, "nothing", Cure.INITIALS, sender=held.sender, now=LATER)
    with pytest.raises(workflow.NotOffered):
        mending.noted(held.id, sender=held.sender, now=LATER)
    with pytest.raises(workflow.NotOffered):
        mending.ask(held.id, Cure.CONFIRM, sender=held.sender, now=LATER)


@pytest.mark.parametrize("cure", mending.ASKS)
def test_asking_gives_it_to_a_role_and_sends_nothing(asked, cure):
    """The hold becomes a role's, who are told; the sender's words are sealed; the original still waits."""
    held = asked(SUBJECT)
    Outgoing.objects.all().delete()
    mending.ask(held.id, cure, sender=held.sender, now=LATER, words="This is an author")
    row = Held.objects.get(id=held.id)
    assert (row.state, row.action, row.reviewers) == (State.HELD, "quarantine", ["dpo"])
    assert row.expires_at > NOW + timedelta(days=29)
    [told] = outbox.claim(now=LATER)
    assert told.envelope.addresses == ("dpo@example.sch.uk",)
    assert Mending.objects.get().asked == cure
    assert kinds() == ["held", "asked"]


def test_cancelling_deletes_now(asked):
    """Nobody gets it, the sealed bytes are gone, a near miss is counted; a legal hold keeps it."""
    kept = asked(SUBJECT)
    workflow.legal_hold(kept.id, actor="dpo", on=True, now=NOW)
    with pytest.raises(workflow.LegalHold):
        mending.cancel(kept.id, sender=kept.sender, now=LATER)
    held = asked(SUBJECT)
    blob = held.message_id
    mending.cancel(held.id, sender=held.sender, now=LATER)
    row = Held.objects.get(id=held.id)
    assert (row.state, row.decided_by) == (State.DELETED, "sender")
    assert not Sealed.objects.filter(id=blob).exists()
    assert AuditEvent.objects.get(kind="cancelled").details == {"near_miss": True}


@each_act
def test_no_act_needs_the_private_key(asked, settings, act):
    """The pages' process has none."""
    held = asked(FILE) if act is ACTS["noted"] else asked(SUBJECT)
    if act is ACTS["noted"]:
        choose(held, Cure.ENCRYPT)
    settings.SCHOOLGATE_KEYS = replace(settings.SCHOOLGATE_KEYS, private=None)
    act(held)


@each_act
def test_a_failure_midway_changes_nothing(asked, monkeypatch, act):
    """If the event cannot be written, the message waits as it did."""
    held = asked(FILE) if act is ACTS["noted"] else asked(SUBJECT)
    if act is ACTS["noted"]:
        choose(held, Cure.ENCRYPT)
    before = (Held.objects.values().get(), list(Mending.objects.values()), kinds(), Outgoing.objects.count())

    def fails(*args, **kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(AuditEvent, "_save_table", fails)
    with pytest.raises(OperationalError):
        act(held)
    monkeypatch.undo()
    assert before == (
        Held.objects.values().get(),
        list(Mending.objects.values()),
        kinds(),
        Outgoing.objects.count(),
    )


def test_recipients_taken_out_do_not_get_it(asked):
    """Only the others do, and the row says so."""
    wrong = Hit(policy="near-miss-address", action=Action.ASK, why="Check it.", cures=(Cure.REMOVE,), kind="near-miss-recipient", recipients=(PARENT,))  # fmt: skip
    held = asked(wrong, to=(PARENT, "b@x.example"))
    choose(held, Cure.REMOVE)
    job = mended.claim(now=LATER)
    assert job is not None
    assert (job.envelope.addresses, job.plan.hide) == (("b@x.example",), (PARENT,))
    mended.send(job, b"mended", now=LATER)
    [sent] = [d for d in outbox.claim(now=LATER) if d.kind == "cured"]
    assert (sent.envelope.addresses, sent.open()) == (("b@x.example",), b"mended")
    states = dict(held.recipients.values_list("position", "state"))
    assert states == {0: State.RETURNED, 1: State.CURED}


def verdict_of(*hits, version="v1"):
    return Verdict(action=max(h.action for h in hits), hits=hits, version=version)


def test_what_was_confirmed_is_passed_over_and_nothing_else():
    """The same policy, value, part, recipients and policy set; a harsher action never."""
    job = mended.Job(held_id="x", lease="", tries=1, cover=cover(), plan=None, left_out=frozenset(), raw=b"",
                     confirmed=((SUBJECT.policy, SUBJECT.fingerprint, SUBJECT.part, (), "v1"),))  # fmt: skip
    assert job.open_hits(verdict_of(SUBJECT)) == ()
    for other in (
        replace(SUBJECT, policy="another"),
        replace(SUBJECT, fingerprint="0" * 32),
        replace(SUBJECT, part="0/3"),
        replace(SUBJECT, action=Action.QUARANTINE),
        replace(SUBJECT, action=Action.BLOCK),
    ):
        assert job.open_hits(verdict_of(other)) == (other,)
    assert job.open_hits(verdict_of(SUBJECT, version="v2")) == (SUBJECT,)


def cover():
    from quarantine.cover import Cover

    return Cover(envelope=make_envelope())


@pytest.mark.parametrize(
    ("action", "state", "held_for"),
    [
        (Action.ASK, State.HELD, "ask"),
        (Action.QUARANTINE, State.HELD, "quarantine"),
        (Action.BLOCK, State.RETURNED, "ask"),
    ],
)
def test_what_still_hurts_after_mending(asked, action, state, held_for):
    """Asked again once; a harsher action wins at once: a role decides, or it comes back. The mended bytes are what waits."""
    held = asked(SUBJECT)
    choose(held, Cure.INITIALS)
    job = mended.claim(now=LATER)
    assert job is not None
    verdict = verdict_of(replace(FILE, action=action))
    mended.back(job, b"mended", make_scan(), verdict, verdict.hits, now=LATER)
    row = Held.objects.get(id=held.id)
    assert (row.state, row.action) == (state, held_for)
    assert [hit["policy"] for hit in row.hits] == ["lists-locked"]
    assert store.unseal(row.message.blob, keys.current().opening) == b"mended"
    assert not Outgoing.objects.filter(kind__in=("cured", "original")).exists()


def test_the_second_time_a_role_decides(asked):
    """A sender is not sent round and round."""
    held = asked(SUBJECT)
    for expected in ("ask", "quarantine"):
        choose(Held.objects.get(id=held.id), Cure.INITIALS)
        job = mended.claim(now=LATER)
        assert job is not None
        mended.back(job, b"mended", make_scan(), verdict_of(SUBJECT), (SUBJECT,), now=LATER)
        assert Held.objects.get(id=held.id).action == expected


def test_one_worker_mends_a_message(asked):
    """A claimed message is nobody else's until the lease ends; who lost the lease records nothing."""
    held = asked(SUBJECT)
    choose(held, Cure.INITIALS)
    first = mended.claim(now=LATER)
    assert first is not None
    assert mended.claim(now=LATER + timedelta(minutes=4)) is None
    second = mended.claim(now=LATER + timedelta(minutes=6))
    assert second is not None
    with pytest.raises(workflow.AlreadyDecided):
        mended.send(first, b"x", now=LATER)
    mended.send(second, b"x", now=LATER)
    with pytest.raises(workflow.AlreadyDecided):
        mended.send(second, b"x", now=LATER)
    assert Outgoing.objects.filter(kind="cured").count() == 1


def test_what_cannot_be_mended_goes_to_a_role(asked):
    """The message as it is waits for them."""
    held = asked(SUBJECT)
    choose(held, Cure.INITIALS)
    job = mended.claim(now=LATER)
    assert job is not None
    mended.give_up(job, "damaged", now=LATER)
    row = Held.objects.get(id=held.id)
    assert (row.state, row.action) == (State.HELD, "quarantine")
