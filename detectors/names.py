"""The language model's own process: started when the first line asks for it, one for all workers, and killed when it is late."""

import asyncio
from collections.abc import Sequence

from detectors import frames
from detectors.forks import Forks
from detectors.process import Process, or_ended

SECONDS = 15.0  # for the lines of one message: their number is bounded where they are chosen (recognize.ner)
REST = 60.0  # after a failed start, before the next try

Spans = tuple[tuple[tuple[int, int], ...], ...]


class Names:
    """Finds people in lines; None where it could not, which the scan then says."""

    def __init__(self, setup: frames.Setup, forks: Forks) -> None:
        self._setup = setup
        self._forks = forks
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._not_before = 0.0

    async def people(self, lines: Sequence[str]) -> Spans | None:
        """Per line the spans that the model takes for persons."""
        async with self._turn:
            return await or_ended(self._ask(lines), self._end)

    async def close(self) -> None:
        """End the process."""
        self._not_before = float("inf")
        await self._end()

    async def _ask(self, lines: Sequence[str]) -> Spans | None:
        now = asyncio.get_running_loop().time()
        async with asyncio.timeout(SECONDS):
            if self._process is None:
                if not self._setup.spacy_model or now < self._not_before:
                    return None
                self._not_before = now + REST
                self._process = await self._forks.fork("names_worker")
            await self._process.write(frames.pack_request(frames.Lines(lines=tuple(lines))))
            reply = await self._process.read()
        return reply.spans if isinstance(reply, frames.People) and _fits(reply.spans, lines) else None

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.end()


def _fits(spans: Spans | None, lines: Sequence[str]) -> bool:
    """The process met hostile text: what it says is believed only where it can be true."""
    if spans is None or len(spans) != len(lines):
        return False
    return all(
        0 <= left < right <= len(line)
        for line, found in zip(lines, spans, strict=True)
        for left, right in found
    )
