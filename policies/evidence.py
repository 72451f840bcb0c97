"""Facts: what policies may ask about one message, plain data without a byte of content."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from detectors.findings import Finding, Part, Protection
from detectors.fingerprints import Fingerprints


class Relation(StrEnum):
    """Who a recipient is to this message: its sender, and the pupils that it names."""

    INTERNAL = "internal"
    SECURE_PARTNER = "secure-partner"  # listed, and mail reaches it over verified TLS
    PARTNER = "partner"  # listed, transport not proven
    LINKED_PARENT = "linked-parent"  # a contact of every pupil found
    OTHER_PARENT = "other-parent"  # a contact, but not of every pupil found
    OWN_PRIVATE = "own-private"  # the sender's own private address
    STAFF_PRIVATE = "staff-private"  # the private address of another member of staff
    LISTED_OUTSIDER = "listed-outsider"  # a governor, a supply teacher
    AI_SERVICE = "ai-service"
    MEETING_BOT = "meeting-bot"
    PUBLIC_BODY = "public-body"  # council, NHS, police, another school: not listed yet
    PUPIL_PRIVATE = "pupil-private"
    NO_CONTACT = "no-contact"  # a court order, or the school's own flag
    UNKNOWN = "unknown"


PLAIN_RELATIONS: dict[Relation, str] = {
    Relation.INTERNAL: "someone inside the school",
    Relation.SECURE_PARTNER: "a listed partner over verified TLS",
    Relation.PARTNER: "a listed partner without proven transport",
    Relation.LINKED_PARENT: "the pupil's own recorded contact",
    Relation.OTHER_PARENT: "a contact of another pupil",
    Relation.OWN_PRIVATE: "the sender's own private address",
    Relation.STAFF_PRIVATE: "the private address of another member of staff",
    Relation.LISTED_OUTSIDER: "a listed person outside, such as a governor",
    Relation.AI_SERVICE: "an AI service",
    Relation.MEETING_BOT: "a meeting recorder",
    Relation.PUBLIC_BODY: "a public body that is not on the list",
    Relation.PUPIL_PRIVATE: "a pupil's private address",
    Relation.NO_CONTACT: "a person whom the school must not write to",
    Relation.UNKNOWN: "somebody who is not on record",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientFacts:
    """One envelope recipient as policies see it."""

    address: str = field(repr=False)
    domain: str = ""
    fingerprint: str = ""  # keyed hash of the normalised address
    relation: Relation = Relation.UNKNOWN
    free_mail: bool = False
    dual_role: bool = False  # a member of staff who is also a recorded parent
    listed: bool = True  # own-private only: False when known by likeness alone
    person: str = ""  # directory id of the member of staff or pupil, when known
    family: str = ""  # keyed hash: the same for those who may share a password
    organisation: str = ""  # keyed hash of the domain, where an organisation stands behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFacts:
    """Who sends: found by the envelope sender, or by the From field where the envelope has none."""

    address: str = field(default="", repr=False)
    fingerprint: str = ""
    kind: str = "outside"  # staff | pupil | internal | outside | null
    person: str = ""  # directory id
    role: str = ""  # as the staff list writes it, lower case
    department: str = ""  # as reports may name it: see `policies.departments`
    unattended: bool = False  # a copier, the MIS, a no-reply address
    by_header: bool = False  # known by the From field alone: the envelope names somebody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A finding as policies see it: with the protection that holds for its part, and whom it concerns."""

    finding: Finding
    protection: Protection = Protection.NONE
    label: str = ""
    media: str = ""  # sniffed type of the part
    recipients: frozenset[str] | None = field(default=None, repr=False)  # addresses; None = everybody

    def only_for(self, recipients: frozenset[str], **changes: object) -> "Evidence":
        """The same evidence, seen by these recipients alone, with changes to its finding."""
        return replace(self, recipients=recipients, finding=replace(self.finding, **changes))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that `decide` looks at."""

    id: str
    received_at: datetime
    sender: SenderFacts
    recipients: tuple[RecipientFacts, ...]
    evidence: tuple[Evidence, ...] = ()
    parts: tuple[Part, ...] = ()
    school: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    fingerprints: Fingerprints | None = field(default=None, repr=False, compare=False)
    remember: frozenset[str] = field(
        default=frozenset(), repr=False, compare=False
    )  # pair keys of the locked files that it carries, for the history

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of all findings."""
        return frozenset(e.finding.kind for e in self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the school remembers of mail that went before, as keyed hashes alone."""

    protected_sent: frozenset[str] = frozenset()  # pair keys: a locked file went this way within 24 hours
    former_contacts: frozenset[str] = (
        frozenset()
    )  # fingerprints of contact addresses that lately left the directory
    tipped: frozenset[str] = frozenset()  # sender fingerprints that had today's tip

    @classmethod
    def empty(cls) -> "History":
        """Nothing is remembered."""
        return cls()
