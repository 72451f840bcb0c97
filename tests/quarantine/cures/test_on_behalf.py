"""An officer mends in the sender's place: all that can be done, at one go, on the record; and nothing goes that was not meant."""

from dataclasses import replace
from datetime import timedelta

import pytest

from detectors.findings import Where
from policies.verdict import Action, Cure, Hit, Verdict
from quarantine import outbox, workflow
from quarantine.cures.passwords import opened
from quarantine.masks import address_fingerprint
from quarantine.models import AuditEvent, Held, Mend, Mending, Outgoing, State
from quarantine.workflow import mended, mending, on_behalf
from tests.support.asked import FILE, LATER, SUBJECT, choose, claimed, kinds, made
from tests.support.stopped import SENDER

DPO = "dpo@example.sch.uk"
LIST = replace(FILE, action=Action.QUARANTINE, cures=(), reviewers=("dpo",))
NAME = replace(SUBJECT, action=Action.QUARANTINE, cures=())


def keys_of(held):
    return [one.key for one in on_behalf.offered(held)]


def mend(held, *cures):
    return on_behalf.mend(held.id, dict(zip(keys_of(held), cures, strict=True)), actor=DPO, now=LATER)


def test_an_officer_may_do_all_that_can_be_done(asked):
    """Also where the policy leaves nothing to the sender, and for the most sensitive."""
    held = asked(replace(LIST, level=4), NAME)
    assert [one.cures for one in on_behalf.offered(held)] == [
        (Cure.ENCRYPT, Cure.REMOVE, Cure.CONFIRM),
        (Cure.INITIALS, Cure.CONFIRM),
    ]


def test_without_a_password_it_goes_at_once(asked):
    """One act; the record and the row say who; the sender is told, with a link where the pages are on."""
    held = asked(NAME)
    Outgoing.objects.all().delete()
    assert mend(held, Cure.INITIALS).sends
    job = claimed()
    assert (job.by, job.parcels[0].plan.initials) == (DPO, True)
    mended.send(job, made(job), now=LATER)
    row = Held.objects.get()
    assert (row.state, row.decided_by) == (State.CURED, DPO)
    assert kinds() == ["held", "cures-chosen", "cured"]
    assert set(AuditEvent.objects.exclude(kind="held").values_list("actor", flat=True)) == {DPO}
    told = {d.kind: d for d in outbox.claim(now=LATER)}
    assert told["notice"].envelope.addresses == (SENDER,)
    assert b"changed so that it is safe" in told["notice"].open().replace(b"=\r\n", b"")


def test_the_sender_is_told_where_the_password_is(asked, settings):
    """The notice carries their own link, and no password."""
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, pages_url="http://testserver")
    held = asked(LIST)
    Outgoing.objects.all().delete()
    [password] = mend(held, Cure.ENCRYPT).passwords
    on_behalf.send(held.id, actor=DPO, now=LATER)
    job = claimed()
    mended.send(job, made(job), now=LATER)
    [told] = [d.open().replace(b"=\r\n", b"") for d in outbox.claim(now=LATER) if d.kind == "notice"]
    assert b"http://testserver/m/" in told
    assert password.words.encode() not in told


def test_a_password_is_seen_before_it_goes(asked):
    """The officer gets it, and the sender finds it on their page for a week."""
    held = asked(LIST)
    prepared = mend(held, Cure.ENCRYPT)
    assert not prepared.sends
    [password] = prepared.passwords
    assert mended.claim(now=LATER) is None
    on_behalf.send(held.id, actor=DPO, now=LATER)
    job = claimed()
    assert job.parcels[0].plan.password == password.words
    mended.send(job, made(job), now=LATER)
    assert list(opened(Mending.objects.get().password).values()) == [password.words]
    assert password.words not in str(list(AuditEvent.objects.values()))


def test_a_password_that_went_days_later_is_there_for_a_week(asked):
    """The bug: the week began with the officer's choice; who sent it on the last day left the sender hours, and nobody could open the file."""
    held = asked(LIST)
    mend(held, Cure.ENCRYPT)
    sent = LATER + mending.PASSWORD_KEPT - timedelta(hours=1)
    on_behalf.send(held.id, actor=DPO, now=sent)
    assert mended.forget_passwords(now=sent + mending.PASSWORD_KEPT - timedelta(hours=1)) == 0
    assert mended.forget_passwords(now=sent + mending.PASSWORD_KEPT) == 1


def test_what_the_officer_leaves_goes_on_their_word(asked):
    """The same finding in the mended message stops nothing; another one does, and so does one that a cure should have mended."""
    held = asked(LIST, NAME)
    mend(held, Cure.CONFIRM, Cure.INITIALS)
    job = claimed()
    left = replace(LIST, cures=())
    assert job.open_hits(Verdict(action=Action.QUARANTINE, hits=(left,), version="another")) == ()
    for other in (NAME, replace(LIST, fingerprint="0" * 32), replace(LIST, part="0/3")):
        assert job.open_hits(Verdict(action=Action.QUARANTINE, hits=(other,), version="v1")) == (other,)


def test_not_enough_comes_back_to_a_role(asked):
    """The message as it came waits again."""
    held = asked(NAME)
    mend(held, Cure.INITIALS)
    mended.give_up(claimed(), mended.STILL_THERE, now=LATER)
    row = Held.objects.get()
    assert (row.state, row.action, Mending.objects.get().asked) == (State.HELD, "quarantine", "still-there")
    mend(row, Cure.CONFIRM)
    assert claimed().as_received


WRONG = (
    {},
    {"nothing": Cure.INITIALS},
    {"first": Cure.ENCRYPT},
    {"first": Cure.INITIALS, "nothing": Cure.CONFIRM},
)


@pytest.mark.parametrize("choices", WRONG)
def test_every_problem_and_nothing_else(asked, choices):
    """A choice for each, of those that are offered; otherwise nothing changes."""
    held = asked(NAME)
    named = {keys_of(held)[0] if key == "first" else key: cure for key, cure in choices.items()}
    with pytest.raises(workflow.NotOffered):
        on_behalf.mend(held.id, named, actor=DPO, now=LATER)
    with pytest.raises(workflow.NotOffered):
        on_behalf.send(held.id, actor=DPO, now=LATER)
    assert kinds() == ["held"]


def test_nobody_mends_their_own_message_so(asked):
    """As with every decision of an officer."""
    from quarantine import keys

    held = asked(NAME)
    assert held.sender == address_fingerprint(keys.current().fingerprints, SENDER)
    with pytest.raises(workflow.OwnMessage):
        on_behalf.mend(held.id, {keys_of(held)[0]: Cure.INITIALS}, actor=SENDER, now=LATER)


def test_what_is_being_mended_is_not_mended_twice(asked):
    """Nor what is decided."""
    held = asked(NAME)
    mend(held, Cure.INITIALS)
    with pytest.raises(workflow.AlreadyDecided):
        mend(held, Cure.INITIALS)
    job = claimed()
    mended.send(job, made(job), now=LATER)
    with pytest.raises(workflow.AlreadyDecided):
        mend(held, Cure.INITIALS)


def test_the_senders_and_the_officers_choices_do_not_mix(asked):
    """Whoever chooses later starts anew."""
    held = asked(SUBJECT, FILE)
    mend(held, Cure.INITIALS, Cure.ENCRYPT)
    choose(held, Cure.CONFIRM, words="It is an author")
    row = Mending.objects.get()
    assert (row.by, list(row.choices.values()), row.state) == ("", ["confirm"], Mend.CHOOSING)
    with pytest.raises(workflow.NotOffered):
        on_behalf.send(held.id, actor=DPO, now=LATER)
    choose(held, Cure.REMOVE, 1)
    with pytest.raises(workflow.AlreadyDecided):
        mending.cancel(held.id, sender=held.sender, now=LATER)


def test_only_an_officer_sends_what_an_officer_prepared(asked):
    """And not with passwords that are forgotten by then."""
    held = asked(FILE)
    mend(held, Cure.ENCRYPT)
    with pytest.raises(workflow.NotOffered):
        mending.noted(held.id, sender=held.sender, now=LATER)
    mended.forget_passwords(now=LATER + mending.PASSWORD_KEPT)
    with pytest.raises(workflow.NotOffered):
        on_behalf.send(held.id, actor=DPO, now=LATER)
    assert mended.claim(now=LATER) is None


def test_each_family_gets_its_own_file(asked):
    """One message with a file for each of two families: either gets its own, locked, and never the other's."""
    mum, other = "mum@x.example", "other@z.example"

    def file(part, wrong):
        lock = replace(LIST, part=part, policy="lists-locked")
        stop = Hit(
            policy="wrong-family",
            action=Action.QUARANTINE,
            why="Another family's.",
            kind="wrong-family",
            part=part,
            where=Where.ATTACHMENT,
            recipients=(wrong,),
            reviewers=("dpo",),
        )
        return lock, stop

    held = asked(*file("0/1", other), *file("0/2", mum), to=(mum, other), families=("one", "two"))
    parts = [*held.parts, {**held.parts[1], "path": "0/2", "sha256": "b" * 64}]
    Held.objects.update(parts=parts)
    held = Held.objects.get()
    wanted = {"lists-locked": Cure.ENCRYPT, "wrong-family": Cure.REMOVE}
    choices = {one.key: wanted[one.first.policy] for one in on_behalf.offered(held)}
    prepared = on_behalf.mend(held.id, choices, actor=DPO, now=LATER)
    assert len(prepared.passwords) == 2
    on_behalf.send(held.id, actor=DPO, now=LATER)
    job = claimed()
    plans = {job.envelope(parcel).addresses: parcel.plan for parcel in job.parcels}
    for who, mine, theirs in (((mum,), "0/1", "0/2"), ((other,), "0/2", "0/1")):
        assert [t.path for t in plans[who].encrypt] == [mine]
        assert [t.path for t in plans[who].remove] == [theirs]
    assert plans[(mum,)].password != plans[(other,)].password
