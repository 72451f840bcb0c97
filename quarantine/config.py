"""What the quarantine needs to know about one installation: frozen, complete, given once at start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from django.conf import settings

from policies.policy_set import SecureMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    key: str  # in every row: whose it is
    name: str
    domains: tuple[str, ...]  # lower case
    language: str = "en-gb"  # of its notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    sender: str = ""  # From address; "" = schoolgate@ the school's first domain
    on_block: bool = True
    wording: Path | None = None  # a folder whose templates are taken before the shipped ones
    logo: Path | None = None  # a small picture that travels with each notice
    digest: tuple[time, ...] = ()  # times on school days, by the school's clock
    digest_empty: bool = False  # also when nothing waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what is kept; the defaults need the Data Protection Officer's word."""

    held_days: int = 30  # a role's hold expires unsent
    ask_school_days: int = 3  # a question to the sender expires unsent
    decided_days: int = 14  # sealed bytes of a decided message
    metadata_days: int = 90  # the record of a message that passed or was refused
    stopped_days: int = 365  # the record of a message that was held
    audit_days: int = 365  # then an event's fields are emptied; the chain stays
    retry_days: int = 5  # within these the same message is the same hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivers:
    """What the policy set says of exceptions."""

    by: tuple[str, ...] = ("head", "dpo")  # roles whose word counts
    approvers: int = 1  # how many different people must approve
    each: bool = False  # and one of each of these roles
    policies: tuple[str, ...] = ()  # those that allow exceptions; none = unknown here


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What of a policy set concerns more than mail: who may approve, who is told, and whether it only watches."""

    policy_set: str  # its version
    mode: str
    obstacles: tuple[str, ...] = ()
    waivers: Waivers = Waivers()
    incident_to: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    words: str = ""  # the whole set in plain words
    source: str = ""  # name of its pack, or its file
    directory: Mapping[str, str | int] = field(default_factory=dict)  # version, since, and how many of each
    partners: tuple[tuple[str, str, str], ...] = ()  # domain, grade of its transport, why
    aliases: tuple[tuple[str, ...], ...] = ()  # fingerprints: one person's several work addresses
    weak: tuple[str, ...] = field(default=(), repr=False)  # names that are ordinary words too


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenId:
    """Where the school's people sign in."""

    issuer: str
    client: str
    secret: str = field(default="", repr=False)
    claim: str = "email"  # where the provider writes the address
    name: str = "school account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of the provider and the role that its people have."""

    name: str
    role: str
    schools: tuple[str, ...] = ()  # keys; none = all


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whom of the provider's people the console lets in, and as what."""

    claim: str = "groups"
    domains: tuple[str, ...] = ()  # of their addresses
    by_provider: bool = False  # the provider's second factor counts
    acr: tuple[str, ...] = ()  # what stands for one, besides "mfa" in amr
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    storage: Path
    schools: tuple[School, ...]
    database: str = field(default="sqlite", repr=False)  # or postgresql://… (may carry a password)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # role → addresses
    console_url: str = "http://127.0.0.1:8080"
    mfa_required: bool = True
    openid: OpenId | None = None
    admission: Admission | None = None  # officers sign in with it too
    tags: tuple[str, ...] = ()  # in a subject: lock the files; taken out of what goes
    pages_sign_in: bool = False  # a sender's link opens only for that sender, signed in
    owners: Mapping[str, str] = field(default_factory=dict)  # machine that sends mail → who answers for it
    pages_url: str = ""  # where senders mend their mail; "" = nowhere: notices then carry no link
    serves: str = "console"  # or "pages": which of the two web sites this process answers for
    hostname: str = "localhost"  # names us in reports and message ids
    notices: Notices = Notices()
    retention: Retention = Retention()
    waivers: Waivers = Waivers()
    holidays: frozenset[date] = frozenset()  # school days are Monday to Friday without these
    dkim_domains: tuple[str, ...] = ()  # what a cure changes is signed anew for these
    secure_methods: tuple[SecureMethod, ...] = ()  # other ways, for the sender's page
    may_read: bool = True  # False: this process has no use for the private key and does not load it
    busy_timeout: float = 10  # seconds that a writer waits for the database

    @property
    def keys_folder(self) -> Path:
        return self.storage / "keys"

    def school(self, key: str) -> School:
        """The school of a row; the first one where the key is unknown or empty."""
        return next((s for s in self.schools if s.key == key), self.schools[0])

    @property
    def domains(self) -> tuple[str, ...]:
        """All of the schools' own mail domains."""
        return tuple(domain for school in self.schools for domain in school.domains)

    def is_internal(self, address: str) -> bool:
        """Whether an address stands in one of the schools' own domains."""
        return address.rpartition("@")[2].lower() in self.domains


def current() -> Config:
    """The configuration that `setup` was called with."""
    config: Config = settings.SCHOOLGATE
    return config
