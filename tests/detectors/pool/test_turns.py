"""Properties of the order in which messages get their worker."""

import asyncio

import pytest

from detectors.turns import LARGE, Turns


async def _wait(turns: Turns[str], size: int, order: list[int]) -> str:
    worker = await turns.take(size)
    order.append(size)
    return worker


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_small_message_goes_before_a_large_one_that_came_first() -> None:
    async def story() -> list[int]:
        turns: Turns[str] = Turns(1)
        order: list[int] = []
        tasks = [
            asyncio.ensure_future(_wait(turns, size, order))
            for size in (30 * LARGE, 500_000, 10 * LARGE, 900)
        ]
        await _settle()
        for size in (None, 900, 500_000, 10 * LARGE):
            turns.give("w", size)
            await _settle()
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(story()) == [900, 500_000, 10 * LARGE, 30 * LARGE]


def test_one_of_two_workers_never_reads_a_large_message() -> None:
    async def story() -> None:
        turns: Turns[str] = Turns(2)
        turns.give("a")
        turns.give("b")
        await turns.take(LARGE)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(turns.take(LARGE), 0.01)
        assert await turns.take(10)

    asyncio.run(story())


def test_a_lone_worker_reads_everything() -> None:
    async def story() -> None:
        turns: Turns[str] = Turns(1)
        turns.give("a")
        assert await turns.take(LARGE) == "a"
        turns.give("a", LARGE)
        assert await turns.take(LARGE) == "a"

    asyncio.run(story())


def test_who_gives_up_waiting_leaves_the_worker_to_the_next() -> None:
    async def story() -> None:
        turns: Turns[str] = Turns(1)
        tired = asyncio.ensure_future(turns.take(10))
        patient = asyncio.ensure_future(turns.take(20))
        await _settle()
        tired.cancel()
        turns.give("a")
        assert await patient == "a"

    asyncio.run(story())


def test_a_worker_handed_over_in_the_moment_of_giving_up_is_not_lost() -> None:
    async def story() -> None:
        turns: Turns[str] = Turns(1)
        tired = asyncio.ensure_future(turns.take(LARGE))
        await _settle()
        turns.give("a")
        tired.cancel()
        await asyncio.gather(tired, return_exceptions=True)
        assert await turns.take(LARGE) == "a"

    asyncio.run(story())
