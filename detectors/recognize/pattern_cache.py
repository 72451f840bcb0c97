"""The compiled patterns between two starts: a file that only its owner touches, taken where it is whole and made for this CPU, else made anew."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import hyperscan

from detectors.launch import FOLDER


def database(
    patterns: Sequence[bytes], flags: Sequence[int], folder: Path | None, name: str = "patterns"
) -> Any:
    """The compiled patterns, numbered by their place."""
    if folder is None:
        return _compiled(patterns, flags)
    file = folder / f"{name}-{_key(patterns, flags)}"
    kept = _kept(file)
    if kept is None:
        kept = _compiled(patterns, flags)
        with contextlib.suppress(OSError):  # a full or read-only disk costs time, nothing else
            _keep(file, hyperscan.dumpb(kept))
    return kept


def folder() -> Path | None:
    """The folder that this process was given."""
    name = os.environ.get(FOLDER)
    return Path(name) if name else None


def _compiled(patterns: Sequence[bytes], flags: Sequence[int]) -> Any:
    made = hyperscan.Database()
    made.compile(expressions=list(patterns), ids=list(range(len(patterns))), flags=list(flags))
    return made


def _key(patterns: Sequence[bytes], flags: Sequence[int]) -> str:
    """Other patterns, or another version of the library, are another file."""
    text = repr((version("hyperscan"), list(patterns), list(flags)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _kept(file: Path) -> Any | None:
    """What was kept; None where it is not ours alone, damaged, or made by another library or for another CPU (the library checks)."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as source:
        found = os.fstat(handle)
        if found.st_uid != os.geteuid() or found.st_mode & 0o077:
            return None
        data = source.read()
    digest, plain = data[:32], data[32:]
    if hashlib.sha256(plain).digest() != digest:
        return None
    try:
        kept = hyperscan.loadb(plain, hyperscan.HS_MODE_BLOCK)
        kept.scratch = hyperscan.Scratch(kept)
    except hyperscan.HyperscanError:
        return None
    return kept


def _keep(file: Path, plain: bytes) -> None:
    """As a whole or not at all; what was kept for other patterns goes."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(dir=file.parent, prefix=".new.")  # 0600
    with os.fdopen(handle, "wb") as out:
        out.write(hashlib.sha256(plain).digest() + plain)
    for old in file.parent.glob(f"{file.name.partition('-')[0]}-*"):
        old.unlink(missing_ok=True)
    Path(new).replace(file)
