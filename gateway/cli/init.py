"""`schoolgate init DIR`: a commented settings file, the folders and the keys of a new installation."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.opening import out, refuse
from quarantine import keys

EXAMPLE = files("gateway.cli") / "schoolgate.toml"
HEADERS = {
    "pupils.csv": "id,upn,legal_forename,middle_names,legal_surname,preferred_forename,preferred_surname,dob,class\n",
    "staff.csv": "id,forename,surname,work_email,personal_email,personal_phone,role\n",
    "contacts.csv": "pupil_id,forename,surname,email,phone,relationship,no_contact\n",
}


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the installation will live.")],
) -> None:
    """Make a new installation in DIR: settings to fill in, empty lists with their headers, folders and keys."""
    settings_file = folder / "schoolgate.toml"
    if settings_file.exists():
        refuse(f"{settings_file} is there already; nothing was changed")
    folder.mkdir(parents=True, exist_ok=True)
    storage = folder / "var"
    storage.mkdir(mode=0o750, exist_ok=True)
    if not keys.exist(storage / "keys"):
        keys.make(storage / "keys")
    for name, header in HEADERS.items():
        if not (folder / name).exists():
            (folder / name).write_text(header, "utf-8")
            (folder / name).chmod(0o640)
    with as_file(EXAMPLE) as example:
        shutil.copyfile(example, settings_file)
    settings_file.chmod(0o640)
    _say(folder)


def _say(folder: Path) -> None:
    write = out().print
    write(f"[bold]A new installation is in {folder}.[/]")
    write("1. Edit schoolgate.toml: school, networks, next hop, roles.")
    write("2. Put your exports in pupils.csv, staff.csv and contacts.csv.")
    write(f"3. Check:   schoolgate check --config {folder / 'schoolgate.toml'}")
    write(
        f"4. Sign-in: schoolgate user add dpo@example.sch.uk --role dpo --config {folder / 'schoolgate.toml'}"
    )
    write(f"5. Start:   schoolgate serve --config {folder / 'schoolgate.toml'}")
    write(
        "It only watches at first: all mail passes, and after 14 days the Data Protection Officer gets a report."
        " Then tell staff, write that day into staff_informed, and set mode to enforce."
    )
    write("Keep a copy of var/keys away from this machine: without the keys, held messages cannot be read.")
