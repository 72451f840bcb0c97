"""Who may share the password of a locked file: the contacts of one child, otherwise nobody; keyed hashes, no names."""

from collections.abc import Iterable
from dataclasses import replace

from policies.evidence import RecipientFacts, Relation
from policies.people import Known

_FAMILY = {Relation.LINKED_PARENT, Relation.OTHER_PARENT}
_PEOPLE = {
    Relation.NO_CONTACT,
    Relation.OWN_PRIVATE,
    Relation.STAFF_PRIVATE,
    Relation.PUPIL_PRIVATE,
    Relation.LISTED_OUTSIDER,
}


def with_families(recipients: tuple[RecipientFacts, ...], people: Known) -> tuple[RecipientFacts, ...]:
    """The recipients, each with its family and, where the address is not just a person's, its organisation."""
    of = people.directory.fingerprints.of
    pupils = [_pupils(recipient, people) for recipient in recipients]
    eldest = _joined(pupils)
    return tuple(
        replace(
            recipient,
            family=of("family", eldest[min(mine)] if mine else _alone(recipient)),
            organisation=_organisation(recipient, people),
        )
        for recipient, mine in zip(recipients, pupils, strict=True)
    )


def _pupils(recipient: RecipientFacts, people: Known) -> frozenset[str]:
    """The children whose contact this is; none for somebody whom the school must not write to."""
    if recipient.relation not in _FAMILY:
        return frozenset()
    return people.contact_pupils.get(recipient.fingerprint, frozenset())


def _joined(pupils: Iterable[frozenset[str]]) -> dict[str, str]:
    """Each child with one child that stands for the family: brothers and sisters meet through a shared contact."""
    stands: dict[str, str] = {}

    def of(child: str) -> str:
        while stands.setdefault(child, child) != child:
            stands[child] = child = stands[stands[child]]
        return child

    for mine in pupils:
        first = of(min(mine)) if mine else ""
        for child in mine:
            one, other = sorted((first, of(child)))
            stands[other] = first = one
    return {child: of(child) for child in list(stands)}


def _alone(recipient: RecipientFacts) -> str:
    """Colleagues share what the school sends itself."""
    return "the school" if recipient.relation is Relation.INTERNAL else recipient.address.lower()


def _organisation(recipient: RecipientFacts, people: Known) -> str:
    """The domain of a listed partner as it is listed, of others as it is; "" where it says nothing."""
    alone = recipient.relation in _FAMILY | _PEOPLE or recipient.free_mail or not recipient.domain
    if alone:
        return ""
    partner = people.partner(recipient.domain)
    return organisation_key(people, partner.domain.lower() if partner else recipient.domain)


def organisation_key(people: Known, domain: str) -> str:
    """The keyed hash under which an organisation's addresses meet."""
    return people.directory.fingerprints.of("organisation", domain)
