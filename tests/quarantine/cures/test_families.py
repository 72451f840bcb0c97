"""Each family gets its own copy with its own password, sees nobody else, and nobody gets what is another family's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policies.verdict import Action, Cure, Hit
from quarantine import outbox, workflow
from quarantine.cures import locked, partners, passwords
from quarantine.cures.families import LARGEST, MOST, families
from quarantine.cures.problems import open_problems
from quarantine.models import Held, HeldRecipient, Mend, Mending, State
from quarantine.workflow import mended, mending
from tests.support.asked import EXPOSED, FILE, LATER, SUBJECT, choose, claimed, made

MUM, DAD, OTHER = "mum@x.example", "dad@y.example", "other@z.example"


def by_addresses(job):
    """Each parcel by the addresses that get it."""
    return {job.envelope(parcel).addresses: parcel.plan for parcel in job.parcels}


def test_two_families_get_two_copies(asked):
    """Mother and father share a password, the other family has another; each sees its own addresses alone."""
    held = asked(FILE, to=(MUM, OTHER, DAD), families=("one", "two", "one"))
    choose(held, Cure.ENCRYPT)
    assert Mending.objects.get().state == Mend.CHOOSING
    mending.noted(held.id, sender=held.sender, now=LATER)
    job = claimed()
    plans = by_addresses(job)
    assert plans.keys() == {(MUM, DAD), (OTHER,)}
    assert plans[(MUM, DAD)].hide == (OTHER,)
    assert plans[(OTHER,)].hide == (DAD, MUM)
    assert len({plan.password for plan in plans.values()}) == 2
    assert all(plan.password.count("-") == 4 for plan in plans.values())
    mended.send(job, made(job), now=LATER)
    rows = [d.envelope.addresses for d in outbox.claim(now=LATER) if d.kind == "cured"]
    assert sorted(rows) == [(MUM, DAD), (OTHER,)]
    assert set(held.recipients.values_list("state", flat=True)) == {State.CURED}


def test_each_password_is_shown_beside_its_family(asked):
    """Before it goes and for a week after; with masks alone."""
    held = asked(FILE, to=(MUM, OTHER), families=("one", "two"))
    choose(held, Cure.ENCRYPT)
    before = locked.shown(held, Mending.objects.get(), LATER)
    assert [one.to for one in before] == ["…@….example", "o…r@….example"]
    assert len({one.words for one in before}) == 2
    mending.noted(held.id, sender=held.sender, now=LATER)
    job = claimed()
    mended.send(job, made(job), now=LATER)
    after = locked.shown(Held.objects.get(), Mending.objects.get(), LATER + timedelta(days=6))
    assert sorted(one.words for one in after) == sorted(one.words for one in before)
    assert locked.shown(Held.objects.get(), Mending.objects.get(), LATER + timedelta(days=7)) == ()


def test_who_needs_no_lock_gets_the_file_as_it_was(asked):
    """The hit names one recipient: the other's copy stays as the sender wrote it, header and all."""
    held = asked(replace(FILE, recipients=(OTHER,)), to=(MUM, OTHER), families=("one", "two"))
    choose(held, Cure.ENCRYPT)
    mending.noted(held.id, sender=held.sender, now=LATER)
    plans = by_addresses(claimed())
    assert [t.path for t in plans[(OTHER,)].encrypt] == ["0/1"]
    assert plans[(MUM,)].empty


def test_the_partners_password_is_used_and_nobody_is_shown_it(asked):
    """Nothing to write down: it goes with the choice; the page says who knows it, and the row keeps no copy."""
    partners.agree(whom="z.example", password="agreed-long-ago", actor="dpo", now=LATER)
    held = asked(FILE, to=(OTHER,))
    organisation = partners.listing()[0].key
    HeldRecipient.objects.update(organisation=organisation)
    choose(held, Cure.ENCRYPT)
    row = Mending.objects.get()
    assert (row.state, row.password) == (Mend.DUE, None)
    assert locked.agreed(held, row) == "o…r@….example"
    [parcel] = claimed().parcels
    assert parcel.plan.password == "agreed-long-ago"


def test_a_partner_and_a_family(asked):
    """The one uses the agreed password, the other a fresh one, which is to be seen first."""
    partners.agree(whom=OTHER, password="agreed-long-ago", actor="dpo", now=LATER)
    held = asked(FILE, to=(MUM, OTHER))
    choose(held, Cure.ENCRYPT)
    [one] = locked.shown(held, Mending.objects.get(), LATER)
    mending.noted(held.id, sender=held.sender, now=LATER)
    plans = by_addresses(claimed())
    assert plans[(OTHER,)].password == "agreed-long-ago"
    assert plans[(MUM,)].password == one.words


def test_a_family_that_is_left_out_needs_no_password(asked):
    """The choices are taken together."""
    wrong = Hit(policy="near-miss", action=Action.ASK, why="Check.", cures=(Cure.REMOVE,), kind="near-miss-recipient", recipients=(OTHER,))  # fmt: skip
    held = asked(FILE, wrong, to=(MUM, OTHER), families=("one", "two"))
    choose(held, Cure.ENCRYPT)
    choose(held, Cure.REMOVE, 1)
    assert len(locked.shown(held, Mending.objects.get(), LATER)) == 1
    mending.noted(held.id, sender=held.sender, now=LATER)
    assert by_addresses(claimed()).keys() == {(MUM,)}


def test_a_password_that_is_made_later_is_to_be_seen_too(asked):
    """Who has noted one and then changes their mind about somebody sees the second before it goes."""
    wrong = Hit(policy="near-miss", action=Action.ASK, why="Check.", cures=(Cure.REMOVE, Cure.CONFIRM), kind="near-miss-recipient", recipients=(OTHER,))  # fmt: skip
    held = asked(FILE, wrong, SUBJECT, to=(MUM, OTHER), families=("one", "two"))
    choose(held, Cure.REMOVE, 1)
    choose(held, Cure.ENCRYPT)
    mending.noted(held.id, sender=held.sender, now=LATER)
    choose(held, Cure.CONFIRM, 1, words="It is right")
    choose(held, Cure.INITIALS, 2)
    row = Mending.objects.get()
    assert (row.state, row.noted_at) == (Mend.CHOOSING, None)
    assert len(passwords.opened(row.password)) == 2


def test_singly(asked):
    """Everybody a copy of their own with their own address alone; offered with Bcc, up to a bound."""
    held = asked(EXPOSED, to=(MUM, DAD, OTHER), families=("one", "one", "two"))
    assert open_problems(held)[0].cures == (Cure.BCC, Cure.SINGLY, Cure.CONFIRM)
    choose(held, Cure.SINGLY)
    plans = by_addresses(claimed())
    assert {to: plan.hide for to, plan in plans.items()} == {
        (MUM,): (DAD, OTHER),
        (DAD,): (MUM, OTHER),
        (OTHER,): (DAD, MUM),
    }
    many = asked(EXPOSED, to=tuple(f"a{n}@x.example" for n in range(MOST + 1)))
    assert Cure.SINGLY not in open_problems(many)[0].cures


def test_locking_for_too_many_families_is_not_offered(asked):
    """Nobody phones more than twenty; a family of many is one call."""
    to = tuple(f"a{n}@x.example" for n in range(MOST + 1))
    assert Cure.ENCRYPT not in open_problems(asked(FILE, to=to))[0].cures
    held = asked(FILE, to=to, families=["one"] * len(to))
    assert Cure.ENCRYPT in open_problems(held)[0].cures
    assert len(families(held)) == 1


def test_a_large_file_is_not_copied_many_times(asked):
    """What would fill the disk is not offered; for one reader it is."""
    held = asked(FILE, EXPOSED, to=(MUM, OTHER), families=("one", "two"))
    Held.objects.update(size=LARGEST // 2 + 1)
    for one in open_problems(Held.objects.get()):
        assert not {Cure.ENCRYPT, Cure.SINGLY} & set(one.cures)
    HeldRecipient.objects.update(family="one")
    assert Cure.ENCRYPT in open_problems(Held.objects.get(id=held.id))[0].cures


def test_colleagues_stay_visible(asked):
    """What the school itself may see is not hidden from a family."""
    held = asked(FILE, to=(MUM, OTHER, "head@example.sch.uk"), families=("one", "two", "school"))
    HeldRecipient.objects.filter(position=2).update(relation="internal")
    choose(held, Cure.ENCRYPT)
    mending.noted(held.id, sender=held.sender, now=LATER)
    assert by_addresses(claimed())[(MUM,)].hide == (OTHER,)


@pytest.mark.parametrize("state", [State.RETURNED, State.DELETED])
def test_passwords_of_what_never_went_are_not_shown(asked, state):
    """They open nothing that anybody has."""
    held = asked(FILE)
    choose(held, Cure.ENCRYPT)
    act = workflow.return_ if state == State.RETURNED else workflow.delete
    act(held.id, actor="dpo", note="No.", now=LATER)
    assert locked.shown(Held.objects.get(), Mending.objects.get(), LATER) == ()
