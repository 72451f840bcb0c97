"""The demonstration's installation in a folder: settings, lists, keys and two accounts with printed passwords."""

import secrets
import socket
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from gateway.demo import school
from gateway.demo.school import DPO, DSL, IT, Child
from gateway.installation import policy_set, quarantine_config
from gateway.settings_file import read
from quarantine import keys, setup

ACCOUNTS = ((DPO, ("dpo",)), (DSL, ("dsl",)))

_SETTINGS = """\
# The demonstration of Schoolgate: a made-up school on this machine. Play with it, then run `schoolgate check`.

[school]
name = "{name}"
domains = ["{domain}"]

[smtp]
listen = ["127.0.0.1:{ports.smtp}"]
allow_from = ["127.0.0.0/8"]
hostname = "gate.{domain}"

[next_hop]
address = "127.0.0.1:{ports.next_hop}"
tls = "opportunistic"

[directory]
pupils = ["pupils.csv"]
staff = ["staff.csv"]
contacts = ["contacts.csv"]

[roles]
dpo = ["{dpo}"]
dsl = ["{dsl}"]
it = ["{it}"]
head = ["j.whitfield@{domain}"]

[policy]
pack = "default"
staff_informed = 2026-09-01

[storage]
path = "var"
database = "sqlite"

[console]
listen = "127.0.0.1:{ports.console}"
url = "http://127.0.0.1:{ports.console}"
mfa_required = false # so that you can look around at once; a school keeps the default, true

[pages]
listen = "127.0.0.1:{ports.pages}"
url = "http://127.0.0.1:{ports.pages}"

[metrics]
listen = "127.0.0.1:{ports.metrics}"
"""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demonstration listens, on this machine alone."""

    smtp: int = 2525
    next_hop: int = 2526
    console: int = 8080
    metrics: int = 9125
    pages: int = 8081

    def taken(self) -> list[int]:
        """Those on which somebody else listens."""
        return [p for p in (self.smtp, self.next_hop, self.console, self.metrics, self.pages) if _taken(p)]


@dataclass(frozen=True, slots=True)
class Account:
    """One sign-in to try."""

    email: str
    role: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Demo:
    folder: Path
    children: list[Child]
    accounts: list[Account]
    why: dict[str, str]  # each policy's own sentence

    @property
    def config(self) -> Path:
        return self.folder / "schoolgate.toml"

    @property
    def mail(self) -> Path:
        """Where the next hop keeps what it took."""
        return self.folder / "mail"


def make(folder: Path, ports: Ports, *, now: datetime) -> Demo:
    """Write the school into `folder`, keep its keys and rows from an earlier run, and give new passwords."""
    folder.mkdir(parents=True, exist_ok=True)
    children = school.write(folder)
    config = folder / "schoolgate.toml"
    config.write_text(
        _SETTINGS.format(
            name=school.NAME,
            domain=school.DOMAIN,
            ports=ports,
            dpo=DPO.address,
            dsl=DSL.address,
            it=IT.address,
        ),
        "utf-8",
    )
    settings = read(config)
    if not keys.exist(settings.storage.path / "keys"):
        keys.make(settings.storage.path / "keys")
    setup.start(quarantine_config(settings, may_read=True), now=now)
    why = {policy.id: policy.why for policy in policy_set(settings).policies}
    return Demo(folder, children, _accounts(now), why)


def _accounts(now: datetime) -> list[Account]:
    from quarantine.console import accounts  # noqa: PLC0415 - models can be imported once Django is set up
    from quarantine.models import User  # noqa: PLC0415 - as above

    made = []
    for person, roles in ACCOUNTS:
        password = secrets.token_urlsafe(12)
        existing = User.objects.filter(email=person.address).first()
        if existing is None:
            accounts.add(person.address, roles=roles, name=person.name, password=password, now=now)
        else:
            existing.set_password(password)
            existing.save(update_fields=["password"])
        made.append(Account(person.address, roles[0], password))
    return made


def _taken(port: int) -> bool:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
