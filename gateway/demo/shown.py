"""The demonstration's table, live: message, verdict, why, and what its sender was told; then where to look further."""

from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gateway.demo.installation import Demo, Ports
from gateway.demo.messages import Sample

COLOURS = {"allow": "green", "log": "green", "ask": "yellow", "quarantine": "magenta", "block": "red"}


@dataclass(slots=True)
class Row:
    """One message and what became of it."""

    sample: Sample
    action: str
    why: tuple[str, ...]
    reply: str
    notice: str = ""


class Shown:
    """Writes to the terminal as the messages go; to a file it writes the whole table once."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.rows: list[Row] = []
        self.live: Live | None = None

    def begin(self) -> None:
        if self.console.is_terminal:
            self.live = Live(self._table(), console=self.console, refresh_per_second=4)
            self.live.start()

    def add(self, row: Row) -> None:
        self.rows.append(row)
        if self.live is not None:
            self.live.update(self._table())

    def end(self, demo: Demo, ports: Ports, *, stay: bool) -> None:
        if self.live is not None:
            self.live.stop()
        else:
            self.console.print(self._table())
        write = self.console.print
        write(f"The school, its settings and its mail are in [bold]{demo.folder}[/].")
        write(f"What the next hop got, notices too: {demo.mail}/*.eml")
        if not stay:
            return
        write(f"Send it mail yourself: [bold]127.0.0.1:{ports.smtp}[/] (SMTP)")
        write(f"Numbers: http://127.0.0.1:{ports.metrics}/metrics")
        write(
            "A sender mends their mail by the link in their notice: look for an .eml with [bold]action needed[/]."
        )
        write(f"The console: [bold]http://127.0.0.1:{ports.console}/[/]")
        for account in demo.accounts:
            write(
                f"  sign in as [bold]{account.email}[/] ({account.role}), password [bold]{account.password}[/]"
            )
        write("Ctrl-C stops it.")

    def _table(self) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_lines=False, expand=True, padding=(0, 1))
        table.add_column("Message", ratio=5)
        table.add_column("Verdict", ratio=2, no_wrap=True, min_width=11)
        table.add_column("Why", ratio=6)
        table.add_column("What the sender was told", ratio=6)
        for row in self.rows:
            message = Text.assemble(row.sample.shows, ("\n" + row.sample.subject, "dim"))
            verdict = Text(row.action, style=COLOURS.get(row.action, ""))
            told = Text.assemble(row.reply, *([("\nmail: " + row.notice, "dim")] if row.notice else []))
            table.add_row(message, verdict, Text("\n".join(row.why)), told)
        return table
