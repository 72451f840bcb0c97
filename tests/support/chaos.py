"""A school's server that never gives up, a next hop that misbehaves, and a hand that kills: where is every message at the end?

Seeded: the same seed sends the same messages and draws the same order of mischief.
"""

import contextlib
import queue
import random
import smtplib
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol, Self

import psutil

from tests.support import pictures
from tests.support.documents import CLASS_LIST, XLSX, xlsx
from tests.support.gate import Gate, make_gate
from tests.support.mail import make_message
from tests.support.next_hop import ScriptedNextHop
from tests.support.postgres import Server
from tests.support.servers import answers, free_port, until
from tests.support.trouble import own_clock, put_clock, rows, troubles

MISCHIEF = (
    (),
    (),
    ("once CONNECT -> 421 4.3.2 busy", "once MAIL -> 421 4.3.2 busy"),
    ("once CONNECT -> drop",),
    ("once EHLO -> drop",),
    ("MAIL -> 450 4.7.1 not now",),
    ("once MAIL s.green -> 550 5.7.1 not from you",),
    ("once MAIL -> drop",),
    ("RCPT slow -> 451 4.7.1 greylisted",),
    ("RCPT gone -> 550 5.1.1 nobody",),
    ("RCPT -> slow 0.3",),
    ("once RCPT -> drop",),
    ("once RCPT -> garbage",),
    ("DATA -> 451 4.3.1 disk full",),
    ("once DATA s.green -> 550 5.7.1 not this",),
    ("once DATA -> drop",),
    ("once BODY -> drop",),
    ("DOT -> 452 4.3.1 disk full",),
    ("once DOT s.green -> 550 5.6.0 not like this",),
    ("DOT -> slow 0.5",),
    ("once DOT -> drop",),
    ("once DOT -> garbage",),
    ("once DOT -> take-and-drop",),
    ("once QUIT -> drop", "once RSET -> drop"),
)
PROCESSES = (
    "serve smtp",
    "serve deliver",
    "serve console",
    "serve pages",
    "sg-worker",
    "sg-template",
    "sg-names_worker",
    "sg-ocr_worker",
)
VICTIMS = (*PROCESSES, "serve smtp", "whole", "restart", "memory of a worker")
AT_LEAST = 5  # pieces of mischief between two kills
STALLED = 60.0  # seconds after which the next kill comes, however few messages got through
SILENT = 15.0  # seconds without an answer after which an operator starts the gateway again
LIST = xlsx(CLASS_LIST)
TELLING = (
    "Connor Whitfield, who joined us last week, has dyslexia.\r\n"  # the language model is asked for the name
)
PICTURED = 10  # every so many messages the one that is held brings a picture with words


@dataclass(slots=True)
class Sent:
    """One message of the school's server, and how far it got."""

    number: int
    kind: str  # clean, held or blocked
    to: tuple[str, ...]
    tries: int = 0
    code: int = 0  # the last answer: 250 or 5xx is the end of it


def messages(count: int, dice: random.Random) -> list[Sent]:
    """Mostly clean mail, to one to three people, some of whom the next hop will not take at once, or at all."""
    made = []
    for number in range(count):
        kind = dice.choices(("clean", "held", "blocked"), (7, 2, 1))[0]
        people = dice.sample(("parent", "slow", "gone", "club"), dice.randint(1, 3))
        made.append(Sent(number, kind, tuple(f"{name}{number}@example.net" for name in people)))
    return made


def raw(message: Sent) -> bytes:
    """Its bytes, with its number in front where the next hop's copy shows it; the same at every try."""
    return _raw(message.number, message.kind)


@cache
def _raw(number: int, kind: str) -> bytes:
    subject = "Amelia Thompson and the zoo" if kind == "blocked" else f"News {number}"
    attach = [("list.xlsx", XLSX, LIST)] if kind == "held" else []
    if attach and not number % PICTURED:
        shot = pictures.saved(pictures.words([f"Number {number}", "Nut allergies of class 4"]))
        attach.append(("shot.png", "image/png", shot))
    body = f"Number {number}\r\n.\r\n..\r\n" + "Dear parents, the books are due.\r\n" * 50
    body += TELLING if attach else ""
    headers = {"Message-ID": f"<chaos-{number}@example.sch.uk>"}
    return f"X-Chaos: {number}\r\n".encode() + make_message(
        subject=subject, body=body, attach=tuple(attach), headers=headers
    )


def installation(root: Path, next_hop: int, database: str = "sqlite") -> Gate:
    """A gateway with every process there is, the sender's pages too, and a clock of its own."""
    pages = free_port()
    extra = f'[pages]\nlisten = "127.0.0.1:{pages}"\nurl = "http://127.0.0.1:{pages}"\n'
    gate = make_gate(root, next_hop=next_hop, database=database, extra=extra)
    own_clock(gate)
    return gate


class School(threading.Thread):
    """One sender of the school's queue: what is not answered for good goes back into it."""

    def __init__(self, port: int, waiting: "queue.Queue[Sent]") -> None:
        super().__init__(name="school")
        self.port, self.waiting = port, waiting

    def run(self) -> None:
        while (message := self.waiting.get()).number >= 0:
            message.tries += 1
            message.code = self.offer(message)
            if message.code != 250 and message.code < 500:
                time.sleep(0.05)  # a sender that waits before it tries again
                self.waiting.put(message)
            self.waiting.task_done()
        self.waiting.task_done()

    def offer(self, message: Sent) -> int:
        """The code of the last reply; 0 when the connection died."""
        try:
            with smtplib.SMTP("127.0.0.1", self.port, local_hostname="school", timeout=150) as client:
                client.ehlo()
                codes = [client.mail("s.green@example.sch.uk")[0], *(client.rcpt(to)[0] for to in message.to)]
                if any(code != 250 for code in codes):
                    return 451
                return client.data(raw(message))[0]
        except smtplib.SMTPDataError as error:
            return error.smtp_code
        except (OSError, smtplib.SMTPException):
            return 0


class Senders(Protocol):
    """Whoever has the mail until it is answered for."""

    def send(self, sent: list[Sent]) -> None: ...

    def done(self) -> int:
        """How many messages have had their last answer."""
        ...

    def finish(self, seconds: float) -> None: ...

    def returned(self) -> list[bytes]:
        """What came back to the senders."""
        ...


class Schools:
    """Some senders that try until they have a last answer."""

    def __init__(self, port: int, senders: int) -> None:
        self.waiting: queue.Queue[Sent] = queue.Queue()
        self.threads = [School(port, self.waiting) for _ in range(senders)]
        self.count = 0

    def send(self, sent: list[Sent]) -> None:
        self.count = len(sent)
        for message in sent:
            self.waiting.put(message)
        for thread in self.threads:
            thread.start()

    def done(self) -> int:
        return self.count - self.waiting.unfinished_tasks

    def finish(self, seconds: float) -> None:
        until(lambda: not self.waiting.unfinished_tasks, "every message has its last answer", seconds)
        for _ in self.threads:
            self.waiting.put(Sent(-1, "", ()))
        for thread in self.threads:
            thread.join(10)

    def returned(self) -> list[bytes]:
        return []


@dataclass(slots=True)
class Running:
    """The gateway as an operator has it: started, and started again when it was killed or stays silent."""

    gate: Gate
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    process: subprocess.Popen[bytes] | None = None
    heard: float = 0.0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def start(self) -> None:
        self.process, self.heard = self.stack.enter_context(self.gate.serve()), time.monotonic()

    def again(self, *, in_order: bool) -> int:
        """Ended by SIGTERM, or the supervisor killed, and started anew."""
        if not in_order and self.process is not None:
            self.process.kill()
            self.process.wait(10)
        self.stack.close()
        self.start()
        return 1

    def silent(self) -> bool:
        """Whether nobody has answered for so long that somebody comes to look."""
        if answers(self.gate.smtp_port):
            self.heard = time.monotonic()
        return time.monotonic() - self.heard > SILENT

    def children(self, name: str) -> list[psutil.Process]:
        assert self.process is not None
        with contextlib.suppress(psutil.Error):
            tree = psutil.Process(self.process.pid).children(recursive=True)
            return [child for child in tree if name in _words(child)]
        return []

    def alive(self, name: str) -> list[psutil.Process]:
        """The same, as soon as there is one again: what was killed a moment ago is on its way."""
        with contextlib.suppress(AssertionError):
            return until(lambda: self.children(name), f"{name} runs", SILENT)
        return []

    def hit(self, victim: str, dice: random.Random) -> int:
        """Do that to it; how many processes were hit."""
        if victim in {"whole", "restart"}:
            return self.again(in_order=victim == "restart")
        if victim == "memory of a worker":
            return _starve(self.alive("sg-worker"), dice)
        for child in self.alive(victim)[:1]:
            with contextlib.suppress(psutil.Error):
                child.kill()
                return 1
        return 0


def _words(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return f"{' '.join(process.cmdline())} {process.name()}"
    return ""


def _starve(workers: list[psutil.Process], dice: random.Random) -> int:
    """Not one more byte for a worker, for a while: whatever it reads, it runs out of memory."""
    if not workers:
        return 0
    worker = dice.choice(workers)
    with contextlib.suppress(psutil.Error):
        before = worker.rlimit(psutil.RLIMIT_AS)
        worker.rlimit(psutil.RLIMIT_AS, (worker.memory_info().vms, before[1]))
        time.sleep(dice.uniform(0.3, 1.0))  # for how long it starves is part of the trial
        worker.rlimit(psutil.RLIMIT_AS, before)
    return 1


def run(
    gate: Gate,
    hop: ScriptedNextHop,
    *,
    count: int,
    kills: int,
    seed: int,
    school: Senders | None = None,
    server: Server | None = None,
) -> tuple[list[Sent], Counter[str]]:
    """Send `count` messages through it while next hop, machine, clock and processes fail, one after the other on their way;
    then let it settle. The messages, and what was done to whom."""
    dice, hits = random.Random(seed), Counter[str]()
    sent, bad = messages(count, dice), troubles(gate, server)
    deck = [*VICTIMS, *bad, *bad]
    dice.shuffle(deck)  # each comes in its turn
    school = school or Schools(gate.smtp_port, 4)
    with Running(gate) as running:
        school.send(sent)
        for number in range(1, kills + 1):
            share = count * number // (kills + 1)
            hits["no answer: restart"] += _mischief(hop, dice, running, lambda n=share: school.done() >= n)
            victim = deck[number % len(deck)]
            hits[victim] += bad[victim](gate, dice) if victim in bad else running.hit(victim, dice)
        put_clock(gate, 0)
        hop.say("RCPT gone -> 550 5.1.1 nobody")
        until(lambda: not running.silent() or running.again(in_order=True), "it answers")
        school.finish(240 + count / 5)
        settle(gate)
    return sent, hits


def _mischief(hop: ScriptedNextHop, dice: random.Random, running: Running, enough: Callable[[], bool]) -> int:
    """The next hop misbehaves until enough messages are through; how often an operator had to start the gateway."""
    began, pieces, restarts = time.monotonic(), 0, 0
    while pieces < AT_LEAST or not (enough() or time.monotonic() - began > STALLED):
        hop.say(*dice.choice(MISCHIEF))
        time.sleep(dice.uniform(0.1, 0.4))  # for how long the next hop does so is part of the trial
        pieces += 1
        if running.silent():
            restarts += running.again(in_order=True)
    return restarts


def settle(gate: Gate) -> None:
    """As if hours passed: all that waits in the outbox is due, until nothing waits."""
    past = "'2020-01-01 00:00:00'"
    waits = f"UPDATE quarantine_outgoing SET next_at = {past} WHERE state = 'pending' AND next_at > {past}"
    stale = f"UPDATE quarantine_outgoing SET lease_until = {past} WHERE state = 'pending' AND lease != ''"
    [(many,)] = rows(gate, "SELECT count(*) FROM quarantine_outgoing WHERE state = 'pending'")

    def empty() -> bool:
        rows(gate, f"{waits} AND lease = '' AND (attempts > 0 OR kind = 'partial')")
        claimed = time.strftime("'%Y-%m-%d %H:%M:%S'", time.gmtime(time.time() + 170))  # ten seconds ago
        rows(gate, f"{stale} AND lease_until > {past} AND lease_until < {claimed}")
        return not rows(gate, "SELECT 1 FROM quarantine_outgoing WHERE state = 'pending' LIMIT 1")

    # Not asked without end: the gateway writes to the same database.
    until(empty, "the outbox is empty", 240 + int(str(many)) / 10, every=0.5)
