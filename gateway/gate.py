"""What the pipeline works with: the collaborators of one gateway, each named by the few calls that are made of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from detectors.findings import Scan
from gateway.ahead import Ahead
from gateway.before import NOTHING_ASKED, Before
from gateway.relay import Replies
from policies.envelope import Envelope, Recipient
from policies.evidence import Facts, History
from policies.verdict import Verdict


class QuarantineDown(Exception):  # noqa: N818  the design's word
    """The database did not take it: nothing is stored, nothing is sent. `cause` is the class of what went wrong."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Scanner(Protocol):
    """The worker pool; `Busy` when no worker is free in time."""

    async def scan(self, raw: bytes, sender: str | None = None) -> Scan: ...


class NextHops(Protocol):
    """The way out; `NextHopDown` when nobody could be offered the message."""

    async def send(
        self,
        envelope: Envelope,
        raw: bytes,
        *,
        trace: bytes,
        within: float,
        proven: bool = False,
        judged: bool = False,
    ) -> Replies: ...


class Quarantine(Protocol):
    """What is kept of a message. Every call is one transaction, on the disk when it returns, or `QuarantineDown`."""

    async def hold(self, envelope: Envelope, raw: bytes, scan: Scan, verdict: Verdict, facts: Facts) -> str:
        """Keep it for its sender or a role; the reference: the first hold's when this is a retry."""
        ...

    async def refused(
        self, envelope: Envelope, raw: bytes, scan: Scan, verdict: Verdict, facts: Facts
    ) -> None:
        """Record that a policy blocked it and tell its sender; nothing of the content is kept."""
        ...

    async def ready(self) -> None:
        """Before anything goes on: `QuarantineDown` where the last record could not be written, and none can be now."""
        ...

    def entry(self, envelope: Envelope, raw: bytes, scan: Scan, verdict: Verdict, facts: Facts) -> Ahead[Any]:
        """What `passed` will write, to be worked out before; this alone is no transaction, and stores nothing."""
        ...

    async def passed(
        self,
        envelope: Envelope,
        raw: bytes,
        scan: Scan,
        verdict: Verdict,
        facts: Facts,
        *,
        relayed: tuple[Recipient, ...],
        entry: Ahead[Any],
    ) -> None:
        """Record that it went on; `relayed` are those whose sender is told so, for the next hop will not."""
        ...

    async def checked(
        self,
        envelope: Envelope,
        raw: bytes,
        scan: Scan,
        verdict: Verdict,
        facts: Facts,
        *,
        outside: bool,
    ) -> bool:
        """Tell its sender what would happen; False where nobody may be told. Nothing of the message is kept."""
        ...

    async def partial(self, envelope: Envelope, raw: bytes, replies: Replies) -> None:
        """Keep it for the recipients whom the next hop did not take for now, and report those it refused."""
        ...


async def _nothing(_envelope: Envelope, _scan: Scan) -> History:
    return History.empty()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One gateway at work. `facts` and `decide` close over the directory and policies in force when they are called."""

    pool: Scanner
    facts: Callable[[Envelope, Scan, History], Facts]
    decide: Callable[[Facts], Verdict]
    relay: NextHops
    quarantine: Quarantine
    trace: Callable[[Envelope], bytes]  # the Received line of this message
    history: Callable[[Envelope, Scan], Awaitable[History]] = _nothing  # what went before; or QuarantineDown
    before: Before = NOTHING_ASKED  # what a sender may ask for before anything leaves
