"""Who an address belongs to: the directory turned into look-ups once per version, never per message."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources

from rapidfuzz import process
from rapidfuzz.distance import OSA

from detectors.directory.people import Contact, Directory, Partner, Pupil, Staff
from detectors.recognize.addresses import is_free_mail, likeness, normalise_email, normalise_phone
from policies.departments import departments
from policies.evidence import RecipientFacts, Relation, SenderFacts
from policies.identity import ByIdentity
from policies.toml_text import document

FRONT = 6  # letters; what comes behind two more is the other end
LIKENESS = 0.8  # share of the letters of the local part that are the sender's own names


@cache
def _destinations() -> dict[str, frozenset[str]]:
    body = (resources.files("policies") / "destinations.toml").read_bytes()
    return {name: frozenset(domains) for name, domains in document(body).items()}


_ROUTE = frozenset("%!@")  # "user%elsewhere@here": some servers send it on to elsewhere


def domain_of(address: str) -> str:
    """The domain of an address in its one form; "" when it has none, or when the local part names another way."""
    return _domain(address, normalise_email(address))


def _domain(address: str, normal: str) -> str:
    if _ROUTE.intersection(address.rpartition("@")[0]):
        return ""
    return (normal or address.lower()).rpartition("@")[2] if "@" in address else ""


def _above(domain: str) -> tuple[str, ...]:
    """The domain and those above it."""
    labels = domain.split(".")
    return tuple(".".join(labels[i:]) for i in range(len(labels)))


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address in the spellings by which people are known: worked out once for each message."""

    address: str = field(repr=False)
    normal: str = field(repr=False)
    domain: str
    mark: str  # its fingerprint


@dataclass(frozen=True, slots=True)
class Known:
    """Look-ups over one directory snapshot."""

    directory: Directory = field(repr=False)
    staff_by_email: dict[str, Staff] = field(repr=False)
    staff_by_private: dict[str, Staff] = field(repr=False)  # by fingerprint
    staff_marks: dict[str, str] = field(repr=False)  # fingerprint -> normalised work address
    staff_by_id: dict[str, Staff] = field(repr=False)
    contacts: dict[str, tuple[Contact, ...]] = field(repr=False)  # by normalised address
    contacts_by_end: dict[tuple[str, str], list[str]] = field(
        repr=False
    )  # normalised addresses by either end
    contact_pupils: dict[str, frozenset[str]] = field(repr=False)  # by fingerprint of the address
    contact_phones: dict[str, frozenset[str]] = field(repr=False)  # normalised address -> phone fingerprints
    pupils_by_email: dict[str, Pupil] = field(repr=False)
    pupil_ids: frozenset[str] = field(repr=False)
    departments: dict[str, str] = field(repr=False)  # staff id -> the name that reports may use
    outsiders: dict[str, str] = field(repr=False)
    partners: dict[str, Partner]

    def mailbox(self, address: str) -> Mailbox:
        """An address in its one spelling, with its keyed hash."""
        normal = normalise_email(address)
        mark = self.directory.fingerprints.of("email", normal) if address else ""
        return Mailbox(address, normal, _domain(address, normal), mark)

    def internal(self, domain: str) -> bool:
        """Whether a domain is the school's own."""
        return domain in self.directory.domains

    def partner(self, domain: str) -> Partner | None:
        """The listed partner of a domain, or of one above it."""
        return next((p for name in _above(domain) if (p := self.partners.get(name))), None)

    def sender(self, address: str, *, unattended: bool = False) -> SenderFacts:
        """Who sends from this address."""
        box = self.mailbox(address)
        staff, pupil = self.staff_by_email.get(box.normal), self.pupils_by_email.get(box.normal)
        kind = "null" if not address else "internal" if self.internal(box.domain) else "outside"
        if staff or (pupil and kind == "internal"):
            kind = "staff" if staff else "pupil"
        return SenderFacts(
            address=address,
            fingerprint=box.mark,
            kind=kind,
            person=staff.id if staff else pupil.id if pupil and kind == "pupil" else "",
            role=staff.role.strip().lower() if staff else "",
            department=self.departments.get(staff.id, "") if staff else "",
            unattended=unattended,
        )

    def recipient(self, box: Mailbox, sender: SenderFacts, pupils: frozenset[str]) -> RecipientFacts:
        """A recipient with its relation to this sender and to the pupils found."""
        normal = box.normal or box.address.lower()
        owner = self.staff_by_private.get(box.mark)
        relation, listed = self._relation(normal, box.domain, sender, pupils, owner)
        pupil = self.pupils_by_email.get(normal)
        return RecipientFacts(
            address=box.address,
            domain=box.domain,
            fingerprint=box.mark,
            relation=relation,
            free_mail=is_free_mail(box.domain),
            dual_role=owner is not None and bool(pupils) and _linked(self.contacts.get(normal, ()), pupils),
            listed=listed,
            person=owner.id if owner else pupil.id if pupil else "",
        )

    def _relation(
        self, normal: str, domain: str, sender: SenderFacts, pupils: frozenset[str], owner: Staff | None
    ) -> tuple[Relation, bool]:
        if self.internal(domain) or normal in self.staff_by_email:
            return Relation.INTERNAL, True
        if owner and owner.id == sender.person:
            return Relation.OWN_PRIVATE, True
        if found := self._on_record(normal, pupils, owner):
            return found, True
        if self._looks_like(sender, normal):
            return Relation.OWN_PRIVATE, False
        return self._by_domain(domain), True

    def _on_record(self, normal: str, pupils: frozenset[str], owner: Staff | None) -> Relation | None:
        outsider = Relation.LISTED_OUTSIDER if normal in self.outsiders else None
        if contacts := self.contacts.get(normal, ()):
            family = _family(contacts, pupils)
            return outsider or family if family is Relation.OTHER_PARENT else family
        if owner:
            return Relation.STAFF_PRIVATE
        return outsider or (Relation.PUPIL_PRIVATE if normal in self.pupils_by_email else None)

    def _by_domain(self, domain: str) -> Relation:
        partner, lists, names = self.partner(domain), _destinations(), _above(domain)
        if not lists["ai_services"].isdisjoint(names):
            return Relation.AI_SERVICE
        if not lists["meeting_bots"].isdisjoint(names):
            return Relation.MEETING_BOT
        if partner:
            return Relation.SECURE_PARTNER if partner.tls == "T3" else Relation.PARTNER
        return Relation.UNKNOWN if lists["public_bodies"].isdisjoint(names) else Relation.PUBLIC_BODY

    def _looks_like(self, sender: SenderFacts, normal: str) -> bool:
        staff = self.staff_by_id.get(sender.person)
        local, _, domain = normal.rpartition("@")
        name = f"{staff.forename} {staff.surname}" if staff else ""
        return bool(name) and is_free_mail(domain) and likeness(name, local) >= LIKENESS

    def near_miss(self, address: str) -> bool:
        """Whether a recorded contact's address is one edit away."""
        normal = normalise_email(address)
        alike = {contact for key in _ends(normal) for contact in self.contacts_by_end.get(key, ())}
        found = process.extractOne(normal, alike, scorer=OSA.distance, score_cutoff=1)
        return found is not None and found[0] != normal


def _ends(address: str) -> tuple[tuple[str, str], ...]:
    """Either end of an address, as one that is one edit away may have it: an edit leaves one of the two as it was."""
    return ("<", address[:FRONT]), *((">", address[n:]) for n in (FRONT + 1, FRONT + 2, FRONT + 3))


def _by_end(addresses: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """The addresses where `_ends` of one that is alike finds them."""
    found: dict[tuple[str, str], list[str]] = {}
    for address in addresses:
        for key in (("<", address[:FRONT]), (">", address[FRONT + 2 :])):
            found.setdefault(key, []).append(address)
    return found


def _family(contacts: tuple[Contact, ...], pupils: frozenset[str]) -> Relation:
    """A contact as the pupils found make it: own family, another's, or one whom the school must not write to."""
    allowed = {c.pupil_id for c in contacts if not c.no_contact}
    forbidden = {c.pupil_id for c in contacts if c.no_contact}
    if forbidden and not (pupils and pupils <= allowed - forbidden):
        return Relation.NO_CONTACT
    return Relation.LINKED_PARENT if pupils <= allowed else Relation.OTHER_PARENT


def _linked(contacts: tuple[Contact, ...], pupils: frozenset[str]) -> bool:
    return bool(contacts) and _family(contacts, pupils) is Relation.LINKED_PARENT


def known(directory: Directory) -> Known:
    """The look-ups of a snapshot; made once, kept while the snapshot is in use."""
    return _known(ByIdentity(directory))


@lru_cache(maxsize=4)
def _known(key: ByIdentity[Directory]) -> Known:
    directory = key.of
    of = directory.fingerprints.of
    staff = {normalise_email(e): s for s in directory.staff for e in s.work_emails}
    contacts: dict[str, list[Contact]] = {}
    phones: dict[str, set[str]] = {}
    for contact in directory.contacts:
        if contact.email:
            normal = normalise_email(contact.email)
            contacts.setdefault(normal, []).append(contact)
            if contact.phone:
                phones.setdefault(normal, set()).add(of("phone", normalise_phone(contact.phone)))
    return Known(
        directory=directory,
        staff_by_email=staff,
        staff_by_private={mark: s for s in directory.staff for mark in s.private_emails},
        staff_marks={of("email", e): e for e in staff if e},
        staff_by_id={s.id: s for s in directory.staff},
        contacts={email: tuple(rows) for email, rows in contacts.items()},
        contacts_by_end=_by_end(contacts),
        contact_pupils={of("email", e): frozenset(c.pupil_id for c in rows) for e, rows in contacts.items()},
        contact_phones={email: frozenset(marks) for email, marks in phones.items()},
        pupils_by_email={normalise_email(p.email): p for p in directory.pupils if p.email},
        pupil_ids=frozenset(p.id for p in directory.pupils),
        departments=departments(directory.staff),
        outsiders={normalise_email(o.email): o.role for o in directory.outsiders},
        partners={p.domain.lower(): p for p in directory.partners},
    )
