"""Turns measured rows into the tables and the picture of docs/performance.md, between the marks that stand there."""

import argparse
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.mail.measure import Row
from quarantine.console.plots import COLOURS

PAGE = Path(__file__).parents[2] / "docs/performance.md"
PICTURE = PAGE.with_suffix(".svg")
WAITS = PAGE.with_name("performance-waits.svg")


def table(rows: Sequence[Row]) -> str:
    """CPU first, then the rate; beside each the ratio to the bare relay."""
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
    if ours := next((row for row in rows if row.name == "Schoolgate"), None):
        lasting = {name: ms for name, ms in ours.shares.items() if name != "sg-worker"}
        # Workers are replaced after so many messages: what those took who are gone is in the whole alone.
        whole = {**lasting, "workers": ours.cpu_ms - sum(lasting.values())}
        shares = sorted(whole.items(), key=lambda share: -share[1])
        words = ", ".join(
            f"{name.removeprefix('sg-').replace('_', ' ')} {ms:.1f}" for name, ms in shares if ms >= 0.05
        )
        lines += ["", f"CPU ms a message of Schoolgate by process: {words}."]
    return "\n".join(lines)


def options(about: str | None, *, n: int) -> argparse.Namespace:
    """--n messages and --write, as the parts of this bench take them."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=n)
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    return parser.parse_args()


def draw(rows: Sequence[Row]) -> None:
    """The table as pictures beside the page: the CPU of each system, and how long messages that come steadily wait."""
    steady = [row for row in rows if "a second" in row.name]
    others = [row for row in rows if row not in steady]
    costs = {f"{row.name}: {row.cpu_ms:.1f}": (row.cpu_ms,) for row in others}
    _picture(PICTURE, "CPU milliseconds a message", costs, ("CPU ms",))
    waits = {row.name: (row.p50, row.p95, row.p99) for row in steady}
    _picture(WAITS, "Milliseconds that a message waits for its answer", waits, ("p50", "p95", "p99"))


def _picture(path: Path, title: str, bars: Mapping[str, Sequence[float]], series: Sequence[str]) -> None:
    """Bars by name, drawn by the library that draws the console's reports; no script stays in it."""
    import pygal
    from pygal.etree import etree
    from pygal.style import Style

    names = list(reversed(bars))  # it draws from below
    style = Style(background="#ffffff", plot_background="#ffffff", colors=COLOURS, font_family="sans-serif")
    height = 60 + 36 * len(names) * (len(series) + 1) // 2
    chart = pygal.HorizontalBar(
        style=style,
        js=(),
        width=900,
        height=height,
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        title=title,
    )
    chart.x_labels = names
    for number, one in enumerate(series):
        chart.add(one, [round(bars[name][number], 2) for name in names])
    tree = chart.render_tree()
    for above in tree.iter():
        for script in [below for below in above if str(below.tag).endswith("script")]:
            above.remove(script)
    path.write_bytes(etree.tostring(tree) + b"\n")


def tell(mark: str, lines: Sequence[str], *, into_page: bool) -> None:
    """On standard output, and into the page where that was asked for."""
    print("\n".join(lines))
    if into_page:
        write(mark, "\n".join(lines))


def write(mark: str, text: str) -> None:
    """Replace what stands between the marks of this name."""
    page = PAGE.read_text()
    pattern = rf"(<!-- {mark} -->\n).*?(<!-- end of {mark} -->)"
    new, count = re.subn(pattern, lambda m: f"{m[1]}{text}\n{m[2]}", page, flags=re.DOTALL)
    if not count:
        raise SystemExit(f"{PAGE} has no mark “{mark}”")
    PAGE.write_text(new)
