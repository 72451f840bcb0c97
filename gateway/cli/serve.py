"""`schoolgate serve`: the gateway as one process tree, or one of its processes apart; `schoolgate migrate` before it."""

import fcntl
import os
from typing import Annotated

import typer

from detectors.launch import launch
from gateway.cli.opening import ConfigOption, refuse, settings, started
from gateway.processes.names import PATTERNS, Process


def serve(
    process: Annotated[Process | None, typer.Argument(help="One process apart; all when left out.")] = None,
    config: ConfigOption = None,
) -> None:
    """Run the gateway until SIGTERM, which drains it; SIGHUP reloads settings, policies and directory."""
    found = settings(config)
    if process is Process.PAGES and not found.pages.url:
        refuse("pages.url is not set: the pages for senders are off")
    template = None  # it loads while the rest is loaded here, so it comes first
    if process in {None, Process.SMTP}:
        template = launch(found.storage.path / PATTERNS, handed_on=process is None)
    if process is None and template is not None:
        from gateway.serve import tree

        raise typer.Exit(tree(found, template))
    from gateway.processes.one import run

    run(process or Process.SMTP, found, template)


def migrate(config: ConfigOption = None) -> None:
    """Bring the tables up to date, and make the keys of a new installation; harmless when nothing is to do."""
    from gateway.installation import UMASK
    from quarantine.keys import exist

    found = settings(config)
    storage = found.storage.path
    os.umask(UMASK)
    storage.mkdir(mode=0o750, parents=True, exist_ok=True)
    with (storage / "migrate.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once wait for each other
        folder = storage / "keys"
        new = not exist(folder)
        with started(found):
            if new:
                typer.echo(
                    f"schoolgate: a new installation: keys were made in {folder}; keep a copy elsewhere",
                    err=True,
                )
