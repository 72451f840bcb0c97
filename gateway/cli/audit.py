"""`schoolgate audit`: prove that the record is whole, and take it out."""

import contextlib
import dataclasses
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.opening import ConfigOption, JsonOption, now, out, refuse, settings, started
from quarantine import setup
from quarantine.config import Config

if TYPE_CHECKING:
    from quarantine.audit import Report

NOWHERE = Path("/nonexistent")

app = typer.Typer(no_args_is_help=True, help="The record of what happened.")


HeadsOption = Annotated[
    Path | None, typer.Option(help="A folder of signed heads (`audit heads`): the record must contain them.")
]


@app.command()
def verify(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    file: Annotated[Path | None, typer.Option(help="Check an export instead of the database.")] = None,
    heads: HeadsOption = None,
) -> None:
    """Check the chain of hashes from the first event to the last, and against its signed heads; exit code 1 when it is broken."""
    report = _of_database(config, heads) if file is None else _of_export(file, heads)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(report)))
    elif not report.problem:
        out().print(f"[green]The record is whole:[/] {report.events} events. Head {report.head}")
    else:
        out().print(f"[red]The record is broken at event {report.number}:[/] {report.problem}")
    if report.problem:
        raise typer.Exit(1)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write: one JSON object a line; - for the screen.")],
    config: ConfigOption = None,
    after: Annotated[int, typer.Option(help="Only events with a higher number: for a SIEM.", min=0)] = 0,
) -> None:
    """Write the events to FILE; `audit verify --file FILE` checks a whole export anywhere."""
    if str(file) != "-" and file.exists():
        refuse(f"{file} is there already")
    with started(settings(config), may_read=False):
        from quarantine import audit

        with (
            contextlib.nullcontext(sys.stdout) if str(file) == "-" else file.open("x", encoding="utf-8") as to
        ):
            to.writelines(json.dumps(record, sort_keys=True) + "\n" for record in audit.export(after=after))


@app.command()
def heads(
    folder: Annotated[Path, typer.Argument(help="Where to write: DAY.json, DAY.sig and the public key.")],
    config: ConfigOption = None,
) -> None:
    """Write the signed ends of the record, a day each: keep them where this machine cannot change them."""
    with started(settings(config)):
        from quarantine import heads as signed

        out().print(f"{signed.write(folder)} days in {folder}")


@app.command()
def certificate(
    config: ConfigOption = None,
    since: Annotated[datetime | None, typer.Option(help="From this day on.", formats=["%Y-%m-%d"])] = None,
    until: Annotated[datetime | None, typer.Option(help="Up to this day.", formats=["%Y-%m-%d"])] = None,
) -> None:
    """Say which content was destroyed, when and by which rule, with the events that prove it."""
    with started(settings(config), may_read=False):
        from quarantine import destruction

        first, last = (day.replace(tzinfo=UTC) if day else None for day in (since, until))
        typer.echo("\n".join(destruction.certificate(since=first, until=last, now=now())))


def _of_database(config: Path | None, folder: Path | None) -> "Report":
    with started(settings(config)):
        from quarantine import audit
        from quarantine import heads as signed

        return audit.verify(_checked(signed.signed_here) | (_kept(folder) if folder else {}))


def _of_export(file: Path, folder: Path | None) -> "Report":
    setup.setup(Config(storage=NOWHERE, schools=()))  # the records need no database
    from quarantine import audit

    try:
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    except (OSError, ValueError):
        refuse(f"{file} is no export: one JSON object a line is needed")
    return audit.verify_records(lines, _kept(folder) if folder else {})


def _kept(folder: Path) -> dict[int, str]:
    from quarantine import heads as signed

    return _checked(lambda: signed.read_folder(folder))


def _checked(read: Callable[[], dict[int, str]]) -> dict[int, str]:
    from quarantine.heads import HeadError

    try:
        return read()
    except HeadError as error:
        refuse(str(error), code=1)
