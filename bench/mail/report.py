"""Turns measured rows into the tables and bars of docs/performance.md, between the marks that stand there."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.mail.measure import Row

PAGE = Path(__file__).parents[2] / "docs/performance.md"
WIDE = 30  # characters of the longest bar


def table(rows: Sequence[Row]) -> str:
    """CPU first, then the rate; beside each the ratio to the bare relay, and a bar."""
    base = next((row for row in rows if row.name == "Postfix relay"), rows[0])
    lines = [
        f"Measured on {datetime.now(UTC):%d %B %Y}, medians of {max(row.runs for row in rows)} runs.",
        "",
        "| system | CPU ms a message (least to most) | × Postfix | messages/s | p50 / p95 / p99 ms | memory (PSS) | accepted, kept back, refused | lost, doubled, changed |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        lost = ", ".join(f"{key} {count}" for key, count in row.lost.items()) or "none"
        lines.append(
            f"| {row.name} | {row.cpu_ms:.2f} ({row.spread[0]:.1f}–{row.spread[1]:.1f}) | {row.cpu_ms / base.cpu_ms:.2f} "
            f"| {row.msgs_s:.0f} | {row.p50:.1f} / {row.p95:.0f} / {row.p99:.0f} | {row.memory_mb:.0f} MB "
            f"| {row.accepted}, {row.held}, {row.refused} | {lost} |"
        )
    lines += ["", *bars(rows)]
    if ours := next((row for row in rows if row.name == "Schoolgate"), None):
        shares = sorted(ours.shares.items(), key=lambda share: -share[1])
        words = ", ".join(
            f"{name.removeprefix('sg-').replace('_', ' ')} {ms:.1f}" for name, ms in shares if ms >= 0.05
        )
        lines += ["", f"CPU ms a message of Schoolgate by process: {words}."]
    return "\n".join(lines)


def bars(rows: Sequence[Row]) -> list[str]:
    """CPU of a message as bars; the longest ones are cut, and say so."""
    longest = 40.0
    shown = [row for row in rows if "a second" not in row.name]
    width = max(len(row.name) for row in shown) if shown else 0
    lines = [
        f"{row.name:{width}}  {'█' * max(1, round(WIDE * min(row.cpu_ms, longest) / longest))}{'…' if row.cpu_ms > longest else ''} {row.cpu_ms:.1f} ms"
        for row in shown
    ]
    return ["```text", *lines, "```"]


def write(mark: str, text: str) -> None:
    """Replace what stands between the marks of this name."""
    page = PAGE.read_text()
    pattern = rf"(<!-- {mark} -->\n).*?(<!-- end of {mark} -->)"
    new, count = re.subn(pattern, lambda m: f"{m[1]}{text}\n{m[2]}", page, flags=re.DOTALL)
    if not count:
        raise SystemExit(f"{PAGE} has no mark “{mark}”")
    PAGE.write_text(new)
