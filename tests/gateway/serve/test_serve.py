"""`schoolgate serve` as a whole: ready when all are, a bad set never replaces a good one, what dies comes back, SIGTERM ends all."""

import contextlib
import json
import signal
import smtplib
import sqlite3
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.support.gate import PUPILS, Gate, make_gate
from tests.support.mail import make_message
from tests.support.servers import free_port, until

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Running:
    gate: Gate
    process: subprocess.Popen[bytes]

    def events(self, name: str) -> list[dict[str, object]]:
        lines = [json.loads(line) for line in self.gate.log().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == name]

    def reply(self, subject: str) -> int:
        """What a client hears to a message with this subject; nobody listens at the next hop."""
        with smtplib.SMTP("127.0.0.1", self.gate.smtp_port, timeout=60) as client:
            try:
                client.sendmail("s.green@example.sch.uk", ["a@example.net"], make_message(subject=subject))
            except smtplib.SMTPDataError as refused:
                return refused.smtp_code
        return 250


def ready(gate: Gate) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{gate.metrics_port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    gate = make_gate(tmp_path_factory.mktemp("serve"), next_hop=free_port())
    with gate.serve() as process:
        until(lambda: ready(gate), "all processes are ready", 60)
        yield Running(gate, process)


def test_a_first_start_makes_the_keys_and_says_so(running: Running) -> None:
    """No keys and no sealed row: a new installation."""
    assert "keys were made" in running.gate.log()


def test_the_numbers_are_one_sum_over_the_processes(running: Running) -> None:
    """The supervisor's port shows what the mail process counted."""
    running.reply("Amelia Thompson")
    address = f"http://127.0.0.1:{running.gate.metrics_port}/metrics"
    with urllib.request.urlopen(address, timeout=5) as answer:
        assert 'schoolgate_messages_total{action="block"}' in answer.read().decode()


def test_what_was_loaded_for_the_children_is_let_go(running: Running) -> None:
    """The supervisor keeps what it needs itself of the libraries on the disk: 35 MB of them were read to load."""

    def of_files() -> int:
        regions = psutil.Process(running.process.pid).memory_maps()
        return sum(one.rss - one.anonymous for one in regions)

    until(lambda: of_files() < 20_000_000, "pages of libraries are let go", 10)


def test_a_message_that_nobody_takes_stays_with_its_sender(running: Running) -> None:
    """The next hop is down: 451, and nothing is stored."""
    assert running.reply("Sports day") == 451
    assert running.gate.json("held", "list") == []


def test_a_new_list_is_in_force_after_sighup(running: Running) -> None:
    """A child who came today is protected without a restart."""
    assert running.reply("Esmeralda Vasquez-Holm") == 451
    (running.gate.root / "pupils.csv").write_text(PUPILS + "7,,Esmeralda,,Vasquez-Holm,,,2016-02-02,2B\n")
    before = len(running.events("reloaded"))
    running.process.send_signal(signal.SIGHUP)
    until(lambda: len(running.events("reloaded")) > before, "the reload")
    assert running.reply("Esmeralda Vasquez-Holm") == 550
    until(lambda: ready(running.gate), "all are ready again")


def recorded(running: Running) -> str:
    """The audit as it is now; read while the settings on disk may be broken, so from the database itself."""
    with contextlib.closing(sqlite3.connect(running.gate.root / "var/schoolgate.sqlite3")) as base:
        return str(base.execute("select kind from quarantine_auditevent").fetchall())


@pytest.mark.parametrize(("file", "what"), [("pupils.csv", "directory"), ("schoolgate.toml", "settings")])
def test_a_bad_set_never_replaces_a_good_one(running: Running, file: str, what: str) -> None:
    """The old one stays in force, and the log says which part is broken, by kind alone."""
    path: Path = running.gate.root / file
    good = path.read_text()
    before = len(running.events("reload-refused"))
    path.write_text("id,nonsense\nbroken\n")
    try:
        running.process.send_signal(signal.SIGHUP)
        until(lambda: len(running.events("reload-refused")) > before, "the refusal")
        assert running.events("reload-refused")[-1]["what"] == what
        until(lambda: "reload-refused" in recorded(running), "it is on the record")
        assert running.reply("Amelia Thompson") == 550
    finally:
        path.write_text(good)


def test_a_mail_process_that_is_killed_comes_back(running: Running) -> None:
    """SIGKILL on one child: the others stay, and mail is taken again."""
    children = psutil.Process(running.process.pid).children()
    smtp = next(child for child in children if child.name() == "serve smtp")
    smtp.kill()
    until(lambda: running.events("child-ended"), "its death is told")
    until(lambda: ready(running.gate), "it is back", 60)
    assert running.reply("Amelia Thompson") == 550


def test_sigterm_ends_all_of_it(tmp_path: Path) -> None:
    """Exit code 0, and no process of the tree is left."""
    gate = make_gate(tmp_path / "gate", next_hop=free_port())
    with gate.serve() as process:
        until(lambda: ready(gate), "all processes are ready", 60)
        tree = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        assert process.wait(60) == 0
    gone, left = psutil.wait_procs(tree, timeout=10)
    assert not left
    assert gone


def test_an_empty_list_of_pupils_refuses_to_start(tmp_path: Path) -> None:
    """It would silently stop all protection: exit code 78, with the remedy."""
    gate = make_gate(tmp_path / "gate", next_hop=free_port())
    (gate.root / "pupils.csv").write_text(PUPILS.splitlines()[0] + "\n")
    done = gate.run("serve", check=False)
    assert done.returncode == 78
    assert "allow_empty" in done.stderr


def test_a_file_that_is_not_there_refuses_to_start(tmp_path: Path) -> None:
    """The same for a list that somebody moved away."""
    gate = make_gate(tmp_path / "gate", next_hop=free_port())
    (gate.root / "pupils.csv").unlink()
    done = gate.run("serve", check=False)
    assert done.returncode == 78
    assert "pupils.csv" in done.stderr
