"""The keys of one installation: made once, never replaced silently, and known to the database by their fingerprints."""

import hashlib
import hmac
import os
import secrets
import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path

import pyrage
from django.conf import settings

from detectors.fingerprints import Fingerprints

MODES = {
    "store.pub": 0o644,
    "store.key": 0o600,
    "fingerprint.key": 0o600,
    "loop.key": 0o600,
    "django.secret": 0o600,
}


class KeysError(Exception):
    """The keys are not those that they must be: what is wrong, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    public: str = field(repr=False)  # age recipient: seals
    private: str | None = field(repr=False)  # age identity: opens; None in a process that only writes
    fingerprint: bytes = field(repr=False)
    loop: bytes = field(repr=False)
    django_secret: str = field(repr=False)

    @property
    def fingerprints(self) -> Fingerprints:
        return Fingerprints(self.fingerprint)

    @property
    def opening(self) -> str:
        """The private key, where this process has it."""
        if self.private is None:
            raise KeysError(
                "This process has no private key.", "Only the console and delivery processes may read."
            )
        return self.private

    def marks(self) -> dict[str, str]:
        """What the database records: enough to know each key again, not enough to guess it."""
        secret = {
            "store.pub": self.public.encode(),
            "fingerprint.key": self.fingerprint,
            "loop.key": self.loop,
            "django.secret": self.django_secret.encode(),
        }
        return {
            name: hmac.new(key, b"schoolgate key record", hashlib.sha256).hexdigest()
            for name, key in secret.items()
        }


def exist(folder: Path) -> bool:
    """Whether a keys folder is there at all (whole or not is for `load` to say)."""
    return folder.exists()


def make(folder: Path) -> None:
    """Make all keys at once: the folder is there complete, or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f"{folder.name}.new-{secrets.token_hex(4)}")
    fresh.mkdir(mode=0o700)
    identity = pyrage.x25519.Identity.generate()
    contents = {
        "store.pub": f"{identity.to_public()}\n".encode(),
        "store.key": f"{identity}\n".encode(),
        "fingerprint.key": secrets.token_bytes(32),
        "loop.key": secrets.token_bytes(32),
        "django.secret": secrets.token_urlsafe(48).encode(),
    }
    for name, content in contents.items():
        _write(fresh / name, content, MODES[name])
    try:
        fresh.rename(folder)
    except OSError:
        shutil.rmtree(fresh)
        raise KeysError(f"{folder} is there already.", "Keys are never overwritten.") from None
    for path in (folder, folder.parent):
        _sync(path)


def load(folder: Path, *, private: bool = True) -> Keys:
    """Read the keys; `private` says whether this process reads the store."""
    missing = [n for n in MODES if (private or n != "store.key") and not (folder / n).is_file()]
    if missing:
        raise KeysError(
            f"Keys are missing in {folder}: {', '.join(missing)}.",
            "Restore them from your backup (`schoolgate restore FILE`): without them held messages cannot be read.",
        )
    _check_modes(folder)
    keys = Keys(
        public=(folder / "store.pub").read_text("ascii").strip(),
        private=(folder / "store.key").read_text("ascii").strip() if private else None,
        fingerprint=(folder / "fingerprint.key").read_bytes(),
        loop=(folder / "loop.key").read_bytes(),
        django_secret=(folder / "django.secret").read_text("utf-8").strip(),
    )
    _check_shape(keys, folder)
    return keys


def current() -> Keys:
    """The keys that `setup` loaded."""
    keys: Keys | None = settings.SCHOOLGATE_KEYS
    if keys is None:
        raise KeysError(
            "The keys are not loaded.", "Run `schoolgate init`, or restore them from your backup."
        )
    return keys


def _write(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        os.fchmod(handle, mode)
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_modes(folder: Path) -> None:
    secret = [folder / n for n in MODES if n != "store.pub" and (folder / n).exists()]
    open_to_all = [p.name for p in secret if stat.S_IMODE(p.stat().st_mode) & 0o007]
    if open_to_all:
        raise KeysError(
            f"Everybody on this machine can read {', '.join(open_to_all)} in {folder}.",
            f"Run `chmod o= {folder}/*.key {folder}/django.secret`.",
        )


def _check_shape(keys: Keys, folder: Path) -> None:
    remedy = "Restore the folder from your backup (`schoolgate restore FILE`)."
    try:
        pyrage.x25519.Recipient.from_str(keys.public)
        identity = pyrage.x25519.Identity.from_str(keys.private) if keys.private is not None else None
    except (pyrage.RecipientError, pyrage.IdentityError):
        raise KeysError(f"A key in {folder} is damaged.", remedy) from None
    if identity and str(identity.to_public()) != keys.public:
        raise KeysError(f"store.key and store.pub in {folder} do not belong together.", remedy)
    if len(keys.fingerprint) != 32 or len(keys.loop) != 32 or len(keys.django_secret) < 32:
        raise KeysError(f"A key in {folder} is cut short.", remedy)
