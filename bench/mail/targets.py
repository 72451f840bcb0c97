"""The targets that compare with peers, held against the measured rows: each says by how much it is met or missed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.mail.measure import Row

OURS, PLAIN, DURABLE = (
    "Schoolgate",
    "Schoolgate, no spreadsheets",
    "Schoolgate, each message durable first too",
)
RELAY, POSTFIX = "Schoolgate's two ends of SMTP alone", "Postfix relay"
STEADY, CALM = "Schoolgate, 50 a second", "Postfix relay, 50 a second"
WAITS = (2.0, 15.0, 60.0)  # p50, p95 and p99 in milliseconds


@dataclass(frozen=True, slots=True)
class Faster:
    """How many times a peer's messages a second are wanted."""

    key: str
    peer: str
    times: float


FASTER = (
    Faster("T2", POSTFIX, 2),
    Faster("T3", "Postfix with rspamd, our rules alone", 3.5),
    Faster("T4", "amavisd-new, our rules alone", 15),
    Faster("T4", "amavisd-new as Debian ships it", 80),
    Faster("T5", "common libraries with stock presidio", 50),
)


def table(rows: Sequence[Row]) -> list[str]:
    """The lines of a table; what was not measured has none."""
    by_name = {row.name: row for row in rows}
    head = ["| # | target | measured | |", "|---|---|---|---|"]
    return [*head, *_relay(by_name), *_faster(by_name), *_waits(by_name)]


def _relay(rows: Mapping[str, Row]) -> Iterator[str]:
    if RELAY in rows and POSTFIX in rows:
        share = rows[RELAY].cpu_ms / rows[POSTFIX].cpu_ms
        measured = f"{share:.2f} of it: {rows[RELAY].cpu_ms:.2f} ms beside {rows[POSTFIX].cpu_ms:.2f}"
        yield _line(
            "T1", "both ends of SMTP alone take at most ¼ of Postfix's CPU", measured, met=share <= 0.25
        )


def _faster(rows: Mapping[str, Row]) -> Iterator[str]:
    for one in FASTER:
        if OURS not in rows or one.peer not in rows:
            continue
        peer, times = rows[one.peer], rows[OURS].msgs_s / rows[one.peer].msgs_s
        others = [
            f"{rows[name].msgs_s / peer.msgs_s:.2g} × {words}"
            for name, words in ((PLAIN, "without spreadsheets"), (DURABLE, "with each message durable first"))
            if name in rows
        ]
        cpu = f"{peer.cpu_ms / rows[OURS].cpu_ms:.2g} × by CPU a message"
        measured = ", ".join([f"{times:.2g} ×", *others, cpu])
        target = f"everything on: at least {one.times:g} × the messages a second of {one.peer}"
        yield _line(one.key, target, measured, met=times >= one.times)


def _waits(rows: Mapping[str, Row]) -> Iterator[str]:
    if STEADY in rows and CALM in rows:
        ours, theirs = ((row.p50, row.p95, row.p99) for row in (rows[STEADY], rows[CALM]))
        measured = f"{_three(ours)} ms, Postfix {_three(theirs)} ms"
        met = all(mine <= min(most, other) for mine, most, other in zip(ours, WAITS, theirs, strict=True))
        target = "50 messages a second wait at most 2 / 15 / 60 ms (p50 / p95 / p99), and no longer than in Postfix"
        yield _line("T7", target, measured, met=met)


def _three(waits: Sequence[float]) -> str:
    return " / ".join(f"{wait:.1f}" if wait < 10 else f"{wait:.0f}" for wait in waits)


def _line(key: str, target: str, measured: str, *, met: bool) -> str:
    return f"| {key} | {target} | {measured} | {'**met**' if met else '**missed**'} |"
