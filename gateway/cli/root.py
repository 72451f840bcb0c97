"""The command line itself, before it has commands: what stands in front of a command's name."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.opening import settings


def command_line() -> typer.Typer:
    """An empty one."""
    app = typer.Typer(
        name="schoolgate",
        help="An outbound mail gateway that keeps schools from leaking children's data by e-mail.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,  # a traceback with local variables would show mail
        add_completion=False,
    )
    app.callback(invoke_without_command=True)(options)
    return app


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
