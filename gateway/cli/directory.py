"""`schoolgate directory`: put a new export in force, and see what is; counts and ages, no names."""

import dataclasses
import json
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from detectors.directory import Directory
from gateway import installation
from gateway.cli.opening import ConfigOption, JsonOption, now, out, refuse, settings
from gateway.settings import Settings
from quarantine import keys

app = typer.Typer(no_args_is_help=True, help="The school's people.")
KINDS = ("pupils", "staff", "contacts", "partners", "outsiders")
MOST_LOST = 0.2  # of the pupils: an export that lost more is more likely broken than true

FileOption = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, readable=True)]


@app.command()
def show(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """What is in the files that the settings name."""
    found = settings(config)
    directory = _load(found)
    counts = {kind: len(getattr(directory, kind)) for kind in KINDS}
    files = {str(f): _changed(f) for f in installation.directory_files(found)}
    if as_json:
        typer.echo(json.dumps({"version": directory.version, **counts, "files": files}))
        return
    table = Table("list", "rows")
    for kind, count in counts.items():
        table.add_row(kind, str(count))
    out().print(table)
    for file, changed in files.items():
        out().print(f"{file}, changed {changed}")


@app.command("import")
def import_(
    config: ConfigOption = None,
    pupils: FileOption = None,
    staff: FileOption = None,
    contacts: FileOption = None,
    shrink: Annotated[bool, typer.Option("--shrink", help="Take a list with far fewer pupils.")] = False,
) -> None:
    """Check new exports together with the rest, then put them in place of the old ones, all or none."""
    found = settings(config)
    new = {
        kind: file for kind, file in (("pupils", pupils), ("staff", staff), ("contacts", contacts)) if file
    }
    if not new:
        refuse("name at least one file: --pupils, --staff or --contacts", 2)
    for kind in new:
        if len(getattr(found.directory, kind)) != 1:
            refuse(f"[directory] {kind} names no single file that could be replaced", 2)
    after = _load(_with(found, new))
    _check_shrinking(found, after, shrink=shrink)
    staged = [_beside(file, getattr(found.directory, kind)[0]) for kind, file in new.items()]
    for part, target in staged:
        part.replace(target)
    out().print(
        f"{len(after.pupils)} pupils, {len(after.staff)} staff, {len(after.contacts)} contacts are in place."
    )
    out().print("A running gateway takes them with SIGHUP (systemctl reload schoolgate).")


def _with(found: Settings, new: dict[str, Path]) -> Settings:
    files = found.directory
    for kind, file in new.items():
        change: dict[str, Any] = {kind: (file.absolute(),)}  # `kind` is one of KINDS
        files = dataclasses.replace(files, **change)
    return dataclasses.replace(found, directory=files)


def _load(found: Settings) -> Directory:
    fingerprints = keys.load(found.storage.path / "keys", private=False).fingerprints
    return installation.directory(found, fingerprints, today=now().date())


def _check_shrinking(found: Settings, after: Directory, *, shrink: bool) -> None:
    if shrink or not all(f.exists() for f in found.directory.pupils):
        return
    allowed = dataclasses.replace(found, directory=dataclasses.replace(found.directory, allow_empty=True))
    before = len(_load(allowed).pupils)
    if len(after.pupils) < before * (1 - MOST_LOST):
        refuse(
            f"the new list has {len(after.pupils)} pupils, the old one {before}; if that is right, add --shrink",
            1,
        )


def _beside(source: Path, target: Path) -> tuple[Path, Path]:
    """A copy on the same disk, durable, with the old file's mode: the replacement is one rename."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    with os.fdopen(handle, "wb") as out_file, source.open("rb") as in_file:
        shutil.copyfileobj(in_file, out_file)
        out_file.flush()
        os.fsync(out_file.fileno())
    part = Path(name)
    part.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o640)
    return part, target


def _changed(file: Path) -> str:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat(timespec="seconds")
