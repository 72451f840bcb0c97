"""`schoolgate user`: the accounts of the console, made on the server and without mail."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from gateway.cli.opening import ConfigOption, JsonOption, asking, now, out, refuse

app = typer.Typer(no_args_is_help=True, help="Who may sign in to the console.")

EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's address.")]
RoleOption = Annotated[list[str], typer.Option("--role", "-r", help="dpo, dsl, it, auditor, … (repeatable)")]
SchoolOption = Annotated[
    list[str] | None, typer.Option("--school", help="Keys of the schools; all when left out.")
]


@app.command()
def add(
    email: EmailArgument,
    role: RoleOption,
    config: ConfigOption = None,
    school: SchoolOption = None,
    name: Annotated[str, typer.Option(help="Their name, as shown to colleagues.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Make an account and print the one-time link with which its owner sets a password."""
    password = typer.get_text_stream("stdin").readline().rstrip("\n") if password_stdin else ""
    if password_stdin and not password:
        refuse("standard input held no password", 2)
    with asking(config):
        from quarantine.console import accounts

        link = accounts.add(email, roles=role, schools=school or (), name=name, password=password, now=now())
    _say_link(f"{email} may sign in.", link)


@app.command()
def reset(email: EmailArgument, config: ConfigOption = None) -> None:
    """Take the password away, end all sessions and print a new one-time link."""
    with asking(config):
        from quarantine.console import accounts

        link = accounts.reset(email, now=now())
    _say_link(f"The password of {email} is gone.", link)


@app.command("reset-mfa")
def reset_mfa(email: EmailArgument, config: ConfigOption = None) -> None:
    """Take the second factors away, for who lost their phone; they set up a new one at the next sign-in."""
    with asking(config):
        from quarantine.console import accounts

        count = accounts.reset_mfa(email, now=now())
    out().print(f"{count} second factors of {email} are gone; all sessions are ended.")


@app.command()
def disable(email: EmailArgument, config: ConfigOption = None) -> None:
    """Nobody signs in with this account any more."""
    with asking(config):
        from quarantine.console import accounts

        accounts.disable(email, now=now())
    out().print(f"{email} can no longer sign in.")


@app.command("list")
def list_(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Every account with its roles."""
    with asking(config):
        from quarantine.console import accounts

        rows = accounts.listing()
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], default=str))
        return
    table = Table("account", "name", "roles", "second factor", "may sign in")
    for row in rows:
        roles = ", ".join(f"{role} ({school})" if school else role for school, role in row.roles)
        table.add_row(
            row.email, row.name, roles, "yes" if row.second_factor else "no", "yes" if row.active else "no"
        )
    out().print(table)


def _say_link(what: str, link: str) -> None:
    out().print(what)
    if link:
        out().print("Give them this link, by a way that only they read; it works once:")
        typer.echo(link)
