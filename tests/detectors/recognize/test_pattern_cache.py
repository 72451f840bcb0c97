"""Compiled patterns are taken again only where they are whole, ours alone, and made for this library, CPU and list of patterns."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import hyperscan
import pytest

from detectors.recognize.pattern_cache import database

PATTERNS, FLAGS = [b"born", rb"\d{4}"], [hyperscan.HS_FLAG_CASELESS, hyperscan.HS_FLAG_SINGLEMATCH]


def hits(found: Any, text: bytes = b"Born in 2011, BORN") -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    found.scan(text, match_event_handler=lambda number, _start, end, *_: seen.append((end, number)) and None)
    return sorted(seen)


def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes each compilation."""
    from detectors.recognize import pattern_cache

    times: list[str] = []
    before = pattern_cache._compiled
    monkeypatch.setattr(pattern_cache, "_compiled", lambda *args: (times.append("x"), before(*args))[1])
    return times


def kept(folder: Path) -> Path:
    [file] = folder.glob("patterns-*")
    return file


def test_what_is_kept_finds_the_same_and_only_its_owner_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second start compiles nothing."""
    times = compiled(monkeypatch)
    first = hits(database(PATTERNS, FLAGS, tmp_path / "p"))
    assert hits(database(PATTERNS, FLAGS, tmp_path / "p")) == first == hits(database(PATTERNS, FLAGS, None))
    assert len(times) == 2  # once for the file, once without one
    assert kept(tmp_path / "p").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(file.read_bytes()[:40] + b"\0" + file.read_bytes()[41:]),
        lambda file: file.chmod(0o644),
        lambda file: (file.rename(file.with_name("other")), file.symlink_to("other")),
    ],
)
def test_what_cannot_be_trusted_is_made_anew(
    harm: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut, changed, open to others, or a link."""
    first = hits(database(PATTERNS, FLAGS, tmp_path))
    harm(kept(tmp_path))
    times = compiled(monkeypatch)
    assert hits(database(PATTERNS, FLAGS, tmp_path)) == first
    assert times == ["x"]
    assert kept(tmp_path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("error", [hyperscan.DatabaseVersionError, hyperscan.DatabasePlatformError])
def test_one_of_another_library_or_cpu_is_made_anew(
    error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library refuses it; nobody notices but for a third of a second."""
    first = hits(database(PATTERNS, FLAGS, tmp_path))

    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(hyperscan, "loadb", refuse)
    assert hits(database(PATTERNS, FLAGS, tmp_path)) == first


def test_other_patterns_are_another_file_and_the_old_one_goes(tmp_path: Path) -> None:
    database(PATTERNS, FLAGS, tmp_path)
    old = kept(tmp_path)
    assert hits(database([b"born", rb"\d\d"], FLAGS, tmp_path))
    assert kept(tmp_path) != old


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert hits(database(PATTERNS, FLAGS, tmp_path / "file" / "x"))
