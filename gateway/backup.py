"""Backup and restore of one installation: settings, the files they name, keys and a consistent copy of the database, in one file."""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from gateway import installation, snapshot
from gateway.settings import Settings
from policies import toml_text

FORMAT = 1
PEOPLE = "directory"
MANIFEST = "manifest.json"
SETTINGS, KEYS, SQLITE, DUMP = (
    "settings/schoolgate.toml",
    "keys",
    "database/schoolgate.sqlite3",
    "database/dump",
)
LEFT = ("-wal", "-shm", "-journal")  # of an older database: SQLite would put its pages over ours
_PIECE = 1 << 20  # bytes looked at in one go
_PG_TIMEOUT = 3600  # seconds for a database of many held messages


class BackupError(Exception):
    """Why a backup cannot be made or put back, in one line."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a backup holds, and which files of the settings lie elsewhere and must be kept by other means."""

    made_at: str
    files: tuple[str, ...]
    outside: tuple[str, ...]


def backup(settings: Settings, target: Path, *, now: datetime) -> Report:
    """Write all that a new machine needs to go on into one file that its owner alone can read."""
    if target.exists():
        raise BackupError(f"{target} is there already")
    home = settings.source.parent
    named = [path for path in _named(settings) if path.exists()]
    inside = {f"settings/{path.relative_to(home)}": path for path in named if path.is_relative_to(home)}
    outside = tuple(str(path) for path in named if not path.is_relative_to(home))
    keys = {f"{KEYS}/{path.name}": path for path in sorted((settings.storage.path / "keys").iterdir())}
    imported = snapshot.path(settings.storage.path)
    people = {f"{PEOPLE}/{imported.name}": imported} if imported.exists() else {}
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".schoolgate-backup-") as name:
        folder = Path(name)
        files = {SETTINGS: settings.source, **inside, **keys, **people, **_database(settings, folder)}
        report = Report(now.isoformat(timespec="seconds"), tuple(sorted(files)), outside)
        manifest = {"format": FORMAT, "made_at": report.made_at, "files": report.files, "outside": outside}
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        part = folder / "archive"
        part.touch(mode=0o600)
        with tarfile.open(part, "w:gz") as archive:
            archive.add(folder / MANIFEST, MANIFEST)
            for member, path in sorted(files.items()):
                archive.add(path.resolve(), member, recursive=False)
        _sync(part)
        part.rename(target)
    return report


def restore(source: Path, settings_file: Path) -> Report:
    """Put a backup into an empty place: the settings at `settings_file`, all else where they say."""
    if settings_file.exists():
        raise BackupError(f"{settings_file} is there already: restore beside it, or move it away")
    _check_whole(source)
    try:
        archive = tarfile.open(source, "r:gz")  # noqa: SIM115 - closed by the with below
    except (OSError, tarfile.TarError):
        raise BackupError(f"{source} cannot be read as a backup") from None
    with archive:
        report = _manifest(archive)
        storage = _storage(archive, settings_file)
        places = {member: _place(member, settings_file, storage) for member in report.files}
        beside = [f"{places[SQLITE]}{end}" for end in LEFT if SQLITE in places]
        taken = [str(place) for place in (*places.values(), *map(Path, beside)) if place.exists()]
        if taken:
            raise BackupError(f"there already: {', '.join(taken)}")
        for member, place in places.items():
            _put(archive, member, place)
    return report


def load_dump(settings: Settings) -> None:
    """The database of a restored installation on PostgreSQL, from the dump beside its keys."""
    dump = settings.storage.path / "dump"
    if settings.storage.database == "sqlite" or not dump.exists():
        return
    _postgres(settings, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(dump))
    dump.unlink()


def _named(settings: Settings) -> list[Path]:
    smtp, hop = settings.smtp, settings.next_hop
    maybe = (smtp.tls_certificate, smtp.tls_key, smtp.users, hop.ca, *(client.ca for client in smtp.client))
    own = settings.source.parent / settings.policy.pack
    return [
        *installation.directory_files(settings),
        *(p for p in maybe if p),
        *([own] if own.is_file() else []),
    ]


def _database(settings: Settings, folder: Path) -> dict[str, Path]:
    """A copy that is consistent while the gateway runs."""
    if settings.storage.database != "sqlite":
        _postgres(settings, "pg_dump", "--format=custom", "--no-owner", f"--file={folder / 'dump'}")
        return {DUMP: folder / "dump"}
    original = settings.storage.path / PurePosixPath(SQLITE).name
    if not original.exists():
        return {}
    copy = folder / original.name
    copy.touch(mode=0o600)
    source, target = sqlite3.connect(f"file:{original}?mode=ro", uri=True), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    return {SQLITE: copy}


def _postgres(settings: Settings, program: str, *words: str) -> None:
    """One of PostgreSQL's own programs; the password goes by the environment, which only we can see."""
    password = settings.storage.database_password
    done = subprocess.run(  # noqa: S603 - PostgreSQL's program with our own words
        [program, f"--dbname={settings.storage.database}", *words],
        env={**os.environ, **({"PGPASSWORD": password.value} if password else {})},
        capture_output=True,
        check=False,
        timeout=_PG_TIMEOUT,
    )
    if done.returncode:
        raise BackupError(f"{program} ended with {done.returncode}; run it by hand to see why")


def _check_whole(source: Path) -> None:
    """Read it to its end once, where its checksum stands: tar itself takes each changed byte."""
    try:
        with gzip.open(source) as stream:
            while stream.read(_PIECE):
                pass
    except (EOFError, OSError, zlib.error):
        raise BackupError(f"{source} is cut off or damaged, or no backup; nothing was restored") from None


def _manifest(archive: tarfile.TarFile) -> Report:
    try:
        stored = json.loads(_read(archive, MANIFEST))
        if stored["format"] != FORMAT:
            raise BackupError(f"this backup has format {stored['format']}, and we read format {FORMAT}")
        return Report(
            str(stored["made_at"]), tuple(map(str, stored["files"])), tuple(map(str, stored["outside"]))
        )
    except (KeyError, ValueError, TypeError, tarfile.TarError):
        raise BackupError("the file is no backup of Schoolgate") from None


def _storage(archive: tarfile.TarFile, settings_file: Path) -> Path:
    """Where the settings inside the backup keep the rest."""
    try:
        document = toml_text.document(_read(archive, SETTINGS))
    except (KeyError, ValueError):
        raise BackupError("the backup holds no settings") from None
    return settings_file.absolute().parent / str(document.get("storage", {}).get("path", "var"))


def _read(archive: tarfile.TarFile, member: str) -> bytes:
    stream = archive.extractfile(member)
    if stream is None:
        raise KeyError(member)
    with stream:
        return stream.read()


def _place(member: str, settings_file: Path, storage: Path) -> Path:
    """Where one file of the backup belongs; a name that leads elsewhere is refused."""
    path = PurePosixPath(member)
    if path.is_absolute() or ".." in path.parts or len(path.parts) < 2:
        raise BackupError("the backup holds a name that leads outside; nothing was restored")
    rest = PurePosixPath(*path.parts[1:])
    match path.parts[0]:
        case "settings" if member == SETTINGS:
            return settings_file.absolute()
        case "settings":
            return settings_file.absolute().parent / rest
        case "keys":
            return storage / KEYS / rest
        case "directory":
            return storage / PEOPLE / rest
        case "database":
            return storage / rest
    raise BackupError("the backup holds a file of an unknown kind; nothing was restored")


def _put(archive: tarfile.TarFile, member: str, place: Path) -> None:
    place.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    if member.startswith(f"{KEYS}/"):
        place.parent.chmod(0o700)
    stream, mode = archive.extractfile(member), archive.getmember(member).mode & 0o750
    if stream is None:
        raise BackupError("the backup is damaged")
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode or 0o600)
    with stream, os.fdopen(handle, "wb") as out:
        shutil.copyfileobj(stream, out)
        out.flush()
        os.fsync(out.fileno())


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
