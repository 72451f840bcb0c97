"""A policy file that changes on the disk is in force within two seconds, by itself; a bad one never is: the real program."""

import json
import smtplib
import time
from importlib import resources

import pytest

from tests.support.gate import make_gate
from tests.support.mail import make_message
from tests.support.next_hop import scripted
from tests.support.servers import until

pytestmark = pytest.mark.slow
SENDER, CLUB = "s.green@example.sch.uk", "bookings@tripcentre.example.net"
SHIPPED = (resources.files("policies") / "packs/default.toml").read_text(encoding="utf-8")
RULE = 'when = { finding = "pupil-name", where = "subject", strength = "full", quoted = false, recipient = "outside" }'
SOFT = SHIPPED.replace(f'action = "block"\n{RULE}', f'action = "log"\n{RULE}')
CASE = """
[[case]]
name = "a name in the subject"
to = "linked-parent"
finding = [{ kind = "pupil-name", where = "subject", strength = "full" }]
expect = "block"
"""


def test_a_changed_file_is_followed_and_a_bad_one_is_not(tmp_path) -> None:
    """Softer, then broken, then failing its own cases, then as before: what counts is always the last good one."""
    assert SOFT != SHIPPED
    with scripted() as hop:
        gate = make_gate(tmp_path / "gate", next_hop=hop.port)
        ours = gate.root / "ours.toml"
        ours.write_text(SHIPPED)
        gate.config.write_text(gate.config.read_text().replace('pack = "default"', 'pack = "ours.toml"'))

        def code() -> int:
            raw = make_message(sender=SENDER, to=CLUB, subject="Amelia Thompson and the zoo")
            with smtplib.SMTP("127.0.0.1", gate.smtp_port, timeout=60) as client:
                try:
                    client.sendmail(SENDER, [CLUB], raw)
                except smtplib.SMTPDataError as refused:
                    return refused.smtp_code
            return 250

        def lines(event: str) -> list[dict[str, object]]:
            found = [json.loads(line) for line in gate.log().splitlines() if line.startswith("{")]
            return [line for line in found if line.get("event") == event]

        def change(text: str, event: str) -> float:
            """Write the file; how many seconds later the gateway said what became of it."""
            known, start = len(lines(event)), time.monotonic()
            ours.write_text(text)
            until(lambda: len(lines(event)) > known, f"{event} is said", 20)
            return time.monotonic() - start

        with gate.serve():
            assert code() == 550
            took = [change(SOFT, "reloaded"), change(SHIPPED, "reloaded"), change(SOFT, "reloaded")]
            assert min(took) < 2, took
            assert code() == 250, gate.log()[-3000:]
            change(SOFT.replace('action = "log"', 'action = "lgo"', 1), "reload-refused")
            assert code() == 250, gate.log()[-3000:]
            (gate.root / "ours.cases.toml").write_text(CASE)
            until(lambda: len(lines("reload-refused")) > 1, "the failing cases are said", 20)
            assert code() == 250, gate.log()[-3000:]
            change(SHIPPED, "reloaded")
            assert code() == 550
