"""SIGKILL at each step of a message's way: nothing is lost, and nothing is there twice but where SMTP itself allows it."""

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
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


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flow]:
    """A school's server that keeps trying, a next hop, and a gate that is not running."""
    with postfix() as internet:
        gate = make_gate(tmp_path_factory.mktemp("gate"), next_hop=internet.port)
        gate.run("migrate")
        relay = f"[127.0.0.1]:{gate.smtp_port}"
        with postfix(local_domains="example.sch.uk", relayhost=relay) as school:
            yield Flow(school, gate, internet)


@pytest.fixture
def flow(servers: Flow) -> Flow:
    """The servers as the test before left them, with nothing waiting."""
    assert not left_in_queue(servers)
    return servers


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
    """Whether the school's server still has something; asked thrice, for a listing misses a file on its way between queues."""
    return any("Mail queue is empty" not in flow.school.queue() for _ in range(3))


def held(flow: Flow) -> int:
    rows = flow.gate.json("held", "list")
    assert isinstance(rows, list)
    return len(rows)


def arrived(flow: Flow, subject: str) -> int:
    return sum(f"Subject: {subject}\n".encode() in mail for mail in flow.internet.mails())


LIST = (("list.xlsx", XLSX, xlsx(CLASS_LIST)),)


@pytest.mark.parametrize("step", ["before scan", "after scan", "before hold", "after hold"])
def test_a_message_to_hold_is_held_exactly_once(flow: Flow, step: str) -> None:
    """The client still has it after the kill, and its retry finds the first hold or makes it."""
    already = held(flow)
    send(flow, make_message(subject=f"Trip list {step}", attach=LIST))
    killed_at(flow, step)
    with flow.gate.serve("smtp"):
        until(lambda: not left_in_queue(flow), "the school's server got its 250")
    assert held(flow) == already + 1
    assert not arrived(flow, f"Trip list {step}")


@pytest.mark.parametrize("step", ["before refused", "after refused"])
def test_a_message_to_block_is_bounced_once_and_goes_nowhere(flow: Flow, step: str) -> None:
    """Whatever the moment of the kill: one bounce by the school's server, nothing at the next hop, nothing held."""
    already, bounces = held(flow), len(flow.school.mails())
    send(flow, make_message(subject="Amelia Thompson and the zoo"))
    killed_at(flow, step)
    with flow.gate.serve("smtp"):
        until(lambda: not left_in_queue(flow), "the school's server got its 550")
        flow.school.wait_mails(bounces + 1)
    assert held(flow) == already
    assert not arrived(flow, "Amelia Thompson and the zoo")


@pytest.mark.parametrize("step", ["before scan", "after scan", "before send"])
def test_clean_mail_arrives_exactly_once(flow: Flow, step: str) -> None:
    """No reply was given, nothing was sent on: the retry is the one delivery."""
    send(flow, make_message(subject=f"Sports day {step}"))
    killed_at(flow, step)
    with flow.gate.serve("smtp"):
        until(lambda: not left_in_queue(flow), "the school's server got its 250")
    until(lambda: arrived(flow, f"Sports day {step}") == 1, "it arrives")


def test_a_kill_between_the_next_hops_reply_and_ours_may_double_and_never_loses(flow: Flow) -> None:
    """RFC 1047: the client cannot know that it went. It arrives, at most twice."""
    send(flow, make_message(subject="Doubtful"))
    killed_at(flow, "after send")
    with flow.gate.serve("smtp"):
        until(lambda: not left_in_queue(flow), "the school's server got its 250")
    until(lambda: 1 <= arrived(flow, "Doubtful") <= 2, "it arrives")


def test_sigterm_finishes_what_it_has_begun(flow: Flow) -> None:
    """Stopping while messages come in: each is at the next hop once, or still with the school's server."""
    for n in range(10):
        send(flow, make_message(subject=f"Stopping {n}"))
    with flow.gate.serve() as process:
        until(lambda: arrived(flow, "Stopping 0"), "the first")
        process.terminate()
        assert process.wait(60) == 0
    with flow.gate.serve("smtp"):
        until(lambda: not left_in_queue(flow), "the school's server has handed everything over")
    until(lambda: [arrived(flow, f"Stopping {n}") for n in range(10)] == [1] * 10, "each is there once")


def test_nothing_is_left_of_the_processes(flow: Flow) -> None:
    """A killed supervisor takes its children with it: no worker lives on."""
    with flow.gate.serve() as process:
        family = psutil.Process(process.pid).children(recursive=True)
        assert family
        process.kill()
        process.wait(10)
        _, alive = psutil.wait_procs(family, timeout=30)
        assert not alive
