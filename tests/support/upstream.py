"""A school's Postfix as the sender: its queue has the mail until the gateway has answered for it, and what is refused comes back."""

import re
import smtplib

from tests.support.chaos import Sent, raw
from tests.support.servers import Postfix, until

_NUMBER = re.compile(rb"^X-Chaos: (\d+)\s*$", re.MULTILINE)


class Upstream:
    """`chaos.Senders` on a real queue."""

    def __init__(self, postfix: Postfix) -> None:
        self.postfix = postfix
        self.sent: list[Sent] = []

    def send(self, sent: list[Sent]) -> None:
        """Everything into the queue at once; Postfix does the rest."""
        self.sent = sent
        with smtplib.SMTP("127.0.0.1", self.postfix.port, local_hostname="pc", timeout=60) as client:
            for message in sent:
                client.sendmail("s.green@example.sch.uk", message.to, raw(message))

    def finish(self, seconds: float) -> None:
        """Until the queue is empty; then a message has been refused when a report of that came back."""
        until(lambda: "is empty" in self.postfix.queue(), "the school's queue is empty", seconds)
        refused = {int(m[1]) for mail in self.postfix.mails() for m in _NUMBER.finditer(mail)}
        for message in self.sent:
            message.tries, message.code = 1, 550 if message.number in refused else 250
