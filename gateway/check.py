"""What `schoolgate check` looks at: each part of an installation, said in one line with what to do about it."""

import asyncio
import ipaddress
import os
import re
import shutil
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum

import dns.exception
import dns.resolver

from detectors.directory import Directory
from detectors.findings import Read, Scan
from detectors.ocr import installed
from detectors.sandbox import SandboxError
from gateway import installation, signing, workers
from gateway.relay import Relay
from gateway.settings import Settings
from policies import PolicySet
from policies.explain import departure
from quarantine.keys import Keys

DIRECTORY_DAYS = 7  # older lists miss children who came since
DISK_FREE = 2_000_000_000  # bytes that a day of held mail may need
PROBE = 5.0  # seconds to wait for the next hop's greeting
# Addresses from which anybody's tenant sends (published by their owners); a check against mistakes, not a list of all.
SHARED = {
    "Microsoft 365": (
        "40.92.0.0/15",
        "40.107.0.0/16",
        "52.100.0.0/14",
        "104.47.0.0/17",
        "2a01:111:f400::/48",
    ),
    "Google Workspace": (
        "35.190.247.0/24",
        "64.233.160.0/19",
        "66.102.0.0/20",
        "74.125.0.0/16",
        "209.85.128.0/17",
    ),
}


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at: `what` in a word or two, and a sentence."""

    what: str
    state: State
    text: str


def ok(what: str, text: str) -> Line:
    return Line(what, State.OK, text)


def warning(what: str, text: str) -> Line:
    return Line(what, State.WARNING, text)


def broken(what: str, text: str) -> Line:
    return Line(what, State.BROKEN, text)


def settings_lines(settings: Settings) -> Iterator[Line]:
    """What the settings alone show."""
    yield ok("settings", f"{settings.source}: {len(settings.school)} school(s)")
    yield from shared_ranges(settings)
    if settings.console.url.startswith("http://") and not _loopback(settings.console.url.split("//")[1]):
        yield warning(
            "console", "console.url is http: sign-ins would travel in the clear. Put a TLS proxy in front"
        )
    if settings.next_hop.tls in {"off", "opportunistic"} and not _loopback(settings.next_hop.address):
        yield warning(
            "next hop", f'tls = "{settings.next_hop.tls}" does not prove who takes the mail; use "verified"'
        )
    if not settings.sandbox.require:
        yield warning("sandbox", "require = false: hostile files may be opened without walls")
    if settings.policy.mode == "monitor":
        yield warning("policies", 'mode = "monitor": everything passes')


def shared_ranges(settings: Settings) -> Iterator[Line]:
    """Networks that are everybody's let everybody in, unless a [[client]] proves whose mail it is."""
    asked = [("smtp.allow_from", n) for n in settings.smtp.allow_from]
    asked += [(f"client {c.name}", n) for c in settings.smtp.client if not c.certificate for n in c.networks]
    asked += [
        (f"client {c.name}", n)
        for c in settings.smtp.client
        if c.certificate and not c.tenant
        for n in c.networks
    ]
    for where, network in asked:
        owner = next((name for name, ranges in SHARED.items() if _overlaps(network, ranges)), "")
        if owner:
            yield warning(
                "who may send", f"{where} names addresses of {owner}, which are everybody's: {_PROOF}"
            )
        elif ipaddress.ip_network(network).is_global and ipaddress.ip_network(network).num_addresses > 256:
            yield warning(
                "who may send", f"{where} names a public network of more than 256 addresses; are all yours?"
            )


_PROOF = "use [[client]] with certificate, tenant_header and tenant"


def _overlaps(network: str, ranges: tuple[str, ...]) -> bool:
    one = ipaddress.ip_network(network)
    others = (ipaddress.ip_network(r) for r in ranges)
    return any(one.version == other.version and one.overlaps(other) for other in others)


def dkim_lines(settings: Settings, *, lookup: Callable[[str], str | None] | None = None) -> Iterator[Line]:
    """Each DKIM key, and whether the DNS shows its public half; without keys, that cures break signatures."""
    if not settings.dkim:
        yield ok("dkim", "no key: a cure breaks a DKIM signature made before us, and IT is told")
    for key in signing.load(settings.dkim).keys:
        name = f"{key.selector}._domainkey.{key.domain}"
        shown = (lookup or _txt)(name)
        if shown is not None and key.public in re.sub(r"\s", "", shown):
            yield ok("dkim", f"signs for {key.domain}; the DNS shows the key as {name}")
        else:
            problem = "does not answer or has nothing" if shown is None else "shows another key"
            record = f'"v=DKIM1; k=rsa; p={key.public}"'
            yield warning("dkim", f"the DNS {problem} at {name}; publish there, as TXT: {record}")


def _txt(name: str) -> str | None:
    """What the DNS says at a name; None where it says nothing now."""
    try:
        found = dns.resolver.resolve(name, "TXT", lifetime=PROBE)
    except (dns.exception.DNSException, OSError):
        return None
    return " ".join("".join(part.decode("ascii", "replace") for part in one.strings) for one in found)


def _loopback(address: str) -> bool:
    host = address.rsplit(":", 1)[0].strip("[]/")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def policy_lines(settings: Settings, policy_set: PolicySet) -> Iterator[Line]:
    """The set, its obstacles, and roles that it names and the settings do not."""
    yield ok(
        "policies",
        f"{policy_set.header.name}: {len(policy_set.policies)} policies, version {policy_set.version}",
    )
    for switch in policy_set.switches:
        if switch.on and not switch.signed_by:
            yield warning("policies", f"switch {switch.name}: {departure(switch)}")
    for obstacle in policy_set.obstacles:
        yield warning("policies", f"stays in monitor mode: {obstacle}")
    without = [role for role in policy_set.roles_used if not settings.roles.get(role)]
    if without:
        yield warning("roles", f"the policies name {', '.join(without)}, and [roles] gives them no address")


def directory_lines(settings: Settings, directory: Directory, *, now: datetime) -> Iterator[Line]:
    """How many people, and how old the lists are."""
    counts = (
        f"{len(directory.pupils)} pupils, {len(directory.staff)} staff, {len(directory.contacts)} contacts"
    )
    yield (
        ok("directory", counts)
        if directory.pupils
        else warning("directory", f"{counts}: no name is protected")
    )
    for file in installation.directory_sources(settings):
        days = (now - datetime.fromtimestamp(file.stat().st_mtime, UTC)).days
        if days > DIRECTORY_DAYS:
            name = "the import" if file.name == "current" else file.name
            yield warning("directory", f"{name} is {days} days old")


def storage_lines(settings: Settings, keys: Keys) -> Iterator[Line]:
    """Keys, room on the disk, and whether the sealed store is out of the mail process's reach."""
    path = settings.storage.path
    yield ok("keys", f"{len(keys.marks())} keys, those that the database knows")
    yield ok("database", settings.storage.database.partition("://")[0])
    free = shutil.disk_usage(path).free
    yield (ok if free > DISK_FREE else warning)("disk", f"{free // 1_000_000:,} MB free")
    if (path / "keys/store.key").stat().st_uid == os.geteuid():
        yield warning("keys", "one user runs all: the mail process could read the store's key (see deploy/)")


def next_hop_line(settings: Settings) -> Line:
    """Whether the next hop, and each partner's server, answers with the TLS that the settings ask of it."""
    relay = Relay(settings.next_hop, installation.hostname(settings))
    found = asyncio.run(relay.probe(within=PROBE))
    bad = [f"{server}: {problem}" for server, problem in found.items() if problem]
    if bad:
        return warning("next hop", f"cannot be used now ({'; '.join(bad)}); mail waits at its sender")
    return ok("next hop", f"answers: {', '.join(found)}")


def sandbox_lines(settings: Settings, directory: Directory) -> Iterator[Line]:
    """A worker is started and reads one message with a pupil's name; which walls stand around it."""
    try:
        barriers, found = asyncio.run(_trial(settings, directory))
    except SandboxError as wrong:
        yield broken("sandbox", str(wrong))
        return
    yield ok("sandbox", "; ".join(barriers))
    yield _pictures(settings, found)
    if not directory.pupils:
        return
    if "pupil-name" in {finding.kind for finding in found.findings}:
        yield ok("trial scan", "finds a pupil's name in a subject")
    else:
        yield broken("trial scan", "does not find a pupil's name in a subject")


def _pictures(settings: Settings, found: Scan) -> Line:
    """Whether the words of a picture are read: the trial message holds one."""
    if not settings.scan.ocr:
        return ok("pictures", "are not read: switched off")
    if not installed():
        return warning("pictures", "are not read: the extra `ocr` is not installed")
    if any(part.sniffed == "png" and part.read is Read.WHOLE and not part.read_why for part in found.parts):
        return ok("pictures", "their words are read")
    return broken("pictures", "are not read, though the extra `ocr` is installed")


async def _trial(settings: Settings, directory: Directory) -> tuple[tuple[str, ...], Scan]:
    pool = workers.pool(settings, directory, workers=1)
    try:
        await pool.start()
        found = await pool.scan(_trial_message(directory))
        return pool.barriers, found
    finally:
        await pool.close()


# A small picture that says "Class list".
_PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAJYAAAAiAQAAAACVIR0sAAAAvUlEQVR42s2RMQrCQBQFZ2OQ2G1hkdLO0iMYT+INPEGQBS3svIIHEQy2nkCwiDamsFgbSQLJWsRsgnY2+qvHMDwefGF4"
    "v8Lh837HMhkA5EmLJWmdE8s6ukp+y7t5n30RRp6zgGR5VBVzkZTpJo4x8x01A3HaXiMIh+OGORLl581UBzDykilYtVnJ1I8QIbZPU+jeIobZw3oB4KDAa7x+ij5oMK3NhTSD/V2Bl9nN"
    "vufKyWiN6MqXJ/7+l9+zJyhXOEwYvG5DAAAAAElFTkSuQmCC"
)


def _trial_message(directory: Directory) -> bytes:
    message = EmailMessage(policy=SMTP)
    if directory.pupils:
        pupil = directory.pupils[0]
        message["Subject"] = f"{pupil.legal_forename} {pupil.legal_surname}"
    message.set_content("A trial.\n")
    message.add_attachment(_PICTURE, maintype="image", subtype="png", filename="trial.png")
    return message.as_bytes()


def tried(what: str, look: Callable[[], list[Line]], refusals: tuple[type[Exception], ...]) -> list[Line]:
    """The lines of one part; a refusal of it is a broken line, not the end of the report."""
    try:
        return look()
    except refusals as wrong:
        return [broken(what, str(wrong))]
