"""How long each sender's messages have kept workers lately: whoever keeps them long is read like large messages, and a worker stays free for the others."""

from collections import OrderedDict

FREE = 1.0  # seconds of a worker that any message may take; a usual one takes a hundredth of it
SLOW = 5.0  # seconds beyond that, after which a sender counts as slow
HALF = 60.0  # seconds after which half of it is forgotten
SENDERS = 1_000  # of whom something is remembered; a school has fewer, and most take nothing


class Loads:
    """Seconds beyond those that are free, by sender. Time is passed in."""

    def __init__(self) -> None:
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()  # seconds, and when it was so many
        self._reading: dict[str, list[float]] = {}  # when each message began that is being read now

    def begin(self, sender: str, now: float) -> None:
        """A worker begins to read a message of this sender."""
        self._reading.setdefault(sender, []).append(now)

    def end(self, sender: str, began: float, now: float) -> None:
        """It has done so."""
        reading = self._reading[sender]
        reading.remove(began)
        if not reading:
            del self._reading[sender]
        if now - began > FREE:
            self._spent[sender] = (self._remembered(sender, now) + now - began - FREE, now)
            self._spent.move_to_end(sender)
            if len(self._spent) > SENDERS:
                self._spent.popitem(last=False)

    def of(self, sender: str, now: float) -> float:
        """What counts of it, with what is being read; 0 for whoever is not slow."""
        reading = sum(max(0.0, now - began - FREE) for began in self._reading.get(sender, ()))
        spent = self._remembered(sender, now) + reading
        return spent if spent > SLOW else 0.0

    def _remembered(self, sender: str, now: float) -> float:
        seconds, since = self._spent.get(sender, (0.0, now))
        return float(seconds * 0.5 ** ((now - since) / HALF))
