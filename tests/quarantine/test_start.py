"""Starting: keys that are made once and never replaced, a database that keeps what it is given, or a clear refusal."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from quarantine import key_records, keys, setup
from quarantine.config import Config, School
from quarantine.keys import KeysError
from quarantine.models import KeyRecord, Sealed
from tests.support.stopped import NOW

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "keys"
    keys.make(made)
    return made


def test_made_with_safe_modes(folder):
    """Only the owner reads what is secret."""
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == keys.MODES
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [p.name for p in folder.parent.iterdir()] == ["keys"]


def test_never_overwritten(folder):
    """Keys that are there stay."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(KeysError):
        keys.make(folder)
    assert before == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert [p.name for p in folder.parent.iterdir()] == ["keys"]


def test_show_nothing(folder):
    """No repr holds a key."""
    assert repr(keys.load(folder)) == "Keys()"


def test_a_writer_does_not_load_the_private_key(folder):
    """The smtp process starts without it, and cannot open."""
    (folder / "store.key").unlink()
    found = keys.load(folder, private=False)
    with pytest.raises(KeysError):
        _ = found.opening


@pytest.mark.parametrize("name", keys.MODES)
def test_a_missing_key_is_named(folder, name):
    """With the way back: the backup."""
    (folder / name).unlink()
    with pytest.raises(KeysError, match=name) as refused:
        keys.load(folder)
    assert "schoolgate restore" in refused.value.remedy


@pytest.mark.parametrize("name", keys.MODES)
@pytest.mark.parametrize("content", [b"", b"short", b"AGE-SECRET-KEY-1"])
def test_a_damaged_key_is_refused(folder, name, content):
    """Cut short or not a key at all."""
    (folder / name).write_bytes(content)
    with pytest.raises(KeysError):
        keys.load(folder)


def test_keys_of_two_pairs_are_refused(folder, tmp_path):
    """A public key that does not belong would seal what nobody can read."""
    keys.make(tmp_path / "other")
    shutil.copy(tmp_path / "other" / "store.pub", folder / "store.pub")
    with pytest.raises(KeysError, match="do not belong together"):
        keys.load(folder)


def test_keys_that_everybody_reads_are_refused(folder):
    """Modes matter."""
    (folder / "store.key").chmod(0o604)
    with pytest.raises(KeysError, match=r"store\.key"):
        keys.load(folder)


def test_first_start_makes_and_records(db, tmp_path):
    """No keys, no records, no sealed rows: a new installation."""
    KeyRecord.objects.all().delete()
    found = key_records.ensure(tmp_path / "var" / "keys", private=True, now=NOW)
    assert dict(KeyRecord.objects.values_list("name", "mark")) == found.marks()
    assert key_records.ensure(tmp_path / "var" / "keys", private=True, now=NOW) == found


def test_keys_gone_is_no_first_start(db, tmp_path):
    """Where the database remembers keys, none are made."""
    key_records.ensure(tmp_path / "keys", private=True, now=NOW)
    shutil.rmtree(tmp_path / "keys")
    with pytest.raises(KeysError, match="restore"):
        key_records.ensure(tmp_path / "keys", private=True, now=NOW)
    assert not (tmp_path / "keys").exists()


def test_sealed_rows_without_keys_is_no_first_start(db, tmp_path):
    """Nor where something is sealed."""
    Sealed.objects.create(school="s", blob=b"x", size=1, created_at=NOW)
    with pytest.raises(KeysError, match="restore"):
        key_records.ensure(tmp_path / "keys", private=True, now=NOW)
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("name", ["fingerprint.key", "loop.key", "django.secret", "store.pub"])
def test_other_keys_than_the_databases_are_refused(db, folder, tmp_path, name):
    """Each key by name."""
    found = keys.load(folder)
    key_records.check(found, now=NOW)
    keys.make(tmp_path / "other")
    for each in ("store.pub", "store.key") if name == "store.pub" else (name,):
        shutil.copy(tmp_path / "other" / each, folder / each)
    with pytest.raises(KeysError, match=name):
        key_records.check(keys.load(folder), now=NOW)


def test_restored_rows_without_records_want_their_keys(db, folder):
    """Sealed rows whose keys are not on record cannot be checked, so they are refused."""
    Sealed.objects.create(school="s", blob=b"x", size=1, created_at=NOW)
    with pytest.raises(KeysError):
        key_records.check(keys.load(folder), now=NOW)


def test_a_start_migrates_only_where_something_is_not_applied(db):
    """Most starts change nothing, and do not load what would be changed; one migration that is missing is enough."""
    with mock.patch.object(setup, "call_command") as called:
        setup.migrate()
        called.assert_not_called()
        MigrationRecorder(connection).record_unapplied("quarantine", "0001_first")
        setup.migrate()
        called.assert_called_once_with("migrate", interactive=False, verbosity=0)


def test_the_database_is_durable(db):
    """What the tests run on is what a school runs on."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
            assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2
    setup.assert_durable()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_not_durable_is_refused():
    """A power cut would lose accepted mail: refused, with the setting's name."""
    sqlite = connection.vendor == "sqlite"
    name, off = (
        ("synchronous", "PRAGMA synchronous=OFF")
        if sqlite
        else ("synchronous_commit", "SET synchronous_commit=off")
    )
    with connection.cursor() as cursor:
        cursor.execute(off)
    try:
        with pytest.raises(setup.DatabaseError, match=name):
            setup.assert_durable()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://ann:s%40cret@db:5433/mail", {"NAME": "mail", "USER": "ann", "PASSWORD": "s@cret", "HOST": "db", "PORT": "5433"}),
        ("postgresql:///mail?host=/run/postgresql", {"NAME": "mail", "HOST": "/run/postgresql", "USER": ""}),
    ],
)  # fmt: skip
def test_postgresql_addresses(tmp_path, address, expected):
    """Addresses are read as libpq reads them; the rest goes to the driver; no repr shows the password."""
    config = Config(
        storage=tmp_path, database=address + ("&" if "?" in address else "?") + "sslmode=require", schools=()
    )
    made = setup.database(config)
    assert {name: made[name] for name in expected} == expected
    assert made["OPTIONS"]["sslmode"] == "require"
    assert "s@cret" not in repr(config)
    assert "s%40cret" not in repr(config)


START = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from quarantine.config import Config, School
from quarantine.setup import start
school = School(key="s", name="S", domains=("s.sch.uk",))
found = start(Config(storage=Path(sys.argv[1]), schools=(school,)), now=datetime.now(UTC))
from django.conf import settings
assert settings.SECRET_KEY == found.django_secret
assert settings.SCHOOLGATE_KEYS is found
print(found.public)
"""


@pytest.mark.slow
def test_a_real_start_and_a_second_one(tmp_path):
    """An empty folder becomes an installation; the next start finds it; without its keys it refuses."""

    def start():
        return subprocess.run(
            [sys.executable, "-c", START, str(tmp_path / "var")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    first, second = start(), start()
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    shutil.rmtree(tmp_path / "var" / "keys")
    third = start()
    assert third.returncode == 1
    assert "Restore the keys from your backup" in third.stderr


@pytest.mark.slow
def test_processes_that_start_at_once_agree(tmp_path):
    """Four on an empty folder: one makes tables and keys, all find the same."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", START, str(tmp_path / "var")],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    ends = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0, 0, 0], ends
    assert len({out for out, _ in ends}) == 1


def test_schools(tmp_path):
    """An unknown key is the first school; domains are anybody's of them."""
    one, two = (
        School(key="a", name="A", domains=("a.sch.uk",)),
        School(key="b", name="B", domains=("b.sch.uk",)),
    )
    config = Config(storage=tmp_path, schools=(one, two))
    assert [config.school(key) for key in ("b", "", "x")] == [two, one, one]
    assert config.is_internal("Ann@B.sch.uk")
    assert not config.is_internal("ann@x.b.sch.uk")
