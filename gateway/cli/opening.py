"""How every command opens an installation: its settings, its quarantine, and one way to say what is wrong."""

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from gateway.settings import Settings
from gateway.settings_file import ENVIRONMENT, read, settings_path

if TYPE_CHECKING:  # what follows is loaded where it is used: `serve` has no time for it
    from rich.console import Console

    from quarantine.keys import Keys

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help=f"The settings file. [default: ${ENVIRONMENT}, or ./schoolgate.toml]"
    ),
]
WIDE = 140  # columns of a table in a file or a pipe
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON, for a machine.")]


def now() -> datetime:
    """The one clock of a command."""
    return datetime.now(UTC)


def out() -> "Console":
    """Where a command writes for people; plain text, and wide enough, where nobody watches."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = WIDE
    return console


def err() -> "Console":
    """Where a command shows that it works, beside its output."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def settings(config: Path | None) -> Settings:
    """The settings of this command. What it starts in turn reads the same file."""
    path = settings_path(config).absolute()
    os.environ[ENVIRONMENT] = str(path)
    return read(path)


@contextlib.contextmanager
def started(found: Settings, *, may_read: bool = True) -> Iterator["Keys"]:
    """The quarantine of an installation, open: tables up to date, keys checked."""
    from gateway.installation import UMASK, quarantine_config
    from quarantine import setup

    os.umask(UMASK)
    yield setup.start(quarantine_config(found, may_read=may_read), now=now())


@contextlib.contextmanager
def asking(config: Path | None) -> Iterator[None]:
    """The quarantine open for one command; what it refuses is one line."""
    from quarantine.refusal import Refusal

    with started(settings(config)):
        try:
            yield
        except Refusal as wrong:
            refuse(str(wrong), 1)


def refuse(message: str, code: int = os.EX_CONFIG) -> NoReturn:
    """End with one clear line."""
    typer.echo(f"schoolgate: {message}", err=True)
    raise typer.Exit(code)
