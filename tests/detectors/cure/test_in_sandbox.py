"""Mending works in the locked-in worker, where no file can be opened and nothing is loaded late."""

import asyncio

import pytest

from detectors.cure.apply import mend
from detectors.cure.plan import Plan
from detectors.pool import Pool, WorkerError
from detectors.scan import scan
from tests.detectors.cure.test_mend import FILES, PASSWORD, message, target
from tests.support.people import SCHOOL

pytestmark = pytest.mark.slow


def in_pool(*stories):
    async def run():
        pool = Pool(SCHOOL, workers=1, memory=1_500_000_000)
        await pool.start()
        try:
            return [await story(pool) for story in stories]
        finally:
            await pool.close()

    return asyncio.run(run())


def test_every_cure_works_in_the_worker():
    """Initials, each kind of lock, a removal and hidden recipients; a refusal leaves the worker alive."""
    files = ((name, media, data) for name, media, data, _ in FILES)
    raw = message(*files, subject="Zoë O'Brien", body="Write to sarah@gmail.com.\r\n")
    locks = Plan(encrypt=tuple(target(raw, n) for n in range(1, len(FILES) + 1)), password=PASSWORD)
    mark = SCHOOL.fingerprints.of("email", "sarah@gmail.com")
    others = Plan(
        initials=True,
        remove=(target(raw, 1),),
        hide=("parent@example.org",),
        replace=(mark,),
        address="s.green@example.sch.uk",
    )

    async def refused(pool):
        with pytest.raises(WorkerError) as wrong:
            await pool.mend(message(), Plan(initials=True))
        return wrong.value.reason

    async def locked(pool):
        return await pool.mend(raw, locks)

    async def changed(pool):
        return await pool.mend(raw, others)

    why, made, other = in_pool(refused, locked, changed)
    assert why == "nothing-to-do"
    strengths = [
        part.protection for part in scan(made, SCHOOL).parts if part.path in {"0/1", "0/2", "0/3", "0/4"}
    ]
    assert strengths == ["strong"] * 4
    assert other == mend(raw, others, SCHOOL)
    assert b"sarah@gmail.com" not in other
