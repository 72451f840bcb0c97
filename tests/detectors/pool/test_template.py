"""What is the same for all workers is made once, in their template: each of them shares it."""

import asyncio
from collections.abc import Awaitable, Callable

import psutil
import pytest

from detectors.pool import Pool
from detectors.warmth import EMPTY

pytestmark = pytest.mark.slow


def with_template(story: Callable[[psutil.Process], Awaitable[None]], *, workers: int = 1) -> None:
    """Run a story with the template of a pool."""

    async def whole() -> None:
        pool = Pool(EMPTY, workers=workers)
        await pool.start()
        try:
            await story(next(p for p in psutil.Process().children() if p.name() == "sg-template"))
        finally:
            await pool.close()

    asyncio.run(whole())


def mapped(template: psutil.Process) -> str:
    return " ".join(region.path for region in template.memory_maps())


def test_a_worker_finds_its_walls_drawn_up() -> None:
    async def story(template: psutil.Process) -> None:
        assert "libseccomp" in mapped(template)

    with_template(story)


def test_it_holds_nothing_that_no_worker_uses() -> None:
    """No language model, no HTTP client, no settings files; and of libraries on the disk what it needs itself."""

    async def story(template: psutil.Process) -> None:
        libraries = mapped(template)
        assert not [name for name in ("spacy", "thinc", "numpy", "pydantic", "_yaml") if name in libraries]
        shared = sum(region.rss - region.anonymous for region in template.memory_maps(grouped=True))
        assert shared < 15_000_000

    with_template(story)
