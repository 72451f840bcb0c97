"""One installation as its settings name it: what the quarantine must know, the directory and the policies, loaded or refused."""

import contextlib
import socket
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import policies
from detectors.directory import Directory, DirectoryPaths, load
from detectors.directory.export import Export
from detectors.fingerprints import Fingerprints
from gateway import snapshot
from gateway.settings import Settings
from gateway.settings_file import SettingsError
from gateway.snapshot import Snapshot
from policies.cases import prove
from policies.policy_set import ENFORCE, MONITOR, Authority, PolicySet, SecureMethod
from quarantine.config import (
    Admission,
    Config,
    Group,
    Notices,
    OpenId,
    Retention,
    School,
    Waivers,
)

_INFORM = (
    "is missing: tell staff that their mail is checked, and write the day here;"
    ' until then let the rules only watch with mode = "monitor"'
)

UMASK = 0o007  # the processes of one installation share a group; nobody else reads anything


def hostname(settings: Settings) -> str:
    """Our name in greetings, Received lines and reports."""
    return settings.smtp.hostname or socket.getfqdn()


def quarantine_config(
    settings: Settings, *, may_read: bool, serves: Literal["console", "pages"] = "console"
) -> Config:
    """The quarantine's own view of the settings; `may_read` is for processes that open the sealed store."""
    storage, policy = settings.storage, _readable(settings)
    language = _language(policy)
    database = storage.database
    if storage.database_password is not None:
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415  for PostgreSQL alone

        database = make_conninfo(database, password=storage.database_password.value)
    return Config(
        storage=storage.path,
        schools=tuple(
            School(key=s.key, name=s.name, domains=s.domains, language=s.language or language)
            for s in settings.school
        ),
        database=database,
        roles=settings.roles,
        console_url=settings.console.url,
        pages_url=settings.pages.url,
        serves=serves,
        mfa_required=settings.console.mfa_required,
        hostname=hostname(settings),
        notices=_notices(settings),
        openid=_openid(settings),
        admission=_admission(settings),
        tags=settings.before_sending.tags,
        pages_sign_in=settings.pages.sign_in,
        owners={machine.lower(): owner for machine, owner in settings.senders.unattended.items()},
        may_read=may_read,
        waivers=waivers(policy) if policy else Waivers(),
        dkim_domains=tuple(one.domain for one in settings.dkim),
        secure_methods=_secure_methods(policy),
        holidays=_holidays(settings),
        retention=_retention(settings, policy),
    )


def _readable(settings: Settings) -> PolicySet | None:
    """The policy set as far as the quarantine must know it; one that is broken is for `policy_set` to say."""
    try:
        return policies.load_set(policy_source(settings))
    except (policies.PolicyError, OSError):
        return None


def _language(found: PolicySet | None) -> str:
    """The policy set's language, as Django writes it."""
    named = found.header.language if found else "en-gb"
    return {"cy-GB": "cy"}.get(named, named.lower())


def _notices(settings: Settings) -> Notices:
    n = settings.notices
    return Notices(
        sender=n.sender,
        on_block=n.on_block,
        wording=n.wording,
        logo=n.logo,
        digest=n.digest,
        digest_empty=n.digest_empty,
    )


def _openid(settings: Settings) -> OpenId | None:
    found = settings.openid
    if found is None:
        return None
    secret = found.secret.value if found.secret else ""
    return OpenId(issuer=found.issuer, client=found.client, secret=secret, claim=found.claim, name=found.name)


def _admission(settings: Settings) -> Admission | None:
    found = settings.console.openid
    if found is None:
        return None
    return Admission(
        claim=found.claim,
        domains=found.domains or tuple(d for school in settings.school for d in school.domains),
        by_provider=found.mfa == "provider",
        acr=found.mfa_acr,
        groups=tuple(Group(name=g.group, role=g.role, schools=g.schools) for g in found.group),
    )


def _holidays(settings: Settings) -> frozenset[date]:
    return frozenset(
        first + timedelta(days=n)
        for first, last in settings.calendar.holidays
        for n in range((last - first).days + 1)
    )


def _retention(settings: Settings, found: PolicySet | None) -> Retention:
    """The settings' times; how long a role's hold lasts is the policy set's word where they are silent."""
    times = settings.retention
    held = times.held_days
    if held is None:
        held = found.header.retention_days if found else Retention().held_days
    return Retention(
        held_days=held,
        decided_days=times.decided_days,
        metadata_days=times.metadata_days,
        stopped_days=times.stopped_days,
        audit_days=times.audit_days,
    )


def _secure_methods(found: PolicySet | None) -> tuple[SecureMethod, ...]:
    """The other ways that the policy set names."""
    return found.secure_methods if found else ()


def waivers(found: PolicySet) -> Waivers:
    """Who may approve exceptions to a set, and to which of its policies."""
    names = {name for p in found.policies if p.waivable for name in (p.id, p.matrix) if name}
    header = found.header
    return Waivers(
        by=header.waiver_by,
        approvers=header.waiver_approvers,
        each=header.waiver_all,
        policies=tuple(sorted(names)),
    )


def policy_source(settings: Settings) -> str | Path:
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
    source = policy_source(settings)
    found = policies.load_set(
        source,
        staff_informed=settings.policy.staff_informed,
        authority={
            role: Authority(by=a.by, date=a.date, document=a.document)
            for role, a in settings.policy.authority.items()
        },
    )
    prove(found, source)
    if settings.policy.mode == MONITOR:
        return policies.in_mode(found, MONITOR)
    if found.mode == ENFORCE and found.staff_informed is None:
        raise SettingsError(settings.source, "policy.staff_informed", _INFORM)
    return found


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
    return _marks((*policy_files(settings), *directory_sources(settings)))


def policy_marks(settings: Settings) -> tuple[tuple[int, int], ...]:
    """Changes whenever settings or policies are replaced on the disk: then the gateway reloads by itself.

    Lists of people are left out: one that is still being copied is right as far as it goes, and protects fewer.
    """
    return _marks(policy_files(settings))


def policy_files(settings: Settings) -> tuple[Path, ...]:
    """The settings, and the school's own set with its cases."""
    own = settings.source.parent / settings.policy.pack
    return settings.source, own, own.with_name(f"{own.stem}.cases.toml")


def _marks(files: tuple[Path, ...]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for path in files:
        with contextlib.suppress(OSError):  # not there, or being replaced
            one = path.stat()
            found.append((one.st_mtime_ns, one.st_ino))
    return tuple(found)
