"""`schoolgate serve`: the gateway as one process tree, or one of its processes apart; `schoolgate migrate` before it."""

import fcntl
import os
from enum import StrEnum
from typing import Annotated

import typer

from detectors.launch import Template, launch
from gateway.cli.opening import ConfigOption, refuse, settings, started
from gateway.installation import UMASK
from gateway.processes.start import begin
from gateway.serve import tree
from gateway.settings import Settings
from gateway.supervisor import PARENT
from quarantine.keys import Keys, exist

PATTERNS = "patterns"  # in the storage: compiled patterns, made anew where they are missing


class Process(StrEnum):
    """What may run apart, each as its own user."""

    SMTP = "smtp"
    DELIVER = "deliver"
    CONSOLE = "console"
    PAGES = "pages"


def serve(
    process: Annotated[Process | None, typer.Argument(help="One process apart; all when left out.")] = None,
    config: ConfigOption = None,
) -> None:
    """Run the gateway until SIGTERM, which drains it; SIGHUP reloads settings, policies and directory."""
    found = settings(config)
    if process is None:
        raise typer.Exit(tree(found))
    if process is Process.PAGES and not found.pages.url:
        refuse("pages.url is not set: the pages for senders are off")
    template = (
        launch(found.storage.path / PATTERNS) if process is Process.SMTP else None
    )  # it loads while the quarantine is opened
    keys = begin(
        found,
        may_read=process not in {Process.SMTP, Process.PAGES},
        serves="pages" if process is Process.PAGES else "console",
    )
    _run(process, found, keys, template, endpoint=PARENT not in os.environ)


def _run(process: Process, found: Settings, keys: Keys, template: Template | None, *, endpoint: bool) -> None:
    """Each process is imported once the quarantine is open: it brings the models."""
    match process:
        case Process.SMTP:
            from gateway.processes import smtp

            smtp.run(found, keys, endpoint=endpoint, template=template or launch())
        case Process.DELIVER:
            from gateway.processes import deliver

            deliver.run(found, keys, endpoint=endpoint)
        case Process.CONSOLE:
            from gateway.processes import console

            console.run(found)
        case Process.PAGES:
            from gateway.processes import pages

            pages.run(found)


def migrate(config: ConfigOption = None) -> None:
    """Bring the tables up to date, and make the keys of a new installation; harmless when nothing is to do."""
    found = settings(config)
    storage = found.storage.path
    os.umask(UMASK)
    storage.mkdir(mode=0o750, parents=True, exist_ok=True)
    with (storage / "migrate.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once wait for each other
        _migrate(found)


def _migrate(found: Settings) -> None:
    folder = found.storage.path / "keys"
    new = not exist(folder)
    with started(found):
        if new:
            typer.echo(
                f"schoolgate: a new installation: keys were made in {folder}; keep a copy elsewhere", err=True
            )
