"""The real process between a client and a next hop that misbehaves: what the client hears, and what becomes of the mail."""

import smtplib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.gate import Gate, make_gate
from tests.support.mail import make_message
from tests.support.next_hop import ScriptedNextHop, scripted
from tests.support.servers import until

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Flow:
    gate: Gate
    hop: ScriptedNextHop


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flow]:
    with scripted() as hop:
        gate = make_gate(tmp_path_factory.mktemp("gate"), next_hop=hop.port)
        with gate.serve():
            yield Flow(gate, hop)


@pytest.fixture
def flow(served: Flow) -> Iterator[Flow]:
    """The running gate, and a next hop that behaves well again."""
    served.hop.say()
    served.hop.taken.clear()
    yield served
    served.hop.say()


def heard(flow: Flow, raw: bytes, *to: str) -> tuple[int, bytes]:
    """What the client hears at the end of DATA."""
    with smtplib.SMTP("127.0.0.1", flow.gate.smtp_port, local_hostname="copier") as client:
        client.ehlo()
        assert client.mail("s.green@example.sch.uk")[0] == 250
        for address in to or ("parent@example.net",):
            assert client.rcpt(address)[0] == 250
        return client.data(raw)


@pytest.mark.parametrize(
    ("script", "code", "words", "taken"),
    [
        ((), 250, b"2.0.0 taken", 1),
        (("RCPT -> 550 5.1.1 no such box",), 550, b"5.1.1 no such box", 0),
        (("RCPT -> 451 4.7.1 greylisted",), 451, b"4.7.1 greylisted", 0),
        (("DOT -> 554 5.7.1 looks like spam",), 554, b"5.7.1 looks like spam", 0),
        (("MAIL -> 530 5.7.0 log in first",), 451, b"4.3.5", 0),
        (("MAIL -> drop",), 451, b"4.4.1", 0),
        (("DATA -> garbage",), 451, b"4.4.1", 0),
        (("DOT -> drop",), 451, b"4.4.2", 0),
        (("DOT -> take-and-drop",), 451, b"4.4.2", 1),
        (("CONNECT -> 421 4.3.2 busy", "MAIL -> 421 4.3.2 busy"), 451, b"4.4.1", 0),
    ],
)
def test_the_client_hears_what_the_next_hop_did(
    flow: Flow, script: tuple[str, ...], code: int, words: bytes, taken: int
) -> None:
    """Its own words where it said something of the mail, a 451 of ours where it failed; nothing is kept by us."""
    flow.hop.say(*script)
    reply = heard(flow, make_message())
    assert reply[0] == code
    assert words in reply[1]
    assert len(flow.hop.taken) == taken
    assert flow.gate.json("held", "list") == []


def test_what_is_taken_in_part_arrives_in_full_later_and_once(flow: Flow) -> None:
    """250, and the greylisted recipient gets it by the outbox when its time has come; the first one nothing more."""
    flow.hop.say("RCPT slow@ -> 451 4.7.1 greylisted")
    raw = make_message(subject="In part")
    assert heard(flow, raw, "quick@example.net", "slow@example.net")[0] == 250
    flow.hop.say()
    with sqlite3.connect(flow.gate.root / "var/schoolgate.sqlite3", timeout=20) as database:
        changed = database.execute(
            "UPDATE quarantine_outgoing SET next_at = created_at WHERE kind = 'partial' AND state = 'pending'"
        )
        assert changed.rowcount == 1
    database.close()
    first, second = until(lambda: flow.hop.taken if len(flow.hop.taken) >= 2 else [], "the second half")
    assert ["quick" in r for r in first.rcpts] == [True]
    assert ["slow" in r for r in second.rcpts] == [True]
    assert first.data.endswith(raw)
    assert first.data == second.data


def test_a_next_hop_that_was_away_is_found_again(flow: Flow) -> None:
    """It closes every connection between two messages: the client does not notice."""
    assert heard(flow, make_message(subject="One"))[0] == 250
    flow.hop.say("once MAIL -> drop")
    assert heard(flow, make_message(subject="Two"))[0] == 250
    assert len(flow.hop.taken) == 2


def test_the_log_has_one_end_for_each_message_and_no_values(flow: Flow) -> None:
    """Ids, codes and counts; no address, subject or text of a reply."""
    before = flow.gate.log()
    flow.hop.say("RCPT -> 550 5.1.1 nobody called parent@example.net")
    heard(flow, make_message(subject="Planted words"))

    def told() -> list[str]:
        lines = flow.gate.log()[len(before) :].splitlines()
        return [line for line in lines if '"relayed"' in line or '"deferred"' in line or '"held"' in line]

    ends = until(told, "the line of its end")
    assert len(ends) == 1
    assert '"code": 550' in ends[0]
    for value in ("parent@example.net", "Planted", "s.green", "nobody called"):
        assert value not in flow.gate.log()[len(before) :]
