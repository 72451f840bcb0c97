"""Emergency release: a child is at risk now. Who gets the message at once, and for whom the safeguarding lead clicks."""

from dataclasses import dataclass

from policies.case import Lists
from policies.evidence import Facts, Relation
from policies.policy_set import PolicySet

AT_ONCE, BY_LEAD, NOT_AT_ALL = "at-once", "lead", "never"
NEVER = frozenset({Relation.NO_CONTACT, Relation.OWN_PRIVATE, Relation.AI_SERVICE, Relation.MEETING_BOT})


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRoutes:
    """The recipients of one message, sorted. `at_once` still needs TLS that is verified at delivery."""

    at_once: tuple[str, ...] = ()
    by_safeguarding_lead: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()  # the roles that are asked

    @property
    def by_address(self) -> dict[str, str]:
        """Each recipient's way in a word."""
        ways = ((AT_ONCE, self.at_once), (BY_LEAD, self.by_safeguarding_lead), (NOT_AT_ALL, self.never))
        return {address: way for way, addresses in ways for address in addresses}


def emergency_routes(facts: Facts, policy_set: PolicySet) -> EmergencyRoutes:
    """Listed partners and the set's emergency list at once, everybody else by one click of the lead, some never."""
    lists = Lists.at(policy_set.lists, facts.received_at, facts.fingerprints)
    names = (policy_set.header.emergency,) if policy_set.header.emergency else ()
    at_once, lead, never = [], [], []
    for recipient in facts.recipients:
        listed = lists.has_domain(names, recipient.domain) or lists.has_address(
            names, recipient.address, recipient.fingerprint
        )
        if recipient.relation in NEVER:
            never.append(recipient.address)
        elif listed or recipient.relation is Relation.SECURE_PARTNER:
            at_once.append(recipient.address)
        else:
            lead.append(recipient.address)
    return EmergencyRoutes(
        at_once=tuple(at_once),
        by_safeguarding_lead=tuple(lead),
        never=tuple(never),
        lead=policy_set.header.harmful_to,
    )
