"""Every bomb through the real pool: each is answered with its finding, the worker stays under its memory, and the next message is scanned as ever."""

import time

import psutil
import pytest

from detectors.limits import Limits
from tests.corpus.bombs import bombs
from tests.corpus.malformed import malformed
from tests.detectors.pool.test_pool import LETTER, endless_pdf, kinds, run
from tests.support.mail import make_message

pytestmark = pytest.mark.slow

MEMORY = 1_500_000_000
DEADLINE = 12.0
# A page without end is ended by its time, or its reader by its memory: whichever comes first.
BIG = {"unreadable:time", "unreadable:deadline", "unreadable:worker-crash"}


def forms_in_forms(depth: int = 26) -> bytes:
    """Each form draws the next one twice: two to the power of its depth, in six kilobytes."""
    head = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length 4>>stream\n/A Do\nendstream endobj\n"
    )
    forms = b"".join(
        b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A %d 0 R>>>>/Length 11>>stream\n/A Do /A Do\nendstream endobj\n"
        % (5 + n, 6 + n)
        for n in range(depth)
    )
    return head + forms + b"trailer<</Root 1 0 R/Size 99>>\n%%EOF"


def test_whatever_a_bomb_does_the_next_message_is_scanned_as_ever():
    rows = [
        *bombs(),
        *malformed(),
        ("endless.pdf", endless_pdf(8_000_000), BIG),
        ("forms.pdf", forms_in_forms(), BIG),
    ]
    assert len(rows) >= 86

    async def story(pool):
        wrong = []
        for name, data, expected in rows:
            began = time.monotonic()
            attached = (
                (name, "application/octet-stream", data),
                ("note.txt", "text/plain", b"Wilhelmina Warmington\r\n"),
            )
            scan = await pool.scan(make_message(attach=attached))
            took = time.monotonic() - began
            after = await pool.scan(LETTER)
            used = max((p.memory_info().rss for p in psutil.Process().children(recursive=True)), default=0)
            if (
                took > DEADLINE + 8
                or (expected and not kinds(scan) & expected)
                or "pupil-name" not in kinds(scan)
                or "pupil-name" not in kinds(after)
                or used > MEMORY
            ):
                wrong.append((name, round(took, 1), sorted(kinds(scan))[:6], sorted(kinds(after))[:3], used))
        return wrong

    assert run(story, limits=Limits(part_seconds=2.0, seconds=6.0), deadline=DEADLINE, memory=MEMORY) == []
