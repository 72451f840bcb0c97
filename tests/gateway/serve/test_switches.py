"""What people switch while the gateway runs holds within seconds, and what went before is known: the real program, end to end."""

import json
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.documents import XLSX, locked_office, xlsx
from tests.support.gate import Gate, make_gate
from tests.support.mail import make_message
from tests.support.next_hop import ScriptedNextHop, scripted
from tests.support.servers import until

pytestmark = pytest.mark.slow
SENDER, CLUB = "s.green@example.sch.uk", "bookings@tripcentre.example.net"
NAMED = "Amelia Thompson and the zoo"


@dataclass(frozen=True, slots=True)
class Running:
    gate: Gate
    hop: ScriptedNextHop

    def reply(self, **message: object) -> int:
        """What a client hears."""
        with smtplib.SMTP("127.0.0.1", self.gate.smtp_port, timeout=60) as client:
            try:
                client.sendmail(SENDER, [CLUB], make_message(sender=SENDER, to=CLUB, **message))
            except smtplib.SMTPDataError as refused:
                return refused.smtp_code
        return 250

    def held_for(self, policy: str) -> bool:
        rows = self.gate.json("held", "list")
        assert isinstance(rows, list)
        return any(policy in row["policies"] for row in rows)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with scripted() as hop:
        gate = make_gate(tmp_path_factory.mktemp("switches"), next_hop=hop.port)
        with gate.serve():
            yield Running(gate, hop)


def test_the_password_that_follows_its_file_is_held(running: Running) -> None:
    """The locked list goes; its password to the same people within the day waits for its sender."""
    few = xlsx([("Forename", "Surname"), ("Amelia", "Thompson")])
    locked = (("list.xlsx", XLSX, locked_office(few, "correct horse battery")),)
    assert running.reply(subject="The list", attach=locked) == 250
    until(lambda: any(b"The list" in taken.data for taken in running.hop.taken), "the list arrives")
    assert not running.held_for("password-follows")
    assert running.reply(subject="For the list", body="The password for the file is Blue-Heron-42\r\n") == 250
    until(lambda: running.held_for("password-follows"), "the password waits")


def test_an_exception_and_its_end_hold_within_seconds(running: Running) -> None:
    """Made on the server with its approval, followed without a restart, ended again."""
    assert running.reply(subject=NAMED) == 550
    policy = blocking(running.gate)
    made = running.gate.run(
        "exception", "add", "-p", policy, "-s", SENDER, "-r", "Trip week", "--days", "7",
        "--approved-by", "head@example.sch.uk",
    ).stdout  # fmt: skip
    until(lambda: running.reply(subject=NAMED) == 250, "the exception counts", 20)
    [row] = running.gate.json("exception", "list")
    assert (row["reason"], row["counts"]) == ("Trip week", True)
    running.gate.run("exception", "end", made.split()[0])
    until(lambda: running.reply(subject=NAMED) == 550, "the exception has ended", 20)
    export = running.gate.root / "exceptions.jsonl"
    running.gate.run("audit", "export", str(export))
    events = [json.loads(line) for line in export.read_text().splitlines()]
    assert {"exception-added", "exception-approved", "exception-ended"} <= {e["kind"] for e in events}
    assert any(e["details"].get("waivers") for e in events if e["kind"] == "passed")


def test_the_bypass_and_its_end_hold_within_seconds(running: Running) -> None:
    """All passes while it is on; without a reason it is refused."""
    refused = running.gate.run("bypass", "on", "--hours", "25", "-r", "x", check=False)
    assert "24 hours" in refused.stderr
    running.gate.run("bypass", "on", "--hours", "1", "-r", "The scanner holds everything")
    until(lambda: running.reply(subject=NAMED) == 250, "the bypass holds", 20)
    running.gate.run("bypass", "off")
    until(lambda: running.reply(subject=NAMED) == 550, "policies hold again", 20)
    export = running.gate.root / "events.jsonl"
    running.gate.run("audit", "export", str(export))
    events = [json.loads(line) for line in export.read_text().splitlines()]
    assert {"bypass-on", "bypass-off"} <= {e["kind"] for e in events}
    passed = [e["details"] for e in events if e["kind"] == "passed"]
    assert any("panic-bypass" in d["policies"] and d["would"] == "block" for d in passed)


def test_what_was_judged_is_replayed_from_the_database(running: Running) -> None:
    """Stored features alone: a forecast a week, and what the draft changes."""
    assert running.reply(subject=NAMED) == 550
    assert running.reply(subject="Sports day") == 250
    told = running.gate.run("policy", "replay", "seed-003", "--processes", "2").stdout
    assert "messages over" in told
    assert not told.startswith("0 messages")
    assert "messages a week" in told
    assert "The draft differs" in told
    assert "Thompson" not in told


def blocking(gate: Gate) -> str:
    """The policy that refuses a full name in a subject."""
    file = gate.root / "named.eml"
    file.write_bytes(make_message(subject=NAMED))
    found = gate.json("scan", str(file), "--from", SENDER, "--to", CLUB)
    assert isinstance(found, dict)
    return next(hit["policy"] for hit in found["hits"] if hit["action"] == "block")
