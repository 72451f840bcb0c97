"""`schoolgate partner-password`: what the school agreed with council, psychologist or nurse; typed unseen, kept sealed."""

import json
from typing import Annotated

import typer
from rich.table import Table

from gateway.cli.held import actor
from gateway.cli.opening import ConfigOption, JsonOption, asking, now, out

app = typer.Typer(
    no_args_is_help=True, help="Passwords agreed with partners, for files that are locked for them."
)

WhomArgument = Annotated[
    str, typer.Argument(metavar="WHOM", help="A domain, as the list of partners has it, or one address.")
]
SchoolOption = Annotated[str, typer.Option("--school", help="The school's key.")]


@app.command("set")
def set_(
    whom: WhomArgument,
    password: Annotated[
        str,
        typer.Option(
            prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when it is not given."
        ),
    ],
    config: ConfigOption = None,
    school: SchoolOption = "",
) -> None:
    """Keep a password; an earlier one is replaced. Agree on it by phone or in person."""
    with asking(config):
        from quarantine.cures import partners

        row = partners.agree(whom=whom, password=password, actor=actor(), school=school, now=now())
    out().print(f"Files that are locked for {row.shown} open with it from now on.", markup=False)


@app.command("list")
def list_(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Whom there is a password for; never the passwords."""
    with asking(config):
        from quarantine.cures import partners

        rows = [
            {"partner": row.shown, "school": row.school, "set_at": row.set_at.isoformat(), "by": row.set_by}
            for row in partners.listing()
        ]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table("partner", "school", "since", "set by")
    for row in rows:
        table.add_row(*row.values())
    out().print(table if rows else "No password is agreed with anybody.")


@app.command()
def show(whom: WhomArgument, config: ConfigOption = None, school: SchoolOption = "") -> None:
    """Show one password; who looked is in the audit."""
    with asking(config):
        from quarantine.cures import partners

        typer.echo(partners.read(whom=whom, actor=actor(), school=school, now=now()))


@app.command()
def end(whom: WhomArgument, config: ConfigOption = None, school: SchoolOption = "") -> None:
    """Forget it: each file for them gets a fresh password again."""
    with asking(config):
        from quarantine.cures import partners

        partners.forget(whom=whom, actor=actor(), school=school, now=now())
    out().print("It is forgotten.")
