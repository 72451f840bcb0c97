"""One installation as its settings name it: what the quarantine must know, the directory and the policies, loaded or refused."""

import socket
from datetime import date
from pathlib import Path
from typing import Literal

from psycopg.conninfo import make_conninfo

import policies
from detectors.directory import Directory, DirectoryPaths, load
from detectors.directory.export import Export
from detectors.fingerprints import Fingerprints
from gateway import snapshot
from gateway.settings import Settings
from gateway.snapshot import Snapshot
from policies.cases import prove
from policies.policy_set import MONITOR, Authority, PolicySet
from quarantine.config import Config, Notices, School, Waivers


def hostname(settings: Settings) -> str:
    """Our name in greetings, Received lines and reports."""
    return settings.smtp.hostname or socket.getfqdn()


def quarantine_config(
    settings: Settings, *, may_read: bool, serves: Literal["console", "pages"] = "console"
) -> Config:
    """The quarantine's own view of the settings; `may_read` is for processes that open the sealed store."""
    storage = settings.storage
    database = storage.database
    if storage.database_password is not None:
        database = make_conninfo(database, password=storage.database_password.value)
    return Config(
        storage=storage.path,
        schools=tuple(School(key=s.key, name=s.name, domains=s.domains) for s in settings.school),
        database=database,
        roles=settings.roles,
        console_url=settings.console.url,
        pages_url=settings.pages.url,
        serves=serves,
        mfa_required=settings.console.mfa_required,
        hostname=hostname(settings),
        notices=Notices(sender=settings.notices.sender, on_block=settings.notices.on_block),
        may_read=may_read,
        waivers=_waivers(settings),
    )


def _waivers(settings: Settings) -> Waivers:
    """Who may approve exceptions, and to what; a broken set is for `policy_set` to say."""
    try:
        found = policies.load_set(_source(settings))
    except (policies.PolicyError, OSError):
        return Waivers()
    names = {name for p in found.policies if p.waivable for name in (p.id, p.matrix) if name}
    header = found.header
    return Waivers(by=header.waiver_by, approvers=header.waiver_approvers, policies=tuple(sorted(names)))


def _source(settings: Settings) -> str | Path:
    pack = settings.policy.pack
    own = "/" in pack or pack.endswith(".toml")
    return settings.source.parent / pack if own else pack


def directory(
    settings: Settings,
    fingerprints: Fingerprints,
    *,
    today: date,
    imported: Snapshot | Literal["in force"] | None = "in force",
) -> Directory:
    """The school's people: from the files that the settings name, and from the import in force or the one given."""
    files = settings.directory
    found = snapshot.load(settings.storage.path) if imported == "in force" else imported
    return load(
        DirectoryPaths(
            pupils=files.pupils,
            staff=files.staff,
            contacts=files.contacts,
            partners=files.partners,
            outsiders=files.outsiders,
        ),
        tuple(s.name for s in settings.school),
        tuple(d for s in settings.school for d in s.domains),
        fingerprints,
        allow_empty=files.allow_empty,
        today=today,
        imported=Export(found.format, found.pupils, found.staff, found.contacts) if found else None,
    )


def policy_set(settings: Settings) -> PolicySet:
    """The policies in force: a shipped pack by its name, or a school's own set by its path."""
    source = _source(settings)
    found = policies.load_set(
        source,
        staff_informed=settings.policy.staff_informed,
        authority={
            role: Authority(by=a.by, date=a.date, document=a.document)
            for role, a in settings.policy.authority.items()
        },
    )
    prove(found, source)
    return policies.in_mode(found, MONITOR) if settings.policy.mode == MONITOR else found


def directory_sources(settings: Settings) -> tuple[Path, ...]:
    """The files and the import in force."""
    imported = snapshot.path(settings.storage.path)
    return (*directory_files(settings), *([imported] if imported.exists() else []))


def directory_files(settings: Settings) -> tuple[Path, ...]:
    """All files of the directory that the settings name."""
    files = settings.directory
    return (*files.pupils, *files.staff, *files.contacts, *files.partners, *files.outsiders)


def marks(settings: Settings) -> tuple[tuple[int, int], ...]:
    """Changes whenever settings, policies or directory are replaced on the disk."""
    own = settings.source.parent / settings.policy.pack
    named = (settings.source, own, *directory_sources(settings))
    found = [path.stat() for path in named if path.exists()]
    return tuple((one.st_mtime_ns, one.st_ino) for one in found)
