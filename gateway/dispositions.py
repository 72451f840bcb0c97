"""What became of one message: said once in the mail log and counted once, whatever the way that led there."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway import maillog, metrics
from gateway.replies import Reply
from policies.envelope import Envelope
from policies.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """The end of one message's way. `word` is relayed, refused-there, held, repeated, blocked, checked, not-checked, deferred or doubtful."""

    word: str
    reply: Reply
    verdict: Verdict | None = None
    kinds: tuple[str, ...] = ()  # kinds of the findings
    accepted: int = 0  # recipients by what the next hop said
    deferred: int = 0
    refused: int = 0
    first: str = ""  # the id of the hold that a retry found
    cause: str = ""  # deferred only: a word of ours, or an exception's class
    policies: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        hits = self.verdict.hits if self.verdict else ()
        object.__setattr__(self, "policies", tuple(dict.fromkeys(hit.policy for hit in hits)))

    @property
    def action(self) -> str:
        """The verdict's word, or "none" when there was no verdict."""
        return self.verdict.action.word if self.verdict else "none"


def record(disposition: Disposition, envelope: Envelope, *, size: int, seconds: float) -> None:
    """One line and one count."""
    _log(disposition, envelope.id, seconds)
    counted = disposition.action if disposition.word in {"relayed", "held", "blocked"} else disposition.word
    metrics.MESSAGES.labels(action=counted).inc()
    metrics.HANDLE_SECONDS.observe(seconds)
    metrics.MESSAGE_BYTES.observe(size)
    _count(disposition)


def _log(disposition: Disposition, message_id: str, seconds: float) -> None:
    code = disposition.reply.code
    match disposition.word:
        case "relayed" | "refused-there":
            maillog.relayed(
                id=message_id,
                action=disposition.action,
                code=code,
                accepted=disposition.accepted,
                deferred=disposition.deferred,
                refused=disposition.refused,
                seconds=seconds,
                policies=disposition.policies,
            )
        case "held":
            reviewers: Iterable[str] = disposition.verdict.reviewers if disposition.verdict else ()
            maillog.held(
                id=message_id,
                action=disposition.action,
                policies=disposition.policies,
                reviewers=reviewers,
                seconds=seconds,
            )
        case "repeated":
            maillog.repeated(id=message_id, first=disposition.first)
        case "checked" | "not-checked":
            maillog.checked(id=message_id, code=code, seconds=seconds)
        case "blocked":
            maillog.refused(id=message_id, code=code, policies=disposition.policies, seconds=seconds)
        case "doubtful":
            maillog.doubled(id=message_id)
        case _:
            maillog.deferred(id=message_id, code=code, cause=disposition.cause, seconds=seconds)


def _count(disposition: Disposition) -> None:
    if disposition.word == "deferred":
        metrics.DEFERRED.labels(cause=disposition.cause).inc()
    if disposition.word == "doubtful":
        metrics.MAY_DOUBLE.inc()
    for kind, many in Counter(disposition.kinds).items():  # thirty findings are of three kinds
        metrics.FINDINGS.labels(kind=kind).inc(many)
    if disposition.word in {"checked", "not-checked"}:  # asked, not sent: no policy has stopped anything
        return
    for hit in disposition.verdict.hits if disposition.verdict else ():
        metrics.HITS.labels(policy=hit.policy, action=hit.action.word).inc()
