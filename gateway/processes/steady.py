"""Whether this machine's clock is to be believed: not for a while after it jumped, or after a start at a time that does not follow on.

It is compared with the clock that never jumps (the loop's), and at the start with the last event on the record.
"""

from datetime import datetime, timedelta

JUMP = timedelta(minutes=2)  # a clock that is corrected by less is no other clock
REST = timedelta(
    minutes=15
)  # for so long it has to go evenly: until then a time server or a person has put it right
AWAY = timedelta(days=3)  # a machine that was off for longer than a weekend begins as after a jump


class Steady:
    """What one process has seen of its clock."""

    def __init__(self) -> None:
        self._apart: float | None = None  # the clock's time less the loop's, in seconds
        self._even_since = 0.0  # by the loop's clock

    @property
    def started(self) -> bool:
        """Whether there was a first look."""
        return self._apart is not None

    def start(self, now: datetime, ticks: float, *, last: datetime | None) -> float:
        """The first look: by how many seconds the clock went back since the last event on record; 0 when it did not."""
        self._apart = now.timestamp() - ticks
        back = last is not None and now < last - JUMP
        away = last is not None and now > last + AWAY
        self._even_since = ticks if back or away else ticks - REST.total_seconds()
        return (now - last).total_seconds() if last is not None and back else 0.0

    def look(self, now: datetime, ticks: float) -> float:
        """By how many seconds the clock jumped since the last look; 0 when it went evenly."""
        apart = now.timestamp() - ticks
        jump = 0.0 if self._apart is None else apart - self._apart
        self._apart = apart
        if abs(jump) < JUMP.total_seconds():
            return 0.0
        self._even_since = ticks
        return jump

    def believed(self, ticks: float) -> bool:
        """Whether it has gone evenly for long enough."""
        return self.started and ticks - self._even_since >= REST.total_seconds()
