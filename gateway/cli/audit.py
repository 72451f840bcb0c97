"""`schoolgate audit`: prove that the record is whole, and take it out."""

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.opening import ConfigOption, JsonOption, out, refuse, settings, started
from quarantine import setup
from quarantine.config import Config

NOWHERE = Path("/nonexistent")

app = typer.Typer(no_args_is_help=True, help="The record of what happened.")


@app.command()
def verify(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    file: Annotated[Path | None, typer.Option(help="Check an export instead of the database.")] = None,
) -> None:
    """Check the chain of hashes from the first event to the last; exit code 1 when it is broken."""
    if file is not None:
        setup.setup(Config(storage=NOWHERE, schools=()))  # the records need no database
        from quarantine import audit

        lines = (json.loads(line) for line in file.read_text("utf-8").splitlines())
        report = audit.verify_records(lines)
    else:
        with started(settings(config), may_read=False):
            from quarantine import audit

            report = audit.verify()
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
    file: Annotated[Path, typer.Argument(help="Where to write: one JSON object a line.")],
    config: ConfigOption = None,
) -> None:
    """Write all events to FILE; `audit verify --file FILE` checks it anywhere."""
    if file.exists():
        refuse(f"{file} is there already")
    with started(settings(config), may_read=False), file.open("x", encoding="utf-8") as stream:
        from quarantine import audit

        stream.writelines(json.dumps(record, sort_keys=True) + "\n" for record in audit.export())
