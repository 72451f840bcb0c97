"""The imported directory at rest: sealed with a key of its own, put in place in one rename, the last versions kept."""

import os
import tempfile
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from detectors.directory import Contact, Pupil, Staff
from quarantine.keys import KeysError

KEPT = 7  # versions, the one in force with them
_CURRENT, _KEY = "current", "directory.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everybody of one import."""

    imported_at: datetime
    format: str  # in words
    source: str = ""  # a mark of the files that it was read from
    pupils: tuple[Pupil, ...] = field(default=(), repr=False)  # leavers with them, for a year
    staff: tuple[Staff, ...] = field(default=(), repr=False)
    contacts: tuple[Contact, ...] = field(default=(), repr=False)


def path(storage: Path) -> Path:
    """The file of the snapshot in force; there once something was imported."""
    return storage / "directory" / _CURRENT


def mark(storage: Path) -> tuple[int, int]:
    """Changes with every import; (0, 0) where there was none."""
    try:
        found = path(storage).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino


def load(storage: Path) -> Snapshot | None:
    """The snapshot in force; None where nothing was imported."""
    try:
        sealed = path(storage).read_bytes()
    except FileNotFoundError:
        return None
    try:
        plain = zlib.decompress(_fernet(storage).decrypt(sealed))
        return msgspec.json.decode(plain, type=Snapshot)
    except (InvalidToken, zlib.error, msgspec.DecodeError):
        raise KeysError(
            f"{path(storage)} does not open with {_KEY}.",
            "Restore both from the same backup, or import the directory again after removing the file.",
        ) from None


def save(storage: Path, snapshot: Snapshot) -> None:
    """Put it in force: on the disk as a whole, then one rename."""
    folder = path(storage).parent
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    if not path(storage).exists():
        _make_key(storage)
    sealed = _fernet(storage).encrypt(zlib.compress(msgspec.json.encode(snapshot)))
    handle, name = tempfile.mkstemp(dir=folder, prefix=".new.")
    with os.fdopen(handle, "wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    new = Path(name)
    new.chmod(0o640)
    version = folder / f"{snapshot.imported_at:%Y%m%dT%H%M%S%f}"
    version.unlink(missing_ok=True)
    os.link(new, version)
    new.replace(path(storage))
    for old in sorted(folder.glob("2*"))[:-KEPT]:
        old.unlink()
    _sync(folder)


def _fernet(storage: Path) -> Fernet:
    file = storage / "keys" / _KEY
    try:
        return Fernet(file.read_bytes().strip())
    except (OSError, ValueError):
        raise KeysError(
            f"{file} is missing or damaged.", "Restore it from your backup (`schoolgate restore FILE`)."
        ) from None


def _make_key(storage: Path) -> None:
    """A key of its own: those who read the directory need not open messages. Never replaced."""
    try:
        handle = os.open(storage / "keys" / _KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as out:
        out.write(Fernet.generate_key())
        out.flush()
        os.fsync(out.fileno())
    _sync(storage / "keys")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
