"""The same promises on PostgreSQL, also when its connections are cut under our feet."""

import os
import re
import smtplib
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support.gate import make_gate
from tests.support.mail import make_message
from tests.support.next_hop import scripted
from tests.support.postgres import postgres

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


@pytest.mark.parametrize(("file", "least"), [("test_with_quarantine.py", 18), ("lost_commits.py", 5)])
def test_pipeline_quarantine_and_delivery_are_the_same_on_postgresql(file: str, least: int) -> None:
    """Every test of them together passes there, none is left out; and those of what only a server can lose."""
    with postgres() as address:
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                str(HERE / file),
            ],
            env=os.environ | {"SCHOOLGATE_TEST_DATABASE": address},
            cwd=HERE.parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr
    found = re.search(r"(\d+) passed", ran.stdout)
    assert found
    assert int(found[1]) >= least


def test_cut_connections_cost_a_451_at_most_and_no_message(tmp_path: Path) -> None:
    """The database server is restarted between messages: each is refused by the policy, after at most one more try."""
    with postgres() as address, scripted() as hop:
        gate = make_gate(tmp_path / "gate", next_hop=hop.port, database=address)
        with gate.serve():
            for round_ in range(3):
                raw = make_message(subject=f"Amelia Thompson {round_}", to="club@example.net")
                codes = [heard(gate.smtp_port, raw)]
                if codes[-1] == 451:
                    codes.append(heard(gate.smtp_port, raw))
                assert codes in ([550], [451, 550])
                cut(address)
            assert heard(gate.smtp_port, make_message(subject="Sports day")) == 250
    assert len(hop.taken) >= 1


def heard(port: int, raw: bytes) -> int:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="copier") as client:
        client.ehlo()
        client.mail("s.green@example.sch.uk")
        client.rcpt("club@example.net")
        return client.data(raw)[0]


def cut(address: str) -> None:
    """End every other connection of the server, as its restart does."""
    with psycopg.connect(address, autocommit=True) as database:
        database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
        )
