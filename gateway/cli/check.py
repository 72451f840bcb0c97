"""`schoolgate check`: looks at everything that `serve` needs, and says what is wrong before it matters."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from django.db import Error as DjangoDatabaseError

from detectors.directory import Directory, DirectoryError
from gateway import check as look
from gateway import installation
from gateway.check import Line, State
from gateway.cli.opening import ConfigOption, JsonOption, now, out, settings, started
from gateway.settings import Settings
from policies import PolicyError
from quarantine import keys
from quarantine.keys import Keys, KeysError
from quarantine.setup import DatabaseError

REFUSALS = (DirectoryError, PolicyError, KeysError, DatabaseError, OSError)


def check(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    strict: Annotated[bool, typer.Option("--strict", help="A warning is a failure too.")] = False,
) -> None:
    """Check settings, policies, directory, database, keys and the sandbox, with a trial scan; exit code 1 if one is broken."""
    found = settings(config)
    lines = _lines(found)
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in lines]))
    else:
        colours = {State.OK: "green", State.WARNING: "yellow", State.BROKEN: "red"}
        for line in lines:
            out().print(f"[{colours[line.state]}]{line.state:8}[/] {line.what}: ", end="")
            out().print(line.text, markup=False)
    bad = {State.BROKEN, State.WARNING} if strict else {State.BROKEN}
    if any(line.state in bad for line in lines):
        raise typer.Exit(1)


def _lines(found: Settings) -> list[Line]:
    lines = list(look.settings_lines(found))
    lines += look.tried(
        "policies", lambda: list(look.policy_lines(found, installation.policy_set(found))), REFUSALS
    )
    lines += look.tried("dkim", lambda: list(look.dkim_lines(found)), REFUSALS)
    if not keys.exist(found.storage.path / "keys"):
        return [*lines, look.warning("keys", "none yet: the first `serve` makes them")]
    lines += look.tried("database", lambda: _quarantine(found), (*REFUSALS, DjangoDatabaseError))
    return [*lines, look.next_hop_line(found)]


def _quarantine(found: Settings) -> list[Line]:
    with started(found) as held:
        lines = list(look.storage_lines(found, held))
        lines += look.tried("directory", lambda: _directory(found, held), REFUSALS)
        lines += look.tried("console", _users, ())
    return lines


def _directory(found: Settings, held: Keys) -> list[Line]:
    directory: Directory = installation.directory(found, held.fingerprints, today=now().date())
    lines = list(look.directory_lines(found, directory, now=now()))
    return [*lines, *look.sandbox_lines(found, directory)]


def _users() -> list[Line]:
    from quarantine.models import User

    count = User.objects.filter(is_active=True).count()
    if count:
        return [look.ok("console", f"{count} account(s)")]
    return [look.warning("console", "nobody can sign in: `schoolgate user add EMAIL --role dpo`")]
