"""The way of one message from its final dot to our reply: no 250 before it is durable, and no fourth exit (docs/flow.md)."""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from detectors.findings import Scan
from detectors.pool import Busy
from gateway import maillog, metrics
from gateway.ahead import Ahead
from gateway.before import is_quick
from gateway.dispositions import Disposition, record
from gateway.gate import Gate, QuarantineDown
from gateway.relay import NextHopDown, Replies
from gateway.replies import REPLIES, Reply
from policies.asked import asked_to_lock
from policies.envelope import Envelope
from policies.evidence import Facts
from policies.verdict import Action, Verdict

R = TypeVar("R")

LAST_REPLY = (
    120.0  # seconds from the final dot to our reply: clients wait ten minutes by the RFC, and less in life
)
RELAYED_BY = 105.0  # … of which these may pass before the next hop must have answered
RECORDED_IN = 12.0  # … and the rest is for the record of what the next hop took
PATIENT, AGAIN = (
    5.0,
    0.5,
)  # seconds for which that is tried again where it fails at once, and between two tries
QUICK = 200  # recipients times findings that are judged at once, within some 10 ms; more goes to a thread
REASON = 300  # characters of the reply to a blocked message


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One message with all that we know of it."""

    envelope: Envelope
    raw: bytes
    scan: Scan
    facts: Facts
    verdict: Verdict
    until: float  # loop time at which the next hop must have answered


async def handle(envelope: Envelope, raw: bytes, gate: Gate) -> Reply:
    """Scan, decide, act, and say once what became of it. Whatever is our fault or the network's is a 451."""
    clock = asyncio.get_running_loop().time
    start = clock()
    try:
        async with asyncio.timeout_at(start + LAST_REPLY):
            disposition = await _story(envelope, raw, gate, until=start + RELAYED_BY)
    except Busy:
        disposition = _deferred("busy", REPLIES["busy"])
    except NextHopDown as down:
        disposition = _deferred(down.reason, down.reply)
    except QuarantineDown as down:
        disposition = _deferred(down.cause, REPLIES["trouble"])
    except TimeoutError:
        disposition = _deferred("deadline", REPLIES["trouble"])
    except asyncio.CancelledError:
        record(_deferred("cancelled", REPLIES["closing"]), envelope, size=len(raw), seconds=clock() - start)
        raise
    except Exception as error:  # noqa: BLE001  the one place: an error of ours keeps the mail with its sender
        maillog.failed(where="pipeline", cause=type(error).__name__, id=envelope.id)
        disposition = _deferred("trouble", REPLIES["trouble"])
    record(disposition, envelope, size=len(raw), seconds=clock() - start)
    return disposition.reply


async def _story(envelope: Envelope, raw: bytes, gate: Gate, *, until: float) -> Disposition:
    scan = await gate.pool.scan(raw, envelope.mail_from.lower())
    if await _looked(gate.before.only_checks, envelope, raw):
        return await _check(envelope, raw, scan, gate)
    facts, verdict = await _judged(envelope, scan, gate)
    if verdict.action < Action.QUARANTINE and await _looked(gate.before.asks_to_lock, raw):
        verdict = asked_to_lock(verdict, scan)
    decided = Decided(envelope=envelope, raw=raw, scan=scan, facts=facts, verdict=verdict, until=until)
    match verdict.action:
        case Action.ALLOW | Action.LOG:
            return await _relay(decided, gate)
        case Action.ASK | Action.QUARANTINE:
            return await _hold(decided, gate)
        case Action.BLOCK:
            return await _refuse(decided, gate)


async def _looked(look: Callable[..., R], *message: Any) -> R:
    """What a look at the header tells: at once, but for a very long one, which must stall nobody else."""
    return look(*message) if is_quick(message[-1]) else await asyncio.to_thread(look, *message)


async def _judged(envelope: Envelope, scan: Scan, gate: Gate) -> tuple[Facts, Verdict]:
    """Facts, then the verdict: pure and quick, but for many recipients and findings, which must stall nobody else."""
    history = await gate.history(envelope, scan)

    def judge() -> tuple[Facts, Verdict]:
        facts = gate.facts(envelope, scan, history)
        return facts, gate.decide(facts)

    return judge() if _is_quick(envelope, scan) else await asyncio.to_thread(judge)


def _is_quick(envelope: Envelope, scan: Scan) -> bool:
    return len(envelope.recipients) * (len(scan.findings) + 1) <= QUICK


async def _relay(decided: Decided, gate: Gate) -> Disposition:
    """The client hears what the next hop answered; what the hop took in part is ours before we say 250."""
    envelope = decided.envelope
    await gate.quarantine.ready()
    within = max(0.0, decided.until - asyncio.get_running_loop().time())
    trace = gate.trace(envelope)
    entry = _entry_ahead(decided, gate)
    replies = await gate.relay.send(envelope, decided.raw, trace=trace, within=within, judged=True)
    word = "doubtful" if replies.doubtful else "relayed" if replies.accepted else "refused-there"
    reply = replies.reply
    if replies.accepted and replies.left and not await _keep_the_rest(decided, gate, replies):
        word, reply = "doubtful", REPLIES["trouble"]  # some have it, and the client will send to all again
    elif replies.accepted:
        await _record_passed(decided, gate, replies, entry)
    return _disposition(
        word,
        reply,
        decided,
        accepted=len(replies.accepted),
        deferred=len(replies.deferred),
        refused=len(replies.refused),
    )


async def _keep_the_rest(decided: Decided, gate: Gate, replies: Replies) -> bool:
    """Make the recipients whom the next hop did not take our own, on the disk before any 250."""
    keeping = gate.quarantine.partial(decided.envelope, decided.raw, replies)
    return await _recorded(keeping, "partial", decided)


def _entry_ahead(decided: Decided, gate: Gate) -> Ahead[Any]:
    """What the record will say, worked out while the next hop thinks about the message: then nobody waits for that."""
    d = decided
    entry = gate.quarantine.entry(d.envelope, d.raw, d.scan, d.verdict, d.facts)
    if _is_quick(d.envelope, d.scan):  # else the thread that writes it works it out
        asyncio.get_running_loop().call_soon(entry.make)
    return entry


async def _record_passed(decided: Decided, gate: Gate, replies: Replies, entry: Ahead[Any]) -> None:
    """Relay first, record after: when the record fails the mail is gone all the same, and a 451 would double it."""
    await _recorded(_passed(decided, gate, replies, entry), "passed", decided)


async def _passed(decided: Decided, gate: Gate, replies: Replies, entry: Ahead[Any]) -> None:
    """A disk that is full for a moment, or a server that starts again, costs no record: the client waits a little."""
    d, clock = decided, asyncio.get_running_loop().time
    last = clock() + PATIENT
    while True:
        try:
            await gate.quarantine.passed(
                d.envelope, d.raw, d.scan, d.verdict, d.facts, relayed=replies.to_report, entry=entry
            )
        except QuarantineDown:
            if clock() >= last:
                raise
            await asyncio.sleep(AGAIN)
        else:
            return


async def _recorded(recording: Awaitable[None], where: str, decided: Decided) -> bool:
    """Whether it was written. The next hop has the message: from here on no error of ours may change the reply."""
    try:
        async with asyncio.timeout_at(decided.until + RECORDED_IN):
            await recording
    except Exception as error:  # noqa: BLE001  told loudly, in log and metric; the caller answers for it
        maillog.failed(where=where, cause=type(error).__name__, id=decided.envelope.id)
        metrics.RECORDS_LOST.labels(record=where).inc()
        return False
    return True


async def _hold(decided: Decided, gate: Gate) -> Disposition:
    """Keep it for its sender or a role; a retry of what is held hears of the first hold."""
    d = decided
    reference = await gate.quarantine.hold(d.envelope, d.raw, d.scan, d.verdict, d.facts)
    reply = REPLIES["held"].fill(id=reference)
    if reference != d.envelope.id:
        return _disposition("repeated", reply, d, first=reference)
    return _disposition("held", reply, d)


async def _check(envelope: Envelope, raw: bytes, scan: Scan, gate: Gate) -> Disposition:
    """Answer with what would happen, and send nothing: for the school's own people alone, so that nobody else can try."""
    judged, outside = await _looked(gate.before.judged, envelope, raw)
    facts, verdict = await _judged(judged, scan, gate)
    told = await gate.quarantine.checked(envelope, raw, scan, verdict, facts, outside=outside)
    word, name = ("checked", "checked") if told else ("not-checked", "not_checked")
    return Disposition(word=word, reply=REPLIES[name].fill(id=envelope.id), verdict=verdict)


async def _refuse(decided: Decided, gate: Gate) -> Disposition:
    """Tell the sender, keep nothing of the content, and say why in one line."""
    d = decided
    await gate.quarantine.refused(d.envelope, d.raw, d.scan, d.verdict, d.facts)
    return _disposition("blocked", blocked(d.verdict, d.envelope.id), d)


def blocked(verdict: Verdict, reference: str) -> Reply:
    """550 with the reasons of the policies that block, in their own words: ASCII, bounded, no value."""
    blocking = [hit for hit in verdict.hits if hit.action is Action.BLOCK and not hit.monitor]
    reasons = dict.fromkeys(hit.why.strip().rstrip(".") for hit in blocking)
    words = _ascii("; ".join(filter(None, reasons))) or "Not sent, by the school's policy"
    room = REASON - len(REPLIES["blocked"].fill(reason="", id=reference).text)
    short = words if len(words) <= room else words[: room - 4] + " ..."
    return REPLIES["blocked"].fill(reason=short, id=reference)


def _ascii(text: str) -> str:
    """The text in printable ASCII: typed quotes and dashes as such, letters without their marks."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    kept = (c if " " <= c <= "~" else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


_PLAIN = {
    0x2018: "'",
    0x2019: "'",
    0x201C: '"',
    0x201D: '"',
    0x2013: "-",
    0x2014: "-",
}  # as policies are typed


def _deferred(cause: str, reply: Reply) -> Disposition:
    return Disposition(word="deferred", reply=reply, cause=cause)


def _disposition(word: str, reply: Reply, decided: Decided, **more: Any) -> Disposition:
    kinds = tuple(finding.kind for finding in decided.scan.findings)
    return Disposition(word=word, reply=reply, verdict=decided.verdict, kinds=kinds, **more)
