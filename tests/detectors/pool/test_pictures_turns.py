"""Each picture has its turn; a message that gets none is told to come again, and one that has too many keeps what was read."""

import asyncio
from types import SimpleNamespace

import pytest

from detectors import frames, pictures
from detectors.pictures import Crowded, Pictures
from detectors.seen import Seen

PICTURES = [frames.Picture(key=str(n), width=1, height=1, packed=b"") for n in range(4)]


class Reader:
    """Stands for the process: answers each picture with a line, after `pause`."""

    def __init__(self, pause: float = 0.0, reply: frames.Reply | None = None) -> None:
        self.pause, self.reply, self.asked = pause, reply, []
        self.ended = False

    async def write(self, frame: bytes) -> None:
        self.asked.append(frames.unpack_request(frame[frames.HEAD.size :]))

    async def read(self) -> frames.Reply:
        await asyncio.sleep(self.pause)
        return self.reply or frames.Words(lines=(self.asked[-1].key,), poor=0)

    async def end(self) -> None:
        self.ended = True


def reader_of(reader: Reader) -> Pictures:
    async def fork(module: str) -> Reader:
        assert module == "ocr_worker"
        return reader

    return Pictures(SimpleNamespace(ocr=True), SimpleNamespace(fork=fork))  # type: ignore[arg-type]


def test_all_are_read_and_many_are_tried_quickly() -> None:
    async def story() -> None:
        reader = Reader()
        many = [frames.Picture(key=str(n), width=1, height=1, packed=b"") for n in range(9)]
        desk = reader_of(reader)
        assert (await desk.read(PICTURES, wait=1))["2"] == Seen(lines=("2",))
        assert not any(p.quick for p in reader.asked)
        await desk.read(many, wait=1)
        assert all(p.quick for p in reader.asked[4:])
        await desk.close()
        assert reader.ended

    asyncio.run(story())


def test_two_messages_take_turns() -> None:
    """A photograph that comes after a long scan waits for one of its pages, not for all."""

    async def story() -> None:
        desk = reader_of(Reader(pause=0.01))
        long = asyncio.create_task(desk.read(PICTURES, wait=5))
        await asyncio.sleep(0)
        await desk.read([frames.Picture(key="x", width=1, height=1, packed=b"")], wait=5)
        assert not long.done()
        assert len(await long) == 4
        await desk.close()

    asyncio.run(story())


def test_without_a_turn_the_message_comes_again() -> None:
    async def story() -> None:
        desk = reader_of(Reader(pause=0.3))
        first = asyncio.create_task(desk.read(PICTURES[:1], wait=5))
        await asyncio.sleep(0)
        with pytest.raises(Crowded):
            await desk.read(PICTURES[1:], wait=0.01)
        await first
        await desk.close()

    asyncio.run(story())


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """One message is always taken; the next is told to come again when its pictures would fill the memory."""
    monkeypatch.setattr(pictures, "HELD", 10)
    large = [frames.Picture(key="x", width=1, height=1, packed=b"x" * 20)]

    async def story() -> None:
        desk = reader_of(Reader(pause=0.05))
        first = asyncio.create_task(desk.read(large, wait=5))
        await asyncio.sleep(0)
        with pytest.raises(Crowded):
            await desk.read(large, wait=5)
        assert await first
        assert await desk.read(large, wait=5)
        await desk.close()

    asyncio.run(story())


def test_what_the_budget_does_not_allow_stays_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "BUDGET", 0.0)

    async def story() -> None:
        desk = reader_of(Reader())
        assert await desk.read(PICTURES, wait=1) == {}
        await desk.close()

    asyncio.run(story())


@pytest.mark.parametrize(
    "reply",
    [
        frames.Ended(),
        frames.Words(lines=("x",) * 6_000, poor=0),
        frames.Words(lines=("x" * 400_000,), poor=0),
    ],
)
def test_an_answer_out_of_bounds_is_not_believed(reply: frames.Reply) -> None:
    async def story() -> None:
        desk = reader_of(Reader(reply=reply))
        assert await desk.read(PICTURES[:1], wait=1) == {}
        await desk.close()

    asyncio.run(story())


def test_a_late_answer_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "ONE", 0.01)

    async def story() -> None:
        reader = Reader(pause=5)
        desk = reader_of(reader)
        assert await desk.read(PICTURES[:1], wait=1) == {}
        assert reader.ended
        await desk.close()

    asyncio.run(story())
