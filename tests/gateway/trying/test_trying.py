"""What is only tried is judged by the rules in force and answered; trouble is answered too, and a queue that is empty is no work."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from detectors.pool import Busy
from detectors.process import WorkerError
from gateway import trying
from policies.verdict import Action
from quarantine.trials import Job
from tests.gateway.mending.test_mending import NOW, Bench
from tests.support.pipeline import envelope

JOB = Job(id="t", envelope=envelope(), raw=b"raw")


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Any:
    """One look with this bench; whether there was work, and what was answered."""

    def looking(bench: Bench, job: Job | None = JOB) -> tuple[bool, list[tuple[Any, ...]]]:
        answers: list[tuple[Any, ...]] = []
        monkeypatch.setattr(trying.trials, "claim", lambda **_: job)
        monkeypatch.setattr(trying.trials, "judged", lambda j, v, now: answers.append((j.id, v.action, now)))
        monkeypatch.setattr(trying.trials, "failed", lambda j: answers.append((j.id, "failed")))
        return asyncio.run(trying.try_next(bench.shop())), answers

    return looking


def test_it_is_scanned_judged_and_answered(tried: Any) -> None:
    """By the same facts and policies as mail."""
    bench = Bench(said=Action.QUARANTINE)
    assert tried(bench) == (True, [("t", Action.QUARANTINE, NOW)])
    assert bench.told == [("scan", b"raw")]


def test_no_work_is_no_work(tried: Any) -> None:
    """No worker is started for it."""
    assert tried(Bench(), None) == (False, [])


@pytest.mark.parametrize("trouble", [Busy(), WorkerError("deadline")])
def test_trouble_is_answered(tried: Any, trouble: Exception) -> None:
    """Its owner is told to try again; it is not tried for ever."""

    class Troubled(Bench):
        async def scan(self, raw: bytes) -> Any:
            raise trouble

    assert tried(Troubled()) == (True, [("t", "failed")])
    assert replace(JOB, id="x").id == "x"
