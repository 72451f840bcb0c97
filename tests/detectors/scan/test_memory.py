"""An attachment that was read before is not read again, and says exactly the same."""

from dataclasses import replace

import pytest

from detectors.extract.memory import Memory
from detectors.limits import Limits
from detectors.scan import scan
from detectors.warmth import EMPTY
from tests.corpus.locks.archives import archives
from tests.corpus.plain import plain_docx, plain_xlsx, plain_zip
from tests.support.mail import make_message
from tests.support.pictures import photograph, saved

pytestmark = pytest.mark.slow

LETTER = b"Wilhelmina Warmington was seen. " * 300
FILES = (
    ("list.txt", "text/plain", LETTER),
    (
        "all.zip",
        "application/zip",
        plain_zip(**{"a.docx": plain_docx(), "Wilhelmina Warmington.txt": LETTER, "c.xlsx": plain_xlsx()}),
    ),
    ("locked.zip", "application/zip", {n: d for n, d, _ in archives()}["aes256.zip"] + b"\0" * 5_000),
    ("odd.bin", "application/octet-stream", bytes(range(256)) * 40),
)


def without_hash(found):
    """What must be alike: everything but the hash of the message itself."""
    return replace(
        found, parts=tuple(replace(p, sha256="", size=0) if p.path == "0" else p for p in found.parts)
    )


@pytest.mark.parametrize(
    "attach", [FILES, FILES[::-1], FILES[:1] * 3], ids=["in order", "backwards", "three times"]
)
def test_what_is_remembered_is_what_would_be_read(attach):
    memory = Memory(10_000_000)
    scan(make_message(attach=FILES), EMPTY, memory=memory)
    raw = make_message(subject="Another", body="Another letter\r\n", attach=attach)
    again, fresh = scan(raw, EMPTY, memory=memory), scan(raw, EMPTY)
    assert again.parts == fresh.parts
    assert sorted(map(repr, again.findings)) == sorted(map(repr, fresh.findings))


def test_a_part_is_read_once():
    memory = Memory(10_000_000)
    read: list[str] = []
    for _ in range(3):
        scan(make_message(attach=FILES[:2]), EMPTY, memory=memory, progress=read.append)
    assert read.count("0/1") == 1
    assert read.count("0") == 3


def test_a_newsletter_with_a_picture_is_read_once_for_all_parents():
    """Where nobody reads pictures, an unread one stays unread: the document around it need not be opened again."""
    memory, read = Memory(10_000_000), []
    letter = plain_zip(**{"letter.docx": plain_docx(), "photo.jpg": saved(photograph(600, 400), "JPEG")})
    for parent in range(600):
        raw = make_message(
            body=f"Dear parent {parent}\r\n", attach=(("news.zip", "application/zip", letter),)
        )
        found = scan(raw, EMPTY, memory=memory, progress=read.append)
        assert "unreadable:image" in {f.kind for f in found.findings}
    assert len([path for path in read if path.startswith("0/1/")]) == 2


def test_another_name_is_another_part():
    memory = Memory(10_000_000)
    scan(make_message(attach=FILES[:1]), EMPTY, memory=memory)
    read: list[str] = []
    scan(
        make_message(attach=(("other.txt", "text/plain", LETTER),)),
        EMPTY,
        memory=memory,
        progress=read.append,
    )
    assert "0/1" in read


def test_what_time_cut_short_is_not_remembered():
    memory = Memory(10_000_000)
    late = scan(make_message(attach=FILES[:1]), EMPTY, Limits(part_chars=100), memory=memory)
    assert "unreadable:too-much-text" in {f.kind for f in late.findings}
    whole = scan(make_message(attach=FILES[:1]), EMPTY, memory=memory)
    assert not {f.kind for f in whole.findings if f.kind.startswith("unreadable")}


def test_it_holds_no_more_than_it_may():
    memory = Memory(50_000)
    for i in range(20):
        scan(make_message(attach=((f"{i}.txt", "text/plain", b"%d " % i + LETTER),)), EMPTY, memory=memory)
    assert memory._size <= 50_000
    assert len(memory._kept) < 20
