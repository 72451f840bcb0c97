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

from detectors.directory import Directory, DirectoryError
from detectors.directory.export import Export
from gateway import installation
from gateway.cli.held import actor
from gateway.cli.opening import ConfigOption, JsonOption, now, out, refuse, settings, started
from gateway.importing import Import, read_import
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
    files = {str(f): _changed(f) for f in installation.directory_sources(found)}
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
def import_(  # what to read, and what a person has confirmed
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH...", help="An export as it is: files, a folder or a zip file. Everybody is in it."
        ),
    ] = None,
    config: ConfigOption = None,
    pupils: FileOption = None,
    staff: FileOption = None,
    contacts: FileOption = None,
    folder: Annotated[
        bool, typer.Option("--folder", help="Read the folder that [directory] import_folder names.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Put it in force without asking.")] = False,
    shrink: Annotated[
        bool, typer.Option("--shrink", help="Take a list with far fewer pupils, or none.")
    ] = False,
) -> None:
    """Put a new export in force: an export as it is by PATH, or one list of the settings by its name; all or nothing."""
    found = settings(config)
    if folder:
        if found.directory.import_folder is None:
            refuse("[directory] import_folder names no folder", 2)
        paths = [found.directory.import_folder]
    if paths:
        _import_export(found, paths, yes=yes, shrink=shrink)
        return
    _replace_lists(found, {"pupils": pupils, "staff": staff, "contacts": contacts}, shrink=shrink)


def _import_export(found: Settings, paths: list[Path], *, yes: bool, shrink: bool) -> None:
    """Preview, difference, question, swap; the audit says how many came and went."""
    with started(found, may_read=False) as opened:
        from gateway.imported import put_in_force
        from quarantine import audit
        from quarantine.database import one_transaction

        try:
            read = read_import(found, paths, opened.fingerprints, now=now(), confirmed=shrink)
        except DirectoryError:
            with one_transaction():
                audit.append("directory-refused", now=now(), actor=actor())
            raise
        _show_columns(read.export)
        _show_changes(read)
        if not yes and not typer.confirm("Put this in force?"):
            refuse("nothing was changed", 1)
        put_in_force(found.storage.path, read, actor=actor(), now=now())
    out().print(
        f"{len(read.export.pupils)} pupils are in force. A running gateway takes them within seconds."
    )


def _show_columns(export: Export) -> None:
    out().print(f"Read as: {export.format}")
    for file, columns in export.previews.items():
        table = Table("column", "taken for", title=file)
        for column in columns:
            meaning = column.field.replace("_", " ") or ("never imported" if column.never else "left out")
            table.add_row(column.header, meaning, style="" if column.field else "dim")
        out().print(table)


def _show_changes(read: Import) -> None:
    changes = read.changes
    table = Table("what", "how many", title="What would change")
    for what, count in (
        ("new pupils", len(changes.new)),
        ("pupils who are gone (kept as leavers for a year)", len(changes.gone)),
        ("pupils with changed details", len(changes.changed)),
    ):
        table.add_row(what, str(count))
    table.add_row("staff", f"{changes.staff:+}")
    table.add_row("contacts", f"{changes.contacts:+}")
    style = "red" if changes.newly_forbidden else ""
    table.add_row("contacts who may no longer be written to", str(changes.newly_forbidden), style=style)
    out().print(table)


def _replace_lists(found: Settings, named: dict[str, Path | None], *, shrink: bool) -> None:
    """Check new lists together with the rest, then put them in place of the old files."""
    new = {kind: file for kind, file in named.items() if file}
    if not new:
        refuse("name an export, or at least one file: --pupils, --staff or --contacts", 2)
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
