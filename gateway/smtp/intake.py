"""One DATA under way: blocks from the transport go into a Content until its end, or until waiting makes no sense."""

import asyncio

from gateway.smtp.content import Content

QUIET = 5  # seconds without a byte after which a message that is refused anyway is taken as ended
SLACK = 1_000_000  # bytes beyond twice the limit that a refused message may still send before it hears so


class Intake:
    """`ended` resolves to True when there is something to answer, to False when the client has gone."""

    __slots__ = ("_deadline", "_limit", "_loop", "content", "cut_short", "ended")

    def __init__(self, content: Content, *, limit: int, timeout: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._limit = limit
        self._deadline = self._loop.time() + timeout
        self.content = content
        self.cut_short = False  # what still comes is not commands: the session must end
        self.ended: asyncio.Future[bool] = self._loop.create_future()

    def feed(self, data: bytes) -> bytes:
        """Take one block; what stood behind the end of the message is given back."""
        rest = self.content.feed(data)
        if rest is not None:
            self.end(complete=True)
        elif self.content.refusal and self.content.seen > 2 * self._limit + SLACK:
            self._cut()
        return rest or b""

    def patience(self) -> float:
        """Seconds that the next block may take to come."""
        left = self._deadline - self._loop.time()
        if self.content.refusal == "bare_newline":  # the client may take another ending for the end, and wait
            left = min(QUIET, left)
        return max(left, 0.001)

    def timed_out(self) -> bool:
        """Whether the client must go without an answer to its message: it is not waiting for one."""
        if self.content.refusal != "bare_newline" or self._loop.time() >= self._deadline:
            return True
        self._cut()
        return False

    def _cut(self) -> None:
        self.cut_short = True
        self.end(complete=True)

    def end(self, *, complete: bool) -> None:
        """Wake who waits for the message; the first call counts."""
        if not self.ended.done():
            self.ended.set_result(complete)
