"""Who may share a password: the contacts of one child and its brothers and sisters; nobody else, and never a stranger."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from detectors.directory import Contact, Partner
from policies.families import with_families
from policies.people import known
from tests.support.people import SCHOOL


def contact(pupil, email, *, no_contact=False):
    return Contact(pupil_id=pupil, email=email, no_contact=no_contact)


PEOPLE = known(
    replace(
        SCHOOL,
        contacts=(
            contact("p1", "mum@gmail.com"),
            contact("p1", "dad@outlook.com"),
            contact("p2", "dad@outlook.com"),
            contact("p2", "gran@aol.com"),
            contact("p3", "other@gmail.com"),
            contact("p1", "barred@gmail.com", no_contact=True),
        ),
        partners=(Partner(domain="council.example.gov.uk", tls="T3"),),
    )
)


def seen(*addresses, pupils=()):
    sender = PEOPLE.sender("s.green@example.sch.uk")
    rows = tuple(
        PEOPLE.recipient(PEOPLE.mailbox(address), sender, frozenset(pupils)) for address in addresses
    )
    return {row.address: row for row in with_families(rows, PEOPLE)}


def test_the_contacts_of_one_child_share_a_password():
    """Mother, father and, through a brother, grandmother; another family has its own."""
    found = seen("mum@gmail.com", "dad@outlook.com", "gran@aol.com", "other@gmail.com", pupils=["p1"])
    family = {found[a].family for a in ("mum@gmail.com", "dad@outlook.com", "gran@aol.com")}
    assert len(family) == 1
    assert found["other@gmail.com"].family not in family


def test_who_must_not_be_written_to_shares_nothing():
    """Not even with the same child's other contact."""
    found = seen("mum@gmail.com", "barred@gmail.com", pupils=["p1"])
    assert found["mum@gmail.com"].family != found["barred@gmail.com"].family


def test_strangers_share_nothing_and_organisations_are_known():
    """Two people at one unknown firm have a family each and one organisation; free mail and families have none."""
    found = seen("a@firm.example", "b@firm.example", "c@gmail.com", "mum@gmail.com")
    assert found["a@firm.example"].family != found["b@firm.example"].family
    assert found["a@firm.example"].organisation == found["b@firm.example"].organisation != ""
    assert found["c@gmail.com"].organisation == found["mum@gmail.com"].organisation == ""


def test_colleagues_share_a_password():
    """What stays inside is not sent one by one."""
    found = seen("a@example.sch.uk", "b@example.sch.uk", "c@gmail.com")
    assert found["a@example.sch.uk"].family == found["b@example.sch.uk"].family
    assert found["a@example.sch.uk"].family != found["c@gmail.com"].family


def test_a_partner_is_one_organisation_with_all_that_is_below_it():
    """As the list has it."""
    found = seen("a@council.example.gov.uk", "b@social.council.example.gov.uk")
    assert len({row.organisation for row in found.values()}) == 1


@given(st.lists(st.frozensets(st.sampled_from("abcdefgh"), max_size=3), max_size=8))
def test_families_are_the_connected_ones(sets):
    """For any contacts: two share a family if, and only if, a chain of shared children joins them."""
    directory = replace(
        SCHOOL,
        contacts=tuple(
            contact(child, f"n{n}@x.example") for n, children in enumerate(sets) for child in children
        ),
    )
    people = known(directory)
    sender = people.sender("s.green@example.sch.uk")
    rows = tuple(
        people.recipient(people.mailbox(f"n{n}@x.example"), sender, frozenset()) for n in range(len(sets))
    )
    found = [row.family for row in with_families(rows, people)]
    groups = [{n} for n in range(len(sets))]
    for one, mine in enumerate(sets):
        for two, theirs in enumerate(sets):
            if mine & theirs:
                first, second = (next(g for g in groups if n in g) for n in (one, two))
                if first is not second:
                    groups.remove(second)
                    first |= second
    for one in range(len(sets)):
        for two in range(len(sets)):
            together = any({one, two} <= g for g in groups)
            assert (found[one] == found[two]) is together
