"""The IT manager's way: install from nothing, take over the previous version's installation, lose the machine and restore it.

It prints how many commands and seconds each takes. Mail goes in and out through real servers.
"""

import shutil
import smtplib
import sqlite3
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.documents import CLASS_LIST, XLSX, xlsx
from tests.support.gate import CONTACTS, PUPILS, STAFF, Gate
from tests.support.mail import make_message
from tests.support.postgres import postgres
from tests.support.servers import Postfix, free_port, postfix, until

pytestmark = pytest.mark.slow

PREVIOUS = (
    Path(__file__).parent / "previous" / "0.1.tar.xz"
)  # left by the version before, with one held message
HELD_BEFORE = "Kept-by-the-previous-version"


@dataclass(slots=True)
class Way:
    """Counts the commands and the seconds of one part of the journey."""

    name: str
    gate: Gate
    commands: int = 0
    started: float = field(default_factory=time.monotonic)

    def run(self, *words: str) -> str:
        self.commands += 1
        return self.gate.run(*words).stdout

    def told(self) -> None:
        print(  # noqa: T201 - the journey is told to whoever runs it
            f"\n{self.name}: {self.commands} commands, {time.monotonic() - self.started:.0f} seconds"
        )


@pytest.fixture(scope="module")
def internet() -> Iterator[Postfix]:
    with postfix() as server:
        yield server


def at(root: Path) -> Gate:
    return Gate(root, free_port(), free_port(), free_port())


def set_up(gate: Gate, internet: Postfix, *, database: str = "sqlite") -> None:
    """What a manager edits: the ports of this test's servers, the database, and the day on which staff were told."""
    lines = gate.config.read_text().splitlines()
    wanted = {
        ("smtp", "listen"): f'["127.0.0.1:{gate.smtp_port}"]',
        ("next_hop", "address"): f'"127.0.0.1:{internet.port}"',
        ("storage", "database"): f'"{database}"',
        ("console", "listen"): f'"127.0.0.1:{gate.console_port}"',
        ("console", "url"): f'"http://127.0.0.1:{gate.console_port}"',
        ("metrics", "listen"): f'"127.0.0.1:{gate.metrics_port}"',
        ("metrics", "deliver"): '""',
        ("policy", "pack"): '"default"\nmode = "enforce"\nstaff_informed = 2026-09-01',
    }
    table, edited = "", []
    for line in lines:
        if line.startswith("["):
            table = line.strip("[]")
        key = line.removeprefix("# ").partition(" =")[0]
        if (table, key) in wanted:
            edited.append(f"{key} = {wanted.pop((table, key))}")
        elif table != "policy" or key not in {"mode", "staff_informed"}:
            edited.append(line)
    gate.config.write_text("\n".join(edited) + "\n")


def write(gate: Gate, marker: str) -> None:
    """A teacher's mail with a class list in clear, handed over as the school's server does."""
    raw = make_message(subject=f"List {marker}", attach=(("list.xlsx", XLSX, xlsx(CLASS_LIST)),))
    with smtplib.SMTP("127.0.0.1", gate.smtp_port, timeout=60) as client:
        client.sendmail("s.green@example.sch.uk", ["somebody@example.net"], raw)


def waiting(gate: Gate) -> list[str]:
    rows = gate.json("held", "list")
    assert isinstance(rows, list)
    return [row["id"] for row in rows]


def arrives(internet: Postfix, marker: str) -> None:
    until(lambda: any(marker.encode() in mail for mail in internet.mails()), f"{marker} arrives", 60)


def test_install_from_nothing(tmp_path: Path, internet: Postfix) -> None:
    """init, edit, check, sign-in, serve: then mail is checked, and a class list in clear waits for the DPO."""
    gate = at(tmp_path / "school")
    gate.root.parent.mkdir(exist_ok=True)
    way = Way("install", Gate(tmp_path, gate.smtp_port, gate.console_port, gate.metrics_port))
    way.run("init", str(gate.root))
    way.gate = gate
    for name, content in (("pupils", PUPILS), ("staff", STAFF), ("contacts", CONTACTS)):
        (gate.root / f"{name}.csv").write_text(content)
    set_up(gate, internet)
    way.run("check")
    way.run("user", "add", "dpo@example.sch.uk", "--role", "dpo")
    with gate.serve():
        write(gate, "fresh")
        (reference,) = waiting(gate)
        way.told()
        gate.run("held", "release", reference)
        arrives(internet, "List fresh")


@pytest.fixture
def previous(tmp_path: Path, internet: Postfix) -> Gate:
    """The previous version's installation as it lies on the disk, as if it had been stopped yesterday."""
    root = tmp_path / "school"
    root.mkdir()
    _unpack(PREVIOUS, root)
    (root / "var" / "keys").chmod(0o700)
    gate = at(root)
    set_up(gate, internet)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with sqlite3.connect(root / "var" / "schoolgate.sqlite3") as database:
        database.execute(
            "UPDATE quarantine_held SET received_at = ?, expires_at = ?, remind_at = NULL",
            (f"{yesterday:%Y-%m-%d %H:%M:%S}", f"{yesterday + timedelta(days=29):%Y-%m-%d %H:%M:%S}"),
        )
    database.close()
    return gate


def test_upgrade_takes_the_previous_installation_over(previous: Gate, internet: Postfix) -> None:
    """Start the new version on it: the tables follow by themselves, what was held is readable and goes, the record is whole."""
    way = Way("upgrade", previous)
    with previous.serve():
        way.commands += 1
        (reference,) = waiting(previous)
        assert "dpo@example.sch.uk" in way.run("user", "list")
        way.run("held", "release", reference)
        arrives(internet, HELD_BEFORE)
        assert "whole" in way.run("audit", "verify")
    way.told()


@contextmanager
def a_database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield "sqlite"
        return
    with postgres() as address:
        yield address


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_lost_machine_is_restored(tmp_path: Path, internet: Postfix, kind: str) -> None:
    """A backup of the running gateway, then nothing is left but that file: what was held goes from the new machine."""
    marker = f"restored-{kind}"
    lost, found = at(tmp_path / "lost"), at(tmp_path / "found")
    file = tmp_path / "school.backup"
    with a_database(kind) as first, a_database(kind) as second:
        Gate(tmp_path, 0, 0, 0).run("init", str(lost.root))
        for name, content in (("pupils", PUPILS), ("staff", STAFF), ("contacts", CONTACTS)):
            (lost.root / f"{name}.csv").write_text(content)
        set_up(lost, internet, database=first)
        way = Way(f"backup and restore on {kind}", lost)
        with lost.serve():
            write(lost, marker)
            references = waiting(lost)
            way.run("backup", str(file))
        shutil.rmtree(lost.root)
        way.gate = found
        found.root.mkdir()
        if kind == "postgresql":
            _point_at(file, first, second)
        way.run("restore", str(file))
        set_up(found, internet, database=second)
        way.run("check")
        with found.serve():
            assert waiting(found) == references
            way.run("held", "release", references[0])
            arrives(internet, f"List {marker}")
            assert "whole" in way.run("audit", "verify")
    way.told()


def _unpack(file: Path, folder: Path) -> None:
    """By the program: Debian 12's Python has no safe way of its own yet."""
    subprocess.run(["tar", "-xf", file, "--no-same-owner", "-C", folder], check=True)


def _point_at(file: Path, first: str, second: str) -> None:
    """The new machine has another database server: the manager edits the settings inside the backup's tar."""
    folder = file.with_suffix(".open")
    folder.mkdir()
    _unpack(file, folder)
    with tarfile.open(file) as archive:
        names = archive.getnames()
    settings = folder / "settings" / "schoolgate.toml"
    settings.write_text(settings.read_text().replace(first, second))
    with tarfile.open(file, "w:gz") as archive:
        for name in names:
            archive.add(folder / name, name, recursive=False)
