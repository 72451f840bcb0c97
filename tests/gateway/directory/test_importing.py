"""The imported directory: compared before it is taken, sealed, swapped as a whole, leavers kept, and nothing by halves."""

import os
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detectors.directory import DirectoryError
from detectors.directory.export import read_export
from detectors.fingerprints import Fingerprints
from gateway import installation, snapshot
from gateway.importing import compared, read_import, source_mark
from gateway.processes.nightly import due
from gateway.settings import DirectoryFiles, NextHop, School, Settings, Storage
from quarantine.keys import KeysError

NOW = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
PRINTS = Fingerprints(b"k" * 32)
HEAD = "id,upn,legal_forename,legal_surname,dob,class\n"
ROWS = [f"{n},,Forename{n},Surname{n},2014-05-{n + 1:02},4B\n" for n in range(10)]


@pytest.fixture
def school(tmp_path: Path) -> Settings:
    (tmp_path / "var/keys").mkdir(parents=True)
    return Settings(
        school=(School(name="Example", domains=("example.sch.uk",), key="example.sch.uk"),),
        next_hop=NextHop(address="127.0.0.1:2526"),
        directory=DirectoryFiles(),
        storage=Storage(path=tmp_path / "var"),
    )


def export(folder: Path, rows: list[str], name: str = "pupils.csv") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(HEAD + "".join(rows))
    return folder


def take(school: Settings, folder: Path, *, at: datetime = NOW, confirmed: bool = False) -> None:
    """As `directory import` does, with the real reader behind its walls."""
    read = read_import(school, [folder], PRINTS, now=at, confirmed=confirmed)
    snapshot.save(school.storage.path, read.snapshot)


def put(school: Settings, folder: Path, *, at: datetime = NOW) -> None:
    """The same of what is read here, for what comes after the reading."""
    export = read_export([folder], PRINTS, today=at.date())
    read = compared(school, export, PRINTS, source=source_mark([folder]), name=folder.name, now=at)
    snapshot.save(school.storage.path, read.snapshot)


def in_force(school: Settings) -> list[str]:
    found = installation.directory(school, PRINTS, today=NOW.date())
    return sorted(pupil.legal_surname for pupil in found.pupils if pupil.left is None)


def test_an_import_is_what_the_gateway_then_loads(school: Settings, tmp_path: Path) -> None:
    """The same people, the same version; before it there is no directory at all."""
    with pytest.raises(DirectoryError, match="holds no pupil"):
        in_force(school)
    folder = export(tmp_path / "out", ROWS)
    read = read_import(school, [folder], PRINTS, now=NOW)
    assert len(read.changes.new) == 10
    assert [c.field for c in read.export.previews["pupils.csv"]][:3] == ["id", "upn", "legal_forename"]
    take(school, folder)
    assert len(in_force(school)) == 10
    loaded = installation.directory(school, PRINTS, today=NOW.date())
    assert loaded.version == read.after.version


def test_it_is_kept_sealed_and_its_key_is_only_ours(school: Settings, tmp_path: Path) -> None:
    """No name in the file; without its key nothing opens, and no new key is made over it."""
    take(school, export(tmp_path / "out", ROWS))
    file, key = snapshot.path(school.storage.path), school.storage.path / "keys/directory.key"
    assert b"Surname" not in file.read_bytes()
    assert key.stat().st_mode & 0o077 == 0
    key.rename(tmp_path / "away")
    with pytest.raises(KeysError, match="missing"):
        in_force(school)
    with pytest.raises(KeysError, match="missing"):
        take(school, tmp_path / "out")
    key.write_bytes(b"x" * 44)
    with pytest.raises(KeysError):
        in_force(school)


@pytest.mark.parametrize("rows", [ROWS[:7], []], ids=["a third lost", "empty"])
def test_a_fall_is_refused_until_somebody_confirms_it(
    school: Settings, tmp_path: Path, rows: list[str]
) -> None:
    """The one in force stays; confirmed, the new one is taken."""
    take(school, export(tmp_path / "out", ROWS))
    mark = snapshot.mark(school.storage.path)
    folder = export(tmp_path / "less", rows)
    with pytest.raises(DirectoryError):
        take(school, folder)
    assert snapshot.mark(school.storage.path) == mark
    assert len(in_force(school)) == 10
    take(school, folder, confirmed=True)
    allowed = replace(school, directory=DirectoryFiles(allow_empty=True))
    assert len(in_force(allowed)) == len(rows)


def test_leavers_are_known_for_a_year(school: Settings, tmp_path: Path) -> None:
    """Who is in no export any more is matched on, then forgotten."""
    put(school, export(tmp_path / "out", ROWS))
    folder = export(tmp_path / "next", ROWS[1:])
    put(school, folder, at=NOW + timedelta(days=1))
    assert leavers(school) == ["Surname0"]
    put(school, folder, at=NOW + timedelta(days=300))
    assert leavers(school) == ["Surname0"]
    put(school, folder, at=NOW + timedelta(days=400))
    assert leavers(school) == []


def leavers(school: Settings) -> list[str]:
    found = snapshot.load(school.storage.path)
    assert found is not None
    return [pupil.legal_surname for pupil in found.pupils if pupil.left]


def test_a_broken_export_changes_nothing(school: Settings, tmp_path: Path) -> None:
    """File, line and column are named, the value is not."""
    take(school, export(tmp_path / "out", ROWS))
    broken = export(tmp_path / "broken", [*ROWS, "11,,Amelia,Thompson,the fifth of May,4B\n"])
    with pytest.raises(DirectoryError, match=r"pupils.csv, line 12, column dob") as wrong:
        take(school, broken)
    assert "fifth" not in str(wrong.value)
    assert len(in_force(school)) == 10


def test_lists_of_the_settings_and_imports_do_not_mix(school: Settings, tmp_path: Path) -> None:
    """Two sources of pupils would be two truths."""
    folder = export(tmp_path / "out", ROWS)
    files = replace(school, directory=DirectoryFiles(pupils=(folder / "pupils.csv",)))
    with pytest.raises(DirectoryError, match="names files of its own"):
        read_import(files, [folder], PRINTS, now=NOW)


def test_old_versions_are_kept_but_not_for_ever(school: Settings, tmp_path: Path) -> None:
    """The last seven, the one in force with them; every import has another mark."""
    folder, marks = export(tmp_path / "out", ROWS), set()
    for day in range(10):
        put(school, folder, at=NOW + timedelta(days=day))
        marks.add(snapshot.mark(school.storage.path))
    assert len(list((school.storage.path / "directory").glob("2*"))) == snapshot.KEPT
    assert len(marks) == 10


@pytest.mark.parametrize(
    ("hour", "minutes", "waits"),
    [(2, 10, True), (2, 1, False), (12, 10, False), (5, 10, False)],
    ids=["at night", "still being written", "by day", "in the morning"],
)
def test_the_night_takes_what_is_new_and_finished(
    school: Settings, tmp_path: Path, hour: int, minutes: int, waits: bool
) -> None:
    """A changed export, not touched for some minutes, once."""
    folder = export(tmp_path / "out", ROWS)
    at = NOW.replace(hour=hour)
    written = (at - timedelta(minutes=minutes)).timestamp()
    os.utime(folder / "pupils.csv", (written, written))
    assert bool(due(school, folder, at)) is waits
    put(school, folder)
    assert due(school, folder, at) == ""
    assert source_mark([folder])
    assert due(school, tmp_path / "nowhere", at) == ""


WHAT_NO_READER_SURVIVES = {
    "a zip file that is none": ("export.zip", b"PK\x03\x04" + b"\xff" * 400, "not a zip file that can be read"),
    "a workbook that is none": ("pupils.xlsx", b"PK\x03\x04[Content_Types].xml" + b"\xff" * 400, "pupils.xlsx"),
    "an XML bomb": ("a.xml", b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><CTfile>&z;</CTfile>', "not XML that may be read"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "raw", "said"), WHAT_NO_READER_SURVIVES.values(), ids=WHAT_NO_READER_SURVIVES
)
def test_hostile_exports_are_opened_behind_walls_alone(
    school: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, raw: bytes, said: str
) -> None:
    """On the command line and at night too: no reader of this process touches a byte, and the refusal is in words."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / name).write_bytes(raw)
    monkeypatch.setattr("detectors.directory.export._read", lambda *_, **__: pytest.fail("read here"))
    with pytest.raises(DirectoryError, match=said) as wrong:
        take(school, folder)
    assert wrong.value.remedy
    assert not snapshot.path(school.storage.path).exists()


def test_a_reader_that_cannot_go_on_is_said_in_words(school: Settings, tmp_path: Path) -> None:
    """Too little memory is no crash of the command."""
    folder = export(tmp_path / "out", [f"{n},,Forename{n},Surname{n},,4B\n" for n in range(150_000)])
    with pytest.raises(DirectoryError, match=r"cannot be read|more memory") as wrong:
        take(replace(school, scan=replace(school.scan, memory=300_000_000)), folder)
    assert "Surname" not in str(wrong.value)


def test_a_folder_with_a_zip_file_is_that_export(school: Settings, tmp_path: Path) -> None:
    """What many systems leave in a folder every night."""
    plain = export(tmp_path / "plain", ROWS)
    folder = tmp_path / "night"
    folder.mkdir()
    with zipfile.ZipFile(folder / "export.zip", "w") as archive:
        archive.write(plain / "pupils.csv", "pupils.csv")
    put(school, folder)
    assert len(in_force(school)) == 10
