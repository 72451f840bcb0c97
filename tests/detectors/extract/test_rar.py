"""RAR: every version that free software can unpack is read, comments and former versions too; the rest says what it is."""

from pathlib import Path

import pytest

from detectors.extract.walk import read_message
from detectors.findings import Protection, Read
from detectors.limits import Limits
from detectors.scan import scan
from detectors.warmth import EMPTY
from tests.corpus.rar import rar4, rar5
from tests.support.mail import make_message

OPEN = Path(__file__).parents[2] / "corpus" / "rar_files"
SHUT = Path(__file__).parents[2] / "corpus" / "locked"
NO_TRIES = Limits(try_seconds=0)
NEEDLE = b"Wilhelmina Warmington was here\n"


def read(name: str, data: bytes, body: str = "See attached.\r\n"):
    return scan(make_message(body=body, attach=[(name, "application/vnd.rar", data)]), EMPTY, NO_TRIES)


def unread(found) -> set[str]:
    return {f.kind for f in found.findings if f.kind.startswith("unreadable")}


@pytest.mark.parametrize(
    ("name", "files", "problems"),
    [
        ("rar5-crc.rar", 2, set()),
        ("rar5-solid.rar", 2, set()),
        ("rar5-subdirs.rar", 4, set()),
        ("rar3-subdirs.rar", 4, set()),
        ("rar3-versions.rar", 3, set()),  # with the former versions, which programs do not list
        ("rar3-comment-plain.rar", 2, set()),
        ("unicode2.rar", 2, set()),
        ("rar3-solid.rar", 1, {"unreadable:unsupported"}),
        ("rar15-comment.rar", 1, {"unreadable:unsupported"}),
        ("rar2-unix-owner.rar", 0, {"unreadable:unsupported"}),
        ("rar3-vols.part3.rar", 0, {"unreadable:partial-archive"}),
    ],
)
def test_real_archives(name, files, problems):
    """By WinRAR and rar of four decades: what is read, and why the rest is not."""
    found = read(name, (OPEN / name).read_bytes())
    assert len([p for p in found.parts[3:] if p.read is Read.WHOLE]) == files
    assert unread(found) == problems


@pytest.mark.parametrize("make", [rar4, rar5])
def test_a_name_inside_is_found(make):
    found = read("a.rar", make(("list.txt", NEEDLE, "")))
    assert "pupil-name" in {f.kind for f in found.findings if f.part == "0/1/0"}


@pytest.mark.parametrize("make", [rar4, rar5])
def test_half_locked_is_open_and_the_open_half_is_read(make):
    found = read("a.rar", make(("list.txt", NEEDLE, ""), ("secret.txt", b"x" * 40, "violet-42")))
    archive = found.parts[2]
    assert archive.protection is Protection.LOOKALIKE
    assert archive.read is Read.IN_PART
    assert "pupil-name" in {f.kind for f in found.findings if f.part == "0/1/0"}


@pytest.mark.parametrize(
    ("name", "verdict", "how"),
    [
        ("rar5-psw.rar", Protection.STRONG, "AES-256, names are open"),
        ("rar5-hpsw.rar", Protection.STRONG, "AES-256, names encrypted too"),
        ("rar3-comment-psw.rar", Protection.STRONG, "AES-128, names are open"),
        ("rar3-comment-hpsw.rar", Protection.STRONG, "AES-128, names encrypted too"),
        ("rar202-comment-psw.rar", Protection.WEAK, "the cipher of RAR 2, names are open"),
    ],
)
def test_the_lock_is_that_of_the_version(name, verdict, how):
    part = read(name, (SHUT / name).read_bytes()).parts[2]
    assert (part.protection, part.protected_how, part.read) == (verdict, how, Read.NOT)


@pytest.mark.parametrize("at", range(20, 160, 20))
@pytest.mark.parametrize("make", [rar4, rar5])
def test_a_damaged_archive_is_said_to_be_one(make, at):
    """A byte changed anywhere: what is then read as whole is what was in it, and nothing escapes."""
    good = make(("a.txt", NEEDLE, ""), ("b.txt", NEEDLE, "pw"))
    bad = bytearray(good)
    bad[at % len(bad)] ^= 0x5A
    assert read("a.rar", bytes(bad)).parts


def test_a_comment_is_read_without_a_program():
    """It is packed like an entry; workers may start nothing to unpack it."""
    data = (OPEN / "rar3-comment-plain.rar").read_bytes()
    reading = read_message(make_message(attach=[("a.rar", "application/vnd.rar", data)]), NO_TRIES)
    said = [e.text for e in reading.extracts if e.place == "comment of the archive"]
    assert said == ["RARcomment\n\nComment1v2\n\nComment2v2\n"]
