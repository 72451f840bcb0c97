"""An import while mail flows: previewed, refused or taken as a whole, and in force within five seconds without a pause."""

import json
import re
import smtplib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gate import CONTACTS, PUPILS, STAFF, Gate, make_gate
from tests.support.mail import make_message
from tests.support.next_hop import scripted
from tests.support.servers import until

pytestmark = pytest.mark.slow
NEW = "7,,Esmeralda,,Vasquez,,,2016-02-02,2B\n"


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    """An installation whose people come from imports alone."""
    with scripted() as hop:
        made = make_gate(tmp_path / "gate", next_hop=hop.port)
        text = re.sub(r"(?m)^(pupils|staff|contacts) = .*\n", "", made.config.read_text())
        made.config.write_text(text)
        yield made


def export(folder: Path, more: str = "", *, pupils: str = PUPILS) -> str:
    folder.mkdir(exist_ok=True)
    for name, lines in (("pupils", pupils + more), ("staff", STAFF), ("contacts", CONTACTS)):
        (folder / f"{name}.csv").write_text(lines)
    return str(folder)


def reply(gate: Gate, subject: str) -> int:
    with smtplib.SMTP("127.0.0.1", gate.smtp_port, timeout=60) as client:
        try:
            client.sendmail("s.green@example.sch.uk", ["a@example.net"], make_message(subject=subject))
        except smtplib.SMTPDataError as refused:
            return refused.smtp_code
    return 250


def test_a_new_pupil_is_protected_within_five_seconds_of_the_import(gate: Gate, tmp_path: Path) -> None:
    """Before it the name passes, after it the name is stopped; a refused export changes nothing; a backup holds it."""
    gate.run("migrate")
    shown = gate.run("directory", "import", export(tmp_path / "one"), "--yes").stdout
    assert "legal forename" in shown
    assert "new pupils" in shown
    assert "Thompson" not in shown
    with gate.serve():
        assert reply(gate, "Amelia Thompson and the zoo") == 550
        assert reply(gate, "Esmeralda Vasquez and the zoo") == 250
        less = export(tmp_path / "less", pupils="".join(PUPILS.splitlines(keepends=True)[:3]))
        refused = gate.run("directory", "import", less, "--yes", check=False)
        assert refused.returncode == 78
        assert "2 pupils where the directory has 6" in refused.stderr
        gate.run("directory", "import", export(tmp_path / "two", NEW), "--yes")
        taken = time.monotonic()
        until(lambda: reply(gate, "Esmeralda Vasquez and the zoo") == 550, "the new pupil is known", 5)
        assert time.monotonic() - taken < 5
    gate.run("audit", "export", str(tmp_path / "events"))
    events = [json.loads(line) for line in (tmp_path / "events").read_text().splitlines()]
    assert [e["kind"] for e in events if e["kind"].startswith("directory")] == [
        "directory-imported", "directory-refused", "directory-imported",
    ]  # fmt: skip
    gate.run("backup", str(tmp_path / "school.backup"))
    other = tmp_path / "restored/schoolgate.toml"
    other.parent.mkdir()
    gate.run("restore", str(tmp_path / "school.backup"), "--config", str(other))
    counted = json.loads(gate.run("directory", "show", "--json", "--config", str(other)).stdout)
    assert counted["pupils"] == 7
