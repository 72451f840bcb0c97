"""A school's server that never gives up, a next hop that misbehaves, and a hand that kills: where is every message at the end?

Seeded: the same seed sends the same messages and draws the same order of mischief.
"""

import contextlib
import queue
import random
import re
import smtplib
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

import psutil

from tests.support.documents import CLASS_LIST, XLSX, xlsx
from tests.support.gate import Gate
from tests.support.mail import make_message
from tests.support.next_hop import ScriptedNextHop, Taken
from tests.support.servers import until
from tests.support.trouble import troubles

MISCHIEF = (
    (),
    (),
    ("once CONNECT -> 421 4.3.2 busy", "once MAIL -> 421 4.3.2 busy"),
    ("RCPT slow -> 451 4.7.1 greylisted",),
    ("RCPT gone -> 550 5.1.1 nobody",),
    ("MAIL -> 450 4.7.1 not now",),
    ("once MAIL -> drop",),
    ("once RCPT -> garbage",),
    ("once BODY -> drop",),
    ("DATA -> 451 4.3.1 disk full",),
    ("once DOT -> drop",),
    ("once DOT -> take-and-drop",),
    ("DOT -> 452 4.3.1 disk full",),
)
VICTIMS = ("serve smtp", "serve deliver", "serve console", "sg-worker", "sg-template", "serve smtp", "whole")
NUMBER = re.compile(rb"^X-Chaos: (\d+)\r$", re.MULTILINE)
NOTICE = re.compile(rb"^Message-ID: <([^@>]+)@gate\.example\.sch\.uk>\r$", re.MULTILINE | re.IGNORECASE)
LIST = xlsx(CLASS_LIST)


@dataclass(slots=True)
class Sent:
    """One message of the school's server, and how far it got."""

    number: int
    kind: str  # clean, held or blocked
    to: tuple[str, ...]
    tries: int = 0
    code: int = 0  # the last answer: 250 or 5xx is the end of it


@dataclass(slots=True)
class Outcome:
    """What was counted; `lost` and `leaked` must be empty, `doubled` is printed apart."""

    sent: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    tries: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    lost: list[tuple[int, str]] = field(default_factory=list)
    leaked: list[tuple[int, str]] = field(default_factory=list)
    doubled: list[tuple[int, str]] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    held_missing: int = 0
    unread: int = 0  # clean mail held because its worker was killed
    notices: int = 0  # of ours, at the next hop
    told_twice: list[str] = field(default_factory=list)  # the same news in two notices
    notices_doubled: int = 0  # one notice twice: RFC 1047, as above
    exposed: list[int] = field(default_factory=list)  # a recipient stands where others can read it
    audit: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing is lost, leaked, changed, exposed or told twice, and what must be held is."""
        wrong = (self.lost, self.leaked, self.changed, self.exposed, self.told_twice, self.held_missing)
        return not any(wrong) and set(self.codes) <= {250, 550}


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
    attach = (("list.xlsx", XLSX, LIST),) if kind == "held" else ()
    body = f"Number {number}\r\n.\r\n..\r\n" + "Dear parents, the books are due.\r\n" * 50
    headers = {"Message-ID": f"<chaos-{number}@example.sch.uk>"}
    return f"X-Chaos: {number}\r\n".encode() + make_message(
        subject=subject, body=body, attach=attach, headers=headers
    )


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

    def finish(self, seconds: float) -> None: ...


class Schools:
    """Some senders that try until they have a last answer."""

    def __init__(self, port: int, senders: int) -> None:
        self.waiting: queue.Queue[Sent] = queue.Queue()
        self.threads = [School(port, self.waiting) for _ in range(senders)]

    def send(self, sent: list[Sent]) -> None:
        for message in sent:
            self.waiting.put(message)
        for thread in self.threads:
            thread.start()

    def finish(self, seconds: float) -> None:
        until(lambda: not self.waiting.unfinished_tasks, "every message has its last answer", seconds)
        for _ in self.threads:
            self.waiting.put(Sent(-1, "", ()))
        for thread in self.threads:
            thread.join(10)


def run(
    gate: Gate, hop: ScriptedNextHop, *, count: int, kills: int, seed: int, school: Senders | None = None
) -> Outcome:
    """Send `count` messages through it while next hop, machine and processes fail; then let it settle, and count."""
    dice, outcome = random.Random(seed), Outcome()
    sent = messages(count, dice)
    school = school or Schools(gate.smtp_port, 4)
    with contextlib.ExitStack() as stack:
        process = stack.enter_context(gate.serve())
        school.send(sent)
        for _ in range(kills):
            for _ in range(5):
                hop.say(*dice.choice(MISCHIEF))
                time.sleep(dice.uniform(0.1, 0.4))
            found = troubles(gate)
            victim = dice.choice((*VICTIMS, *found))
            if victim in found:
                found[victim](gate, dice)
            if victim == "whole":
                process.kill()
                process.wait(10)
                stack.pop_all().close()
                process = stack.enter_context(gate.serve())
            outcome.kills[victim] += (
                kill(process.pid, victim) if victim in VICTIMS and victim != "whole" else 1
            )
        hop.say("RCPT gone -> 550 5.1.1 nobody")
        school.finish(240 + count / 5)
        settle(gate)
        count_all(gate, hop, sent, outcome)
    return outcome


def kill(root: int, victim: str) -> int:
    """SIGKILL one process of the tree; how many were hit."""
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(root).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if victim in f"{' '.join(child.cmdline())} {child.name()}":
                    child.kill()
                    return 1
    return 0


def rows(gate: Gate, sql: str) -> list[tuple[object, ...]]:
    with (
        contextlib.closing(sqlite3.connect(gate.root / "var/schoolgate.sqlite3", timeout=20)) as database,
        database,
    ):
        return database.execute(sql).fetchall()


def settle(gate: Gate) -> None:
    """As if hours passed: all that waits in the outbox is due, until nothing waits."""

    def empty() -> bool:
        rows(
            gate,
            "UPDATE quarantine_outgoing SET next_at = created_at, lease_until = NULL"
            " WHERE state = 'pending' AND (attempts > 0 OR kind = 'partial') AND lease = ''",
        )
        old, jumped = "datetime('now', '+170 seconds')", "datetime('now', '+181 seconds')"
        stale = f"lease != '' AND (lease_until < {old} OR lease_until > {jumped})"
        rows(
            gate,
            f"UPDATE quarantine_outgoing SET lease_until = created_at WHERE state = 'pending' AND {stale}",
        )
        return not rows(gate, "SELECT 1 FROM quarantine_outgoing WHERE state = 'pending'")

    until(empty, "the outbox is empty", 240)


def count_all(gate: Gate, hop: ScriptedNextHop, sent: list[Sent], outcome: Outcome) -> None:
    """Each message and recipient: at the next hop, held, refused to its sender, or reported."""
    there: Counter[tuple[int, str]] = Counter()
    by_number = {message.number: message for message in sent}
    for taken in hop.taken:
        if (found := NUMBER.search(taken.data)) is None:
            continue  # one of our own notices
        number = int(found[1])
        front = taken.data[: -len(raw(by_number[number]))].partition(b"\nReceived:")[0]
        if b"@example.net" in front:
            outcome.exposed.append(number)  # in our own line on top
        if not taken.data.endswith(raw(by_number[number])):
            outcome.changed.append(number)
        there.update((number, address) for address in addresses(taken))
    missing: dict[int, list[str]] = {}
    for message in sent:
        outcome.sent[message.kind] += 1
        outcome.codes[message.code] += 1
        outcome.tries += message.tries
        for address in message.to:
            copies = there[message.number, address]
            if message.kind != "clean":
                outcome.leaked += [(message.number, address)] * copies
            elif copies > 1:
                outcome.doubled.append((message.number, address))
            elif not copies and message.code == 250 and not address.startswith("gone"):
                missing.setdefault(message.number, []).append(address)
    [(kept,)] = rows(gate, "SELECT count(*) FROM quarantine_held")
    extra = int(str(kept)) - sum(message.kind == "held" for message in sent)
    nobody = [n for n in missing if not any(there[n, address] for address in by_number[n].to)]
    # A message whose scan was killed cannot be read: it is held, and that is right. All others have to be there.
    outcome.unread = len(nobody) if len(nobody) == extra else 0
    outcome.held_missing = outcome.unread - extra
    spared = nobody if outcome.unread else []
    outcome.lost = [(n, address) for n, found in missing.items() if n not in spared for address in found]
    count_notices(hop, outcome)
    outcome.audit = gate.run("audit", "verify").stdout


def count_notices(hop: ScriptedNextHop, outcome: Outcome) -> None:
    """Each piece of news once: a notice's Message-ID begins with what it is about and of which kind it is."""
    copies: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for taken in hop.taken:
        if found := NOTICE.search(taken.data):
            copies[found[1].decode(), tuple(addresses(taken))] += 1
    news = Counter((name.rpartition(".")[0], to) for name, to in copies)
    outcome.notices = len(copies)
    outcome.notices_doubled = sum(count - 1 for count in copies.values())
    outcome.told_twice = [name for (name, _), count in news.items() if count > 1 and "reminder" not in name]


def addresses(taken: Taken) -> list[str]:
    """The recipients of one transaction at the next hop."""
    return [rcpt.partition("<")[2].partition(">")[0] for rcpt in taken.rcpts]
