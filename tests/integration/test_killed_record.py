"""SIGKILL around the record of a message: before it is worked out, before its commit, after it, before anybody is told."""

import contextlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

import pytest

from tests.support.chaos import School, Sent, settle
from tests.support.gate import Gate, make_gate
from tests.support.next_hop import ScriptedNextHop, scripted
from tests.support.reckoning import Outcome, reckon
from tests.support.servers import answers, until

REPOSITORY = Path(__file__).parents[2]
GREYLISTS = "RCPT slow -> 451 4.7.1 greylisted"

pytestmark = pytest.mark.slow


@dataclass(slots=True)
class Trial:
    gate: Gate
    hop: ScriptedNextHop
    sent: list[Sent] = field(default_factory=list)

    def message(self, kind: str, *people: str) -> Sent:
        number = len(self.sent)
        self.sent.append(Sent(number, kind, tuple(f"{name}{number}@example.net" for name in people)))
        return self.sent[-1]

    def offer(self, message: Sent) -> int:
        message.code = School(self.gate.smtp_port, Queue()).offer(message)
        return message.code

    def killed(self, step: str, message: Sent) -> None:
        """The SMTP process kills itself at that step of the message's way; the client hears nothing."""
        command = [sys.executable, "-m", "tests.support.killed", step, "serve", "smtp"]
        environment = {**os.environ, "SCHOOLGATE_CONFIG": str(self.gate.config)}
        with (self.gate.root / "serve.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=REPOSITORY, env=environment)
        try:
            until(lambda: answers(self.gate.smtp_port) or process.poll() is not None, "it greets", 90)
            assert self.offer(message) == 0
            assert process.wait(30) == -9, self.gate.log()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait(10)

    def tried_again(self, message: Sent) -> Outcome:
        """The client's next try, and all that is owed is delivered."""
        with self.gate.serve():
            self.offer(message)
            self.hop.say()
            settle(self.gate)
            kills = Counter({"serve smtp": len(self.sent)})  # one for each message
            return reckon(self.gate, self.hop, self.sent, kills, ())

    def copies(self, message: Sent) -> Counter[str]:
        """How often each of its people has it."""
        mark = f"X-Chaos: {message.number}\r\n".encode()
        people = [rcpt for taken in self.hop.taken if mark in taken.data for rcpt in taken.rcpts]
        return Counter(to for to in message.to for rcpt in people if f"<{to}>" in rcpt)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with scripted() as hop:
        gate = make_gate(tmp_path_factory.mktemp("gate"), next_hop=hop.port)
        gate.run("migrate")
        yield Trial(gate, hop)


@pytest.mark.parametrize(
    "step", ["before entry", "after entry", "before passed", "before commit", "after commit", "after passed"]
)
def test_passed_mail_is_there_and_on_the_record_once(trial: Trial, step: str) -> None:
    """The next hop may have it twice (RFC 1047), and its record is written for whichever was answered."""
    message = trial.message("clean", "parent")
    trial.killed(step, message)
    outcome = trial.tried_again(message)
    assert not any(outcome.wrong.values()), outcome
    assert message.code == 250
    assert 1 <= trial.copies(message)[message.to[0]] <= 2


@pytest.mark.parametrize("step", ["before partial", "before commit", "after commit", "after partial"])
def test_mail_that_the_next_hop_took_for_some_reaches_all(trial: Trial, step: str) -> None:
    """Whoever was put off has it at the end, by the outbox or by the client's next try, which meets a willing next hop."""
    message = trial.message("clean", "parent", "slow")
    trial.hop.say(GREYLISTS)
    trial.killed(step, message)
    outcome = trial.tried_again(message)
    assert not any(outcome.wrong.values()), outcome
    assert message.code == 250
    assert set(trial.copies(message)) == set(message.to)
    assert max(trial.copies(message).values()) <= 2


@pytest.mark.parametrize("kind", ["held", "blocked"])
@pytest.mark.parametrize("step", ["before commit", "after commit"])
def test_stopped_mail_is_told_of_once_and_goes_nowhere(trial: Trial, kind: str, step: str) -> None:
    """The retry finds the hold, and nobody hears twice that a message was refused."""
    message = trial.message(kind, "parent")
    trial.killed(step, message)
    outcome = trial.tried_again(message)
    assert not any(outcome.wrong.values()), outcome
    assert message.code == {"held": 250, "blocked": 550}[kind]
    assert not trial.copies(message)
