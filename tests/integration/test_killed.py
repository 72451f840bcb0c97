"""SIGKILL at each step of a message's way: nothing is lost, and nothing is there twice but where SMTP itself allows it."""

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.documents import CLASS_LIST, XLSX, xlsx
from tests.support.gate import Gate, make_gate
from tests.support.mail import make_message
from tests.support.servers import Postfix, postfix, until

REPOSITORY = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Flow:
    school: Postfix
    gate: Gate
    internet: Postfix


@pytest.fixture
def flow(tmp_path: Path) -> Iterator[Flow]:
    """A school's server that keeps trying, a next hop, and a gate that is not running yet."""
    with postfix() as internet:
        gate = make_gate(tmp_path / "gate", next_hop=internet.port)
        with gate.serve():
            pass  # the first start makes keys and tables
        relay = f"[127.0.0.1]:{gate.smtp_port}"
        with postfix(local_domains="example.sch.uk", relayhost=relay) as school:
            yield Flow(school, gate, internet)


def send(flow: Flow, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", flow.school.port) as client:
        client.sendmail("s.green@example.sch.uk", ["club@example.net"], raw)


def killed_at(flow: Flow, step: str) -> None:
    """Run the SMTP process until it has killed itself at that step."""
    gate = flow.gate
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.killed", step, "serve", "smtp"],
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
        cwd=REPOSITORY,
        env={**os.environ, "SCHOOLGATE_CONFIG": str(gate.config)},
    )
    assert done.returncode == -9, done.stdout + done.stderr


def left_in_queue(flow: Flow) -> bool:
    return "Mail queue is empty" not in flow.school.queue()


HELD = make_message(subject="Trip list", attach=(("list.xlsx", XLSX, xlsx(CLASS_LIST)),))
BLOCKED = make_message(subject="Amelia Thompson and the zoo")
CLEAN = make_message(subject="Sports day")


@pytest.mark.parametrize("step", ["before the scan", "after the scan", "before the hold", "after the hold"])
def test_a_message_to_hold_is_held_exactly_once(flow: Flow, step: str) -> None:
    """The client still has it after the kill, and its retry finds the first hold or makes it."""
    send(flow, HELD)
    killed_at(flow, step)
    with flow.gate.serve():
        until(lambda: not left_in_queue(flow), "the school's server got its 250")
        rows = flow.gate.json("held", "list")
    assert isinstance(rows, list)
    assert len(rows) == 1
    assert b"Trip list" not in b"".join(flow.internet.mails())


@pytest.mark.parametrize("step", ["before the refusal is kept", "after the refusal is kept"])
def test_a_message_to_block_is_bounced_once_and_goes_nowhere(flow: Flow, step: str) -> None:
    """Whatever the moment of the kill: one bounce by the school's server, nothing at the next hop, nothing held."""
    send(flow, BLOCKED)
    killed_at(flow, step)
    with flow.gate.serve():
        until(lambda: not left_in_queue(flow), "the school's server got its 550")
        flow.school.wait_mails(1)
        assert flow.gate.json("held", "list") == []
    assert b"zoo" not in b"".join(flow.internet.mails())


@pytest.mark.parametrize("step", ["before the scan", "after the scan", "before the relay"])
def test_clean_mail_arrives_exactly_once(flow: Flow, step: str) -> None:
    """No reply was given, nothing was sent on: the retry is the one delivery."""
    send(flow, CLEAN)
    killed_at(flow, step)
    with flow.gate.serve():
        until(lambda: not left_in_queue(flow), "the school's server got its 250")
        assert len(flow.internet.wait_mails(1)) == 1


def test_a_kill_between_the_next_hops_reply_and_ours_may_double_and_never_loses(flow: Flow) -> None:
    """RFC 1047: the client cannot know that it went. It arrives, at most twice."""
    send(flow, CLEAN)
    killed_at(flow, "after the relay")
    with flow.gate.serve():
        until(lambda: not left_in_queue(flow), "the school's server got its 250")
        assert 1 <= len(flow.internet.wait_mails(1)) <= 2


def test_sigterm_finishes_what_it_has_begun(flow: Flow) -> None:
    """Stopping while messages come in: each is at the next hop once, or still with the school's server."""
    for _ in range(10):
        send(flow, CLEAN)
    with flow.gate.serve() as process:
        flow.internet.wait_mails(1)
        process.terminate()
        assert process.wait(60) == 0
    with flow.gate.serve():
        until(lambda: not left_in_queue(flow), "the school's server has handed everything over")
        assert len(flow.internet.wait_mails(10)) == 10


def test_nothing_is_left_of_the_processes(flow: Flow) -> None:
    """A killed supervisor takes its children with it: no worker lives on."""
    with flow.gate.serve() as process:
        process.kill()
        process.wait(10)
        until(lambda: not _alive(flow.gate.root), "all children are gone", 30)


def _alive(root: Path) -> str:
    listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in listing.splitlines() if str(root) in line and "ps -eo" not in line)
