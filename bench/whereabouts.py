"""What the chaos of `bench.chaos` left, as the table of docs/performance.md."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.support.reckoning import Outcome

INTRODUCTION = """\
`python -m bench.chaos {options}`, on {day}. A real Postfix is the sender and keeps what it has no answer for; the storage is a \
small volume. The next hop answers 4xx and 5xx to MAIL, RCPT, DATA and the message, takes some recipients only, is slow, talks nonsense, or \
drops the connection at any step from the greeting to the reply after the final dot, with the message taken and without. The clock of all \
processes is put forward and back by minutes, hours, a day and three days."""

VICTIMS = {
    "whole": "the whole gateway",
    "serve smtp": "mail in",
    "serve deliver": "mail out",
    "serve console": "console",
    "serve pages": "the sender's pages",
    "sg-worker": "worker",
    "sg-template": "template",
    "sg-names_worker": "language model",
    "sg-ocr_worker": "reader of pictures",
}
PLACES = ("at the next hop", "held", "refused to its sender", "still with its sender")


@dataclass(frozen=True, slots=True)
class Run:
    """One database's trial."""

    name: str
    outcome: Outcome
    minutes: float

    @property
    def count(self) -> int:
        return self.outcome.sent.total()

    @property
    def doubled(self) -> int:
        """Messages, not copies."""
        return len({double.split()[0] for double in self.outcome.doubled})


def table(options: str, runs: Sequence[Run]) -> str:
    """One column a database."""
    heads = (f"{run.name}, {run.count:,} messages, {run.minutes:.1f} minutes" for run in runs)
    lines = [INTRODUCTION.format(options=options, day=f"{datetime.now(UTC):%d %B %Y}"), ""]
    lines += [f"| | {' | '.join(heads)} |", "|---|" + "---|" * len(runs)]
    lines += [f"| {name} | {' | '.join(say(run) for run in runs)} |" for name, say in ROWS.items()]
    return "\n".join([*lines, "", "`make test` runs a short form."])


def _wrong(*names: str) -> Callable[[Run], str]:
    """ "none", or what there is."""

    def say(run: Run) -> str:
        found = {name: run.outcome.wrong[name] for name in names if run.outcome.wrong[name]}
        return ", ".join(f"**{name} {count}**" for name, count in found.items()) or "none"

    return say


def _hits(*names: str) -> Callable[[Run], str]:
    return lambda run: ", ".join(str(run.outcome.hits[name]) for name in names)


def _places(run: Run) -> str:
    return ", ".join(f"{run.outcome.where[place]:,}" for place in PLACES)


def _killed(run: Run) -> str:
    return ", ".join(f"{words} {run.outcome.hits[name]}" for name, words in VICTIMS.items())


def _database(run: Run) -> str:
    return str(run.outcome.hits["database locked"] + run.outcome.hits["database stopped"])


def _notices(run: Run) -> str:
    return f"{run.outcome.notices:,}; {_wrong('told_twice', 'untold')(run)}"


def _doubled(run: Run) -> str:
    why = Counter(run.outcome.why_twice)
    causes = f" ({', '.join(f'{name} {count}' for name, count in why.most_common())})" if why else ""
    return f"{_many(run.doubled, 'message')}{causes}, {_many(run.outcome.notices_doubled, 'notice')}"


def _many(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'' if count in (0, 1) else 's'}"


def _audit(run: Run) -> str:
    words = run.outcome.audit.split()
    events = next((word for word in words if word.isdigit()), "no")
    return f"{'**broken**' if run.outcome.wrong['audit broken'] else 'whole'}, {int(events):,} events"


def _recorded(run: Run) -> str:
    return f"{_wrong('unrecorded')(run)}; {run.outcome.told_unrecorded or 'none'}"


ROWS: dict[str, Callable[[Run], str]] = {
    "at the next hop, held, refused to their sender, still with their sender": _places,
    "killed": _killed,
    "started anew in order, by an operator because nobody answered": _hits("restart", "no answer: restart"),
    "clock jumped, worker out of memory, disk full": _hits("clock jumped", "memory of a worker", "disk full"),
    "database locked, or its server ended as by a crash": _database,
    "lost, leaked to who must not have it, held twice": _wrong(
        "lost", "leaked", "held_twice", "with its sender"
    ),
    "bytes changed (at the next hop, and what is held, opened), recipients exposed in what we add": _wrong(
        "changed", "exposed"
    ),
    "notices; told twice, not told": _notices,
    "doubled where a reply was lost (RFC 1047), copies by why": _doubled,
    "doubled for no such cause": _wrong("doubled though nothing was killed"),
    "at the next hop and not on the record; where the log says that it could not be written": _recorded,
    "audit": _audit,
}
