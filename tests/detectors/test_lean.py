"""What is let go is what anybody can have back."""

import subprocess
import sys
from pathlib import Path

import pytest

from detectors import lean

REGION = """{start}-{end} {rights} 00001000 08:01 1835{path}
Size:                  4 kB
Rss:                   4 kB
Anonymous:      {changed:>8} kB
LazyFree:              0 kB
VmFlags: rd ex mr mw me
"""
BEFORE = REGION.format(start="1000", end="2000", rights="rw-p", path="", changed=4)
AFTER = REGION.format(start="5000", end="6000", rights="rw-p", path="          /lib/x.so", changed=0)


@pytest.mark.parametrize(
    ("rights", "path", "changed", "goes"),
    [
        ("r-xp", "          /lib/x.so", 0, True),
        ("r--p", "          /lib/x y.so", 0, True),
        ("r--p", "          /lib/x.so", 8, False),
        ("rw-p", "          /lib/x.so", 0, False),
        ("r--s", "          /var/x", 0, False),
        ("r--p", "", 0, False),
        ("r-xp", "          [vdso]", 0, False),
    ],
    ids=["code", "constants", "addresses filled in", "variables", "shared", "no file", "the kernel's"],
)
def test_only_what_stands_on_the_disk_as_it_is_here(rights: str, path: str, changed: int, goes: bool) -> None:
    region = REGION.format(start="3000", end="4000", rights=rights, path=path, changed=changed)
    found = lean._AS_ON_DISK.findall((BEFORE + region + AFTER).encode())
    assert found == ([(b"3000", b"4000")] if goes else [])


def test_a_system_that_does_not_tell_its_regions_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lean, "_REGIONS", Path("/proc/self/none"))
    lean.let_go_of_files()


def test_nothing_is_lost_by_it() -> None:
    program = (
        "from detectors.lean import let_go, let_go_of_files\n"
        "from detectors.scan import scan\n"
        "from detectors.warmth import EMPTY, SAMPLE\n"
        "before = scan(SAMPLE, EMPTY)\n"
        "let_go()\nlet_go_of_files()\n"
        "assert scan(SAMPLE, EMPTY).findings == before.findings != ()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
