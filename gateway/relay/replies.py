"""What became of each recipient at the next hop, and the replies that are ours because the hop could not give one."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.replies import REPLIES, Reply
from policies.envelope import Recipient

NO_EIGHT_BIT = REPLIES["next_hop_no_8bitmime"]
NO_UTF8 = REPLIES["next_hop_no_smtputf8"]
TOO_BIG = Reply(552, "5.3.4", "The next mail server takes no message of this size")
BARE_CR_LF = Reply(550, "5.6.0", "The message has a bare CR or LF")
DOUBTFUL = Reply(451, "4.4.2", "The next mail server's last answer was lost, try again later")
DOWN = REPLIES["next_hop_down"]
NOT_KNOWN = Reply(451, "4.7.0", "The next mail server does not accept our name and password, try again later")
NOT_SECURE = Reply(451, "4.7.5", "The next mail server does not offer the TLS asked for, try again later")


class NextHopDown(Exception):  # noqa: N818  the design's word
    """No recipient could be offered: nothing was taken, nothing is stored, and the client keeps its mail."""

    def __init__(self, reason: str, reply: Reply = DOWN) -> None:
        super().__init__(reason)
        self.reason = reason  # a word for the log
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Replies:
    """One reply a recipient, in the order of the envelope."""

    rows: tuple[tuple[Recipient, Reply], ...]
    doubtful: bool = (
        False  # the connection died after the final dot: the message may arrive, and again when retried
    )
    dsn: bool = False  # the next hop advertises DSN and so owns NOTIFY from here on

    def _with(self, kind: int) -> tuple[Recipient, ...]:
        return tuple(recipient for recipient, reply in self.rows if reply.code // 100 == kind)

    @property
    def accepted(self) -> tuple[Recipient, ...]:
        """The next hop took the message for them."""
        return self._with(2)

    @property
    def deferred(self) -> tuple[Recipient, ...]:
        """Not for now: a later try may succeed."""
        return self._with(4)

    @property
    def refused(self) -> tuple[Recipient, ...]:
        """The next hop will never take it for them."""
        return self._with(5)

    @property
    def left(self) -> tuple[Recipient, ...]:
        """All whom the next hop did not take."""
        return tuple(recipient for recipient, reply in self.rows if reply.code // 100 != 2)

    @property
    def to_report(self) -> tuple[Recipient, ...]:
        """Whose sender wants to hear of success from a next hop that will not say: we report "relayed" (RFC 3461 §5.2.2)."""
        return () if self.dsn else tuple(r for r in self.accepted if "SUCCESS" in r.notify)

    def of(self, recipient: Recipient) -> Reply:
        """What the next hop said about one recipient."""
        return next(reply for other, reply in self.rows if other == recipient)

    @property
    def reply(self) -> Reply:
        """One reply for the whole message: a success if anybody got it, else a deferral, else the refusal."""
        order = {2: 0, 4: 1, 5: 2}
        return min((reply for _, reply in self.rows), key=lambda reply: order[reply.code // 100])


def same(recipients: Iterable[Recipient], reply: Reply) -> Replies:
    """All recipients share one reply."""
    return Replies(tuple((recipient, reply) for recipient in recipients))
