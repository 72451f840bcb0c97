"""A school's Postfix as the sender: its queue has the mail until the gateway has answered for it, and what is refused comes back."""

import os
import re
import smtplib
import threading
import time

from tests.support.chaos import Sent, raw
from tests.support.servers import Postfix, until

_NUMBER = re.compile(rb"^X-Chaos: (\d+)\s*$", re.MULTILINE)
QUEUED = (
    100  # messages in the school's queue at the same time: mischief meets all of them, and none spins in vain
)
QUEUES = ("maildrop", "incoming", "active", "deferred")


class Upstream:
    """`chaos.Senders` on a real queue."""

    def __init__(self, postfix: Postfix) -> None:
        self.postfix = postfix
        self.sent: list[Sent] = []
        self.handed = 0
        self.thread = threading.Thread(target=self._hand_in, name="school", daemon=True)

    def send(self, sent: list[Sent]) -> None:
        """Into the queue as it empties; Postfix does the rest."""
        self.sent = sent
        self.thread.start()

    def _hand_in(self) -> None:
        with smtplib.SMTP("127.0.0.1", self.postfix.port, local_hostname="pc", timeout=60) as client:
            for message in self.sent:
                while self.handed % 10 == 0 and self._queued() > QUEUED:
                    time.sleep(0.05)
                client.sendmail("s.green@example.sch.uk", message.to, raw(message))
                self.handed += 1

    def _queued(self) -> int:
        folders = (self.postfix.root / "queue" / name for name in QUEUES)
        return sum(len(files) for folder in folders for _, _, files in os.walk(folder))

    def done(self) -> int:
        return max(0, self.handed - self._queued())

    def finish(self, seconds: float) -> None:
        """Until the queue is empty; then a message has been refused when a report of that came back."""
        self.thread.join(seconds)
        until(
            lambda: not self._queued() and "is empty" in self.postfix.queue(),
            "the school's queue is empty",
            seconds,
        )
        assert self.handed == len(self.sent), "the school's server did not take them all"
        refused = {int(m[1]) for mail in self.returned() for m in _NUMBER.finditer(mail)}
        for message in self.sent:
            message.tries, message.code = 1, 550 if message.number in refused else 250

    def returned(self) -> list[bytes]:
        return self.postfix.mails()
