"""SIGKILL at each step of a delivery: a released message arrives, and twice only where no order of steps can help."""

import contextlib
import os
import smtplib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.documents import CLASS_LIST, XLSX, xlsx
from tests.support.gate import SCHOOLGATE, Gate, make_gate
from tests.support.killed_deliver import STEPS
from tests.support.mail import make_message
from tests.support.next_hop import ScriptedNextHop, scripted
from tests.support.servers import until

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[3]
RAW = make_message(subject="Trip list", attach=(("list.xlsx", XLSX, xlsx(CLASS_LIST)),))


@contextlib.contextmanager
def delivering(gate: Gate) -> Iterator[None]:
    """The delivery process, stopped with SIGTERM."""
    environment = {**os.environ, "SCHOOLGATE_CONFIG": str(gate.config)}
    log = gate.root / "deliver.log"
    with log.open("ab") as file:
        process = subprocess.Popen([SCHOOLGATE, "serve", "deliver"], env=environment, stderr=file)
    try:
        until(lambda: b'"started"' in log.read_bytes(), "the delivery process is ready")
        yield
    finally:
        process.terminate()
        assert process.wait(60) == 0


def killed_at(gate: Gate, step: str) -> None:
    """Run the delivery process until it has killed itself."""
    environment = {**os.environ, "SCHOOLGATE_CONFIG": str(gate.config)}
    command = [sys.executable, "-m", "tests.support.killed_deliver", step]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, cwd=REPOSITORY, env=environment
    )
    assert done.returncode == -9, done.stdout + done.stderr


def rows(gate: Gate, sql: str) -> list[tuple[object, ...]]:
    with (
        contextlib.closing(sqlite3.connect(gate.root / "var/schoolgate.sqlite3", timeout=20)) as database,
        database,
    ):
        return database.execute(sql).fetchall()


def end_leases(gate: Gate) -> None:
    """As if three minutes had passed."""
    rows(gate, "UPDATE quarantine_outgoing SET lease_until = created_at WHERE lease_until IS NOT NULL")


def hold(gate: Gate) -> None:
    with gate.serve("smtp"), smtplib.SMTP("127.0.0.1", gate.smtp_port, local_hostname="copier") as client:
        client.sendmail("s.green@example.sch.uk", ["club@example.net"], RAW)


def arrived(hop: ScriptedNextHop) -> list[bytes]:
    return [taken.data for taken in hop.taken if taken.data.endswith(RAW)]


def test_a_released_message_survives_every_kill(tmp_path: Path) -> None:
    """The process is killed at every step in turn, and started again: all of our mail goes out, the original at most
    once more than the kills that fell between the next hop's 250 and our record of it."""
    with scripted() as hop:
        gate = make_gate(tmp_path / "gate", next_hop=hop.port)
        hold(gate)
        [held] = gate.json("held", "list")  # type: ignore[misc]
        rows(
            gate, "UPDATE quarantine_outgoing SET state = 'sent', lease = ''"
        )  # the notices are told of elsewhere
        gate.run("held", "release", str(held["id"]), "--reason", "The trip centre asked for it by contract")
        rows(gate, "UPDATE quarantine_outgoing SET state = 'sent' WHERE kind = 'notice'")
        doubles = 0
        for step in STEPS:
            killed_at(gate, step)
            doubles += step == "after the send"
            end_leases(gate)
        with delivering(gate):
            until(
                lambda: rows(
                    gate, "SELECT 1 FROM quarantine_outgoing WHERE kind = 'original' AND state = 'sent'"
                ),
                "sent",
            )
        assert len(arrived(hop)) == 1 + doubles
        assert not rows(gate, "SELECT 1 FROM quarantine_outgoing WHERE state = 'pending'")
