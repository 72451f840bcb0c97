"""Small collaborators for the pipeline: each does one thing, as the test says, and remembers what it was asked."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import structlog

from detectors.findings import Finding, Part, Scan
from gateway.ahead import Ahead
from gateway.gate import Gate, QuarantineDown
from gateway.pipeline import handle
from gateway.relay import Replies
from gateway.replies import Reply
from policies.envelope import Envelope, Recipient
from policies.evidence import Facts, History, SenderFacts
from policies.verdict import Action, Hit, Verdict

RAW = b"From: a@example.sch.uk\r\nSubject: books\r\n\r\nHello\r\n"
SCAN = Scan(parts=(Part(path="0"),), findings=(Finding(kind="pupil-name", recognizer="names"),), versions={})
OK = Reply(250, "2.0.0", "queued as 7")
GREY = Reply(451, "4.7.1", "greylisted")
FULL = Reply(452, "4.2.2", "mailbox full")
GONE = Reply(550, "5.1.1", "no such person")
SPAM = Reply(554, "5.7.1", "we do not like it")
SECRET = "Amelia Thompson"


def envelope(*to: str, **more: object) -> Envelope:
    made = Envelope(
        id="01JWQ4T8Z9ABCDEFGHJKMNPQRS",
        mail_from="a@example.sch.uk",
        recipients=tuple(Recipient(address=address) for address in to or ("b@example.org",)),
        received_at=datetime(2025, 6, 2, tzinfo=UTC),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def verdict(action: Action, why: str = "A pupil's full name in the subject.") -> Verdict:
    if action is Action.ALLOW:
        return Verdict(action=action)
    return Verdict(
        action=action, hits=(Hit(policy="subject-name", action=action, why=why, reviewers=("dpo",)),)
    )


def facts(envelope: Envelope, _scan: Scan, _history: History | None = None) -> Facts:
    return Facts(
        id=envelope.id, received_at=envelope.received_at, sender=SenderFacts(kind="staff"), recipients=()
    )


@dataclass
class FakePool:
    result: Scan | BaseException = SCAN
    wait: Callable[[], Awaitable[object]] | None = None

    async def scan(self, raw: bytes, sender: str | None = None) -> Scan:
        if self.wait:
            await self.wait()
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


@dataclass
class FakeRelay:
    """Answers each recipient with the next of `replies`, the last one for all that follow."""

    replies: tuple[Reply, ...] = (OK,)
    error: BaseException | None = None
    doubtful: bool = False
    sent: list[tuple[Envelope, bytes, bytes]] = field(default_factory=list)
    proven: list[bool] = field(default_factory=list)
    judged: list[bool] = field(default_factory=list)

    async def send(
        self,
        envelope: Envelope,
        raw: bytes,
        *,
        trace: bytes,
        within: float,
        proven: bool = False,
        judged: bool = False,
    ) -> Replies:
        assert within > 0
        if self.error:
            raise self.error
        self.proven.append(proven)
        self.judged.append(judged)
        self.sent.append((envelope, raw, trace))
        padded = (*self.replies, *[self.replies[-1]] * len(envelope.recipients))
        return Replies(tuple(zip(envelope.recipients, padded, strict=False)), self.doubtful)


@dataclass
class FakeQuarantine:
    """Remembers the calls; `down` names those that fail, `first` is the hold that a retry finds."""

    down: dict[str, BaseException | str] = field(default_factory=dict)
    first: str = ""
    calls: list[str] = field(default_factory=list)
    left: tuple[Recipient, ...] = ()
    worked_out: int = 0  # entries, ahead of the record or for it

    async def _call(self, name: str) -> None:
        await asyncio.sleep(0)
        if name in self.down:
            error = self.down[name]
            raise QuarantineDown(error) if isinstance(error, str) else error
        self.calls.append(name)

    async def hold(self, envelope: Envelope, raw: bytes, scan: Scan, verdict: Verdict, facts: Facts) -> str:
        await self._call("hold")
        return self.first or envelope.id

    async def refused(
        self, envelope: Envelope, raw: bytes, scan: Scan, verdict: Verdict, facts: Facts
    ) -> None:
        await self._call("refused")

    async def ready(self) -> None:
        await self._call("ready")
        self.calls.remove("ready")  # no trace of a message

    def entry(self, envelope: Envelope, raw: bytes, scan: Scan, verdict: Verdict, facts: Facts) -> Ahead[str]:
        def make() -> str:
            self.worked_out += 1
            if isinstance(error := self.down.get("entry"), BaseException):
                raise error
            return envelope.id

        return Ahead(make)

    async def passed(
        self,
        envelope: Envelope,
        raw: bytes,
        scan: Scan,
        verdict: Verdict,
        facts: Facts,
        *,
        relayed: tuple[Recipient, ...],
        entry: Ahead[str],
    ) -> None:
        assert entry() == envelope.id
        self.relayed = relayed
        await self._call("passed")

    async def partial(self, envelope: Envelope, raw: bytes, replies: Replies) -> None:
        self.left = replies.left
        await self._call("partial")


@dataclass
class FakeGate:
    """A gate whose verdict is given."""

    action: Action = Action.ALLOW
    why: str = "A pupil's full name in the subject."
    pool: FakePool = field(default_factory=FakePool)
    relay: FakeRelay = field(default_factory=FakeRelay)
    quarantine: FakeQuarantine = field(default_factory=FakeQuarantine)

    def gate(self) -> Gate:
        return Gate(
            pool=self.pool,
            facts=facts,
            decide=lambda _: verdict(self.action, self.why),
            relay=self.relay,
            quarantine=self.quarantine,
            trace=lambda envelope: f"Received: id {envelope.id}\r\n".encode(),
        )


class SurpriseError(Exception):
    """An error of ours whose text must not be seen."""


def heard(fake: FakeGate, *to: str) -> tuple[Reply, list[dict[str, Any]]]:
    """Run one message through; the reply and the lines of the mail log."""
    with structlog.testing.capture_logs() as lines:
        reply = asyncio.run(handle(envelope(*to), RAW, fake.gate()))
    return reply, [dict(line) for line in lines]
