"""Backup and restore: what comes back is the same installation, and a hostile file puts nothing anywhere else."""

import io
import json
import random
import tarfile
from pathlib import Path

import pytest

from gateway.backup import BackupError, restore
from tests.support.gate import make_gate
from tests.support.servers import free_port

MANIFEST = {"format": 1, "made_at": "2026-01-01T00:00:00+00:00", "outside": []}


def archive(file: Path, members: dict[str, bytes], manifest: object = None) -> Path:
    whole = {**MANIFEST, "files": list(members)} if manifest is None else manifest
    with tarfile.open(file, "w:gz") as out:
        for name, data in {"manifest.json": json.dumps(whole).encode(), **members}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return file


@pytest.mark.slow
def test_a_restored_installation_is_the_same_one(tmp_path: Path) -> None:
    """Keys, database and settings come back together: the keys open the rows, accounts and audit are there."""
    old = make_gate(tmp_path / "old", next_hop=free_port())
    old.run("migrate")
    old.run("user", "add", "dpo@example.sch.uk", "--role", "dpo")
    old.run("backup", str(tmp_path / "school.backup"))
    assert (tmp_path / "school.backup").stat().st_mode & 0o077 == 0
    new = tmp_path / "new/schoolgate.toml"
    new.parent.mkdir()
    old.run("restore", str(tmp_path / "school.backup"), "--config", str(new))
    assert (new.parent / "var/keys/store.key").read_bytes() == (old.root / "var/keys/store.key").read_bytes()
    assert (new.parent / "var/keys/store.key").stat().st_mode & 0o077 == 0
    users = old.run("user", "list", "--json", "--config", str(new)).stdout
    assert "dpo@example.sch.uk" in users
    assert "whole" in old.run("audit", "verify", "--config", str(new)).stdout


@pytest.mark.slow
def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Neither a backup by a backup, nor an installation by a restore."""
    gate = make_gate(tmp_path / "gate", next_hop=free_port())
    gate.run("migrate")
    gate.run("backup", str(tmp_path / "b"))
    assert gate.run("backup", str(tmp_path / "b"), check=False).returncode == 1
    before = gate.config.read_bytes()
    assert gate.run("restore", str(tmp_path / "b"), check=False).returncode == 1
    assert gate.config.read_bytes() == before


@pytest.mark.parametrize("left", ["-wal", "-shm", "-journal"])
def test_what_an_older_database_left_is_not_put_over_the_restored_one(tmp_path: Path, left: str) -> None:
    """The bug: the database had been moved away and its log had not; SQLite wrote that over what was restored, and all held mail was gone."""
    members = {"settings/schoolgate.toml": b"", "database/schoolgate.sqlite3": b"rows"}
    file, new = archive(tmp_path / "b", members), tmp_path / "schoolgate.toml"
    (tmp_path / "var").mkdir()
    log = tmp_path / f"var/schoolgate.sqlite3{left}"
    log.write_bytes(b"old")
    with pytest.raises(BackupError, match=left):
        restore(file, new)
    assert not new.exists()
    log.unlink()
    restore(file, new)
    assert (tmp_path / "var/schoolgate.sqlite3").read_bytes() == b"rows"


@pytest.mark.parametrize("harm", ["cut", "changed"])
def test_a_damaged_backup_restores_nothing(tmp_path: Path, harm: str) -> None:
    """The bug: a byte that a disk had changed was put in place as a key or as rows; a file that was cut off ended in a traceback."""
    members = {"keys/store.key": random.randbytes(10_000), "settings/schoolgate.toml": b""}
    data = archive(tmp_path / "b", members).read_bytes()
    at = 5_000
    new = data[:at] if harm == "cut" else data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    (tmp_path / "b").write_bytes(new)
    with pytest.raises(BackupError, match="damaged"):
        restore(tmp_path / "b", tmp_path / "schoolgate.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


@pytest.mark.slow
def test_keys_that_are_lost_stop_the_start_and_say_how_to_restore(tmp_path: Path) -> None:
    """New keys would lock all held mail away for good."""
    gate = make_gate(tmp_path / "gate", next_hop=free_port())
    gate.run("migrate")
    (gate.root / "var/keys").rename(gate.root / "var/lost")
    done = gate.run("serve", check=False)
    assert done.returncode == 78
    assert "schoolgate restore" in done.stderr
    assert not (gate.root / "var/keys").exists()


SETTINGS = b'[storage]\npath = "var"\n'


@pytest.mark.parametrize(
    "name", ["settings/../../outside", "/etc/outside", "keys/../../../outside", "other/outside", "outside"]
)
def test_a_name_that_leads_outside_restores_nothing(tmp_path: Path, name: str) -> None:
    """A backup is a file from elsewhere: its names are not trusted."""
    file = archive(tmp_path / "b", {"settings/schoolgate.toml": SETTINGS, name: b"x"})
    target = tmp_path / "deep/new/schoolgate.toml"
    with pytest.raises(BackupError):
        restore(file, target)
    assert not list(tmp_path.rglob("outside"))
    assert not target.exists()


@pytest.mark.parametrize(
    "manifest", [{}, {"format": 2}, [], {**MANIFEST, "files": ["settings/schoolgate.toml"]}], ids=str
)
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, manifest: object) -> None:
    """Another format, a missing member, or something else altogether: one line, nothing done."""
    with pytest.raises(BackupError):
        restore(archive(tmp_path / "b", {}, manifest), tmp_path / "new.toml")


def test_garbage_is_refused(tmp_path: Path) -> None:
    """Bytes that are no archive."""
    (tmp_path / "b").write_bytes(b"garbage")
    with pytest.raises(BackupError):
        restore(tmp_path / "b", tmp_path / "new.toml")
