"""`schoolgate backup` and `schoolgate restore`: one file that a new machine can go on from."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import backup as archive
from gateway.cli.opening import ConfigOption, now, out, refuse, settings
from gateway.settings_file import read, settings_path


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write; it must not be there.")],
    config: ConfigOption = None,
) -> None:
    """Write settings, lists, keys and a consistent copy of the database to FILE, while the gateway runs."""
    try:
        report = archive.backup(settings(config), file, now=now())
    except archive.BackupError as wrong:
        refuse(str(wrong), 1)
    out().print(
        f"{len(report.files)} files are in {file}. It holds the keys: whoever has it can read held messages."
    )
    for path in report.outside:
        out().print(f"Not in it, keep it by other means: {path}", markup=False)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` wrote.")],
    config: ConfigOption = None,
) -> None:
    """Put a backup back where --config says; nothing that is there is overwritten."""
    target = settings_path(config).absolute()
    try:
        report = archive.restore(file, target)
        archive.load_dump(read(target))
    except archive.BackupError as wrong:
        refuse(str(wrong), 1)
    out().print(
        f"{len(report.files)} files of {report.made_at} are in place. Run `schoolgate check` before you start."
    )
    for path in report.outside:
        out().print(f"Was not in the backup: {path}", markup=False)
