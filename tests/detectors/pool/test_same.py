"""What a worker reads behind its walls is what is read in front of them: a library that asks the system something is refused, and may then read nothing."""

import pytest

from detectors.findings import Scan
from detectors.limits import Limits
from detectors.pool import Pool
from detectors.scan import scan
from detectors.warmth import EMPTY
from tests.corpus.files import locked_files, needle_files
from tests.corpus.made import MADE
from tests.corpus.matrix import format_of
from tests.detectors.pool.test_pool import run
from tests.support.mail import make_message

pytestmark = pytest.mark.slow


def one_of_each() -> dict[str, bytes]:
    """A file of every format in the corpus, by each program; of locks, one of every verdict."""
    found: dict[str, tuple[str, bytes]] = {}
    for made in needle_files():
        found.setdefault(f"{format_of(made.name)} by {made.by}", (made.name, made.data))
    for locked in locked_files():
        found.setdefault(f"{format_of(locked.name)} {locked.verdict}", (locked.name, locked.data))
    for form, make in MADE.items():
        found[form] = (f"made.{form}", make().data)
    return dict(found.values())


def shape(found: Scan) -> tuple[list[object], list[object]]:
    parts = [(p.path, p.sniffed, p.size, p.read, p.read_why, p.protection) for p in found.parts]
    return parts, sorted((f.kind, f.part, f.place, f.count) for f in found.findings)


def test_every_format_is_read_behind_the_walls_as_in_front_of_them() -> None:
    async def story(pool: Pool) -> list[str]:
        different = []
        for name, data in one_of_each().items():
            raw = make_message(attach=((name, "application/octet-stream", data),))
            if shape(await pool.scan(raw)) != shape(scan(raw, EMPTY, Limits())):
                different.append(name)
        return different

    assert len(one_of_each()) > 100
    assert run(story, limits=Limits(), deadline=60.0) == []
