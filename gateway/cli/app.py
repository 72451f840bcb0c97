"""The commands by name, and the one place where a refusal becomes a line and an exit code."""

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from django.db import Error as DjangoDatabaseError

from detectors.directory import DirectoryError
from detectors.sandbox import SandboxError
from gateway.cli import (
    audit,
    backup,
    check,
    demo,
    directory,
    exceptions,
    held,
    init,
    partners,
    policy,
    scan,
    serve,
    user,
)
from gateway.cli.opening import settings
from gateway.settings_file import SettingsError
from gateway.supervisor import EX_CONFIG
from policies.errors import PolicyError
from quarantine.keys import KeysError
from quarantine.setup import DatabaseError

app = typer.Typer(
    name="schoolgate",
    help="An outbound mail gateway that keeps schools from leaking children's data by e-mail.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback with local variables would show mail
    add_completion=False,
)
for name, commands in (
    ("audit", audit.app),
    ("bypass", exceptions.bypass_app),
    ("directory", directory.app),
    ("exception", exceptions.app),
    ("held", held.app),
    ("partner-password", partners.app),
    ("policy", policy.app),
    ("user", user.app),
):
    app.add_typer(commands, name=name)
for command in (
    serve.serve,
    serve.migrate,
    demo.demo,
    check.check,
    init.init,
    scan.scan,
    backup.backup,
    backup.restore,
):
    app.command()(command)


@app.callback(invoke_without_command=True)
def options(
    config: Annotated[
        Path | None, typer.Option("--config", help="The settings file, for every command.")
    ] = None,
    show_version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """What stands before the command's name."""
    if show_version:
        typer.echo(f"schoolgate {version('schoolgate')}")
        raise typer.Exit
    if config is not None:
        settings(config)


def main() -> None:
    """Run one command; what is wrong with the installation is one line on standard error and exit code 78."""
    try:
        app()
    except (SettingsError, DirectoryError, PolicyError, KeysError, DatabaseError, SandboxError) as wrong:
        typer.echo(f"schoolgate: {wrong}", err=True)
        sys.exit(EX_CONFIG)
    except DjangoDatabaseError as wrong:
        # Its text may hold values of a row: the class says enough.
        typer.echo(f"schoolgate: the database does not answer ({type(wrong).__name__})", err=True)
        sys.exit(EX_CONFIG)
