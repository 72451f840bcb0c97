"""Power cuts, kills, full disks and locks: what was answered is there exactly once, what was not is not there at all."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from quarantine import workflow
from quarantine.models import AuditEvent, Held, Outgoing, Sealed
from tests.support.stopped import NOW, make_envelope, make_raw, make_scan, make_verdict

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
sqlite_alone = pytest.mark.django_db(transaction=True)

PROCESS = """
import os, signal, sys
from pathlib import Path
from quarantine.config import Config, School
from quarantine.setup import start
from tests.support.stopped import NOW, make_envelope, make_raw, make_scan, make_verdict

school = School(key="example.sch.uk", name="Example", domains=("example.sch.uk",))
start(Config(storage=Path(sys.argv[1]), schools=(school,), roles={"dpo": ("dpo@example.sch.uk",)}), now=NOW)
from quarantine import audit, outbox, workflow
from quarantine.models import AuditEvent, Held, Outgoing, Sealed

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

step, raw = sys.argv[2], make_raw(headers={"X-Number": "same"})
if step == "look":
    print(Held.objects.count(), Sealed.objects.count(), Outgoing.objects.count(), AuditEvent.objects.count())
    held = workflow.hold(make_envelope(), raw, make_scan(), make_verdict(), now=NOW)
    print(held.id, Held.objects.count(), audit.verify().problem or "sound")
    sys.exit()
if step == "before-commit":
    audit.append = die
held = workflow.hold(make_envelope(), raw, make_scan(), make_verdict(), now=NOW)
print(held.id, flush=True)
if step == "after-hold":
    die()
if step == "in-release":
    audit.append = die
workflow.release(held.id, actor="dpo", now=NOW)
if step == "after-release":
    die()
"""


def process(storage, step):
    return subprocess.run(
        [sys.executable, "-c", PROCESS, str(storage), step],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "found"),
    [
        ("before-commit", "0 0 0 0"),
        ("after-hold", "1 3 2 1"),  # the message and two notices
        ("in-release", "1 3 2 1"),
        ("after-release", "1 4 4 2"),  # and the original and its notice
    ],
)
def test_a_killed_process_leaves_all_or_nothing(tmp_path, step, found):
    """SIGKILL at each step: the message is there exactly once or not at all, and a retry finds it."""
    killed = process(tmp_path / "var", step)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    looked = process(tmp_path / "var", "look")
    assert looked.returncode == 0, looked.stderr
    rows, again = looked.stdout.splitlines()
    assert rows == found
    held_id, count, chain = again.split()
    assert (count, chain) == ("1", "sound")
    if killed.stdout:
        assert killed.stdout.strip() == held_id


@sqlite_alone
def test_a_full_disk_stores_nothing():
    """The database's own word for it, not a pretended one; when there is room again all works."""
    assert connection.vendor == "sqlite", "on PostgreSQL the server answers for its disk"
    with connection.cursor() as cursor:
        pages, spare, size = (
            cursor.execute(f"PRAGMA {word}").fetchone()[0]
            for word in ("page_count", "freelist_count", "page_size")
        )
        message = make_envelope(), make_raw(body="x" * (300_000 + spare * size)), make_scan(), make_verdict()
        limit = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages + 10}")
        with pytest.raises(OperationalError, match="full"):
            workflow.hold(*message, now=NOW)
        assert [t.objects.count() for t in (Held, Sealed, Outgoing, AuditEvent)] == [0, 0, 0, 0]
        cursor.execute(f"PRAGMA max_page_count={limit}")
    workflow.hold(*message, now=NOW)
    assert Held.objects.count() == 1


@sqlite_alone
def test_a_locked_database_is_an_error_in_time():
    """Another writer that does not end: after the busy time-out the caller hears it, and nothing is stored."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=50")
        with pytest.raises(OperationalError, match="locked"):
            workflow.hold(make_envelope(), make_raw(), make_scan(), make_verdict(), now=NOW)
    finally:
        other.execute("ROLLBACK")
        other.close()
        connection.close()
    workflow.hold(make_envelope(), make_raw(), make_scan(), make_verdict(), now=NOW)
    assert Held.objects.count() == 1
