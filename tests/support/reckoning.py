"""Where every message of a trial is at the end: at the next hop, held, refused to its sender, or still with its sender; all else is lost."""

import contextlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from quarantine.store import unseal
from tests.support.chaos import Sent, raw
from tests.support.gate import Gate
from tests.support.next_hop import ScriptedNextHop, Taken
from tests.support.trouble import rows

NUMBER = re.compile(rb"^X-Chaos: (\d+)\r$", re.MULTILINE)
NOTICE = re.compile(rb"^Message-ID:\s+<([^@>]+)@gate\.example\.sch\.uk>\r$", re.MULTILINE | re.IGNORECASE)
ABOUT = re.compile(rb"^In-Reply-To:\s+<chaos-(\d+)@", re.MULTILINE | re.IGNORECASE)
REPORTED = re.compile(rb"Final-Recipient:\s+rfc822;\s*([^\s]+)", re.IGNORECASE)
TRACE = re.compile(rb"\(Schoolgate ([0-9A-Z]{26})-[0-9a-f]{32}\)")  # the id that we gave it
SENDING = ("serve smtp", "serve deliver", "whole", "restart")  # whose end may come between two replies
AT_A_KILL = 10  # messages between the next hop's 250 and ours, at the most
ANSWERED = "killed after the reply was known"
READERS = ("sg-worker", "sg-template", "memory of a worker")  # whose end costs what they were reading
AT_ONCE = 2  # messages that one of those can be reading


@dataclass(slots=True)
class Outcome:
    """What was counted; whatever `wrong` names must be nothing, `doubled` is printed apart."""

    hits: Counter[str]
    sent: Counter[str] = field(default_factory=Counter)
    where: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    exposed: list[int] = field(default_factory=list)  # a recipient stands where others can read it
    unrecorded: list[int] = field(
        default_factory=list
    )  # at the next hop, and neither audit nor log know of it
    told_unrecorded: int = 0  # the same, and the log says so: the database was not to be had
    why_twice: Counter[str] = field(
        default_factory=Counter
    )  # copies by why their sender could not know of them
    doubled: list[str] = field(default_factory=list)  # RFC 1047: the last reply was lost
    held_twice: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)  # clean mail, held because what read it was killed
    notices: int = 0  # of ours, at the next hop
    notices_doubled: int = 0  # one notice twice: RFC 1047, as above
    notices_answered: int = 0  # … of which the next hop had said that it has it: whoever sent it was killed
    told_twice: list[str] = field(default_factory=list)  # the same news in two notices
    untold: list[int] = field(default_factory=list)  # held or refused, and nobody heard of it
    audit: str = ""

    @property
    def wrong(self) -> dict[str, int]:
        """By name, what a sound gateway has none of."""
        names = ("lost", "leaked", "changed", "exposed", "unrecorded", "held_twice", "told_twice", "untold")
        found = {name: len(getattr(self, name)) for name in names}
        spare = max(0, len(self.unread) - AT_ONCE * sum(self.hits[name] for name in READERS))
        broken = 0 if "whole" in self.audit else 1
        ends = AT_A_KILL * sum(self.hits[name] for name in SENDING)
        return found | {
            "unread though nothing was killed": spare,
            "audit broken": broken,
            "doubled though nothing was killed": max(
                0, self.why_twice[ANSWERED] + self.notices_answered - ends
            ),
            "with its sender": self.where["still with its sender"],
        }

    @property
    def sound(self) -> bool:
        return not any(self.wrong.values())


def reckon(
    gate: Gate, hop: ScriptedNextHop, sent: list[Sent], hits: Counter[str], returned: Iterable[bytes]
) -> Outcome:
    """Count everything, once nothing waits any more."""
    outcome = Outcome(hits)
    by_number = {message.number: message for message in sent}
    there = _at_the_hop(hop, by_number, outcome)
    kept = _kept(gate, by_number, outcome)
    told = {address.decode() for mail in returned for address in REPORTED.findall(mail)}
    told |= {a.decode() for taken in hop.taken if _ours(taken) for a in REPORTED.findall(taken.data)}
    for message in sent:
        outcome.sent[message.kind] += 1
        outcome.where[_place(message, there[message.number], kept[message.number], told, outcome)] += 1
    _trace(gate, hop, outcome)
    _count_notices(hop, sent, outcome)
    held = {str(number) for (number,) in rows(gate, "SELECT id FROM quarantine_held")}
    about = {found[1].decode().partition(".")[0] for t in hop.taken if (found := NOTICE.search(t.data))}
    outcome.untold += [0] * len(held - about)
    outcome.audit = gate.run("audit", "verify", check=False).stdout
    return outcome


def _at_the_hop(
    hop: ScriptedNextHop, by_number: dict[int, Sent], outcome: Outcome
) -> defaultdict[int, Counter[str]]:
    """How often each recipient of each message has it."""
    there: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for taken in hop.taken:
        if _ours(taken) and any(to.endswith("@example.net") for to in addresses(taken)):
            outcome.exposed.append(0)  # what we tell senders and officers, to a recipient
        if _ours(taken) or (found := NUMBER.search(taken.data)) is None:
            continue
        number, whole = int(found[1]), raw(by_number[int(found[1])])
        if b"@example.net" in taken.data[: -len(whole)].partition(b"\nReceived:")[0]:
            outcome.exposed.append(number)  # in our own line on top
        if not taken.data.endswith(whole):
            outcome.changed.append(number)
        there[number].update(addresses(taken))
    return there


def _trace(gate: Gate, hop: ScriptedNextHop, outcome: Outcome) -> None:
    """Each copy at the next hop by the id that we gave it: on the record, and answered for unless that could not be."""
    copies: defaultdict[int, list[tuple[str, Taken]]] = defaultdict(list)
    for taken in hop.taken:
        if not _ours(taken) and (number := NUMBER.search(taken.data)) and (ours := TRACE.search(taken.data)):
            copies[int(number[1])].append((ours[1].decode(), taken))
    log = _log(gate)
    kinds = "('passed', 'partial')"
    known = {
        str(id_)
        for (id_,) in rows(gate, f"SELECT reference FROM quarantine_auditevent WHERE kind IN {kinds}")
    }
    for number, there in copies.items():
        unknown = not known & {ours for ours, _ in there}
        told = any("failed" in log[ours] for ours, _ in there)
        outcome.told_unrecorded += unknown and told
        if unknown and not told and not any(_unanswered(ours, taken, log) for ours, taken in there):
            outcome.unrecorded.append(number)
    held = {str(number) for number in outcome.unread}
    for number, address in (double.split() for double in set(outcome.doubled)):
        got = [copy for copy in copies[int(number)] if address in addresses(copy[1])]
        for ours, taken in got if number in held else got[:-1]:
            outcome.why_twice[_unanswered(ours, taken, log) or ANSWERED] += 1


def _unanswered(ours: str, taken: Taken, log: Mapping[str, set[str]]) -> str:
    """Why its sender could not know that the next hop has it, if that is so."""
    if not taken.answered:
        return "the next hop's reply was lost"
    if log[ours] & {"may-double", "deferred"}:
        return "the rest could not be kept"
    return "" if "relayed" in log[ours] else "killed before our reply"


def _log(gate: Gate) -> defaultdict[str, set[str]]:
    """What the mail log says of each id, in its own words."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in gate.log().splitlines():
        with contextlib.suppress(ValueError):
            told = json.loads(line)
            if isinstance(told, dict):
                found[str(told.get("id", ""))].add(str(told.get("event", "")))
    return found


def _kept(gate: Gate, by_number: dict[int, Sent], outcome: Outcome) -> Counter[int]:
    """How often each message is held, opened with the school's key."""
    key = next(gate.root.rglob("store.key")).read_text().strip()
    kept: Counter[int] = Counter()
    sql = "SELECT s.blob FROM quarantine_held h JOIN quarantine_sealed s ON s.id = h.message_id"
    for (blob,) in rows(gate, sql):
        opened = unseal(bytes(blob), key)  # type: ignore[arg-type]
        found = NUMBER.search(opened)
        assert found
        kept[int(found[1])] += 1
        if not opened.endswith(raw(by_number[int(found[1])])):
            outcome.changed.append(int(found[1]))
    return kept


def _place(message: Sent, there: Counter[str], kept: int, told: set[str], outcome: Outcome) -> str:
    """Where it is, in one word; what is wrong with that is noted."""
    number = message.number
    if kept > 1:
        outcome.held_twice.append(number)
    if message.kind != "clean":
        outcome.leaked += [f"{number} {address}" for address in there]
    outcome.doubled += [f"{number} {address}" for address, copies in there.items() if copies > 1]
    if kept and message.kind == "clean":
        outcome.unread.append(number)
        outcome.doubled += [f"{number} {address}" for address in there]  # held, and told so in vain
    if kept:
        return "held"
    if message.code == 550:
        return "refused to its sender"
    if message.code != 250:
        return "still with its sender"
    missing = [address for address in message.to if not there[address] and address not in told]
    outcome.lost += [f"{number} {address}" for address in missing]
    return "lost" if missing else "at the next hop"


def _count_notices(hop: ScriptedNextHop, sent: list[Sent], outcome: Outcome) -> None:
    """Each piece of news once: a notice's Message-ID says about what and of which kind it is, In-Reply-To about which e-mail."""
    copies: Counter[tuple[str, tuple[str, ...]]] = Counter()
    answered: Counter[tuple[str, tuple[str, ...]]] = Counter()
    news: defaultdict[tuple[str, str, tuple[str, ...]], set[str]] = defaultdict(set)
    for taken in hop.taken:
        if not (found := NOTICE.search(taken.data)):
            continue
        name, to = found[1].decode(), tuple(addresses(taken))
        copies[name, to] += 1
        answered[name, to] += taken.answered
        reference, kind, _ = name.split(".")
        about = ABOUT.search(taken.data)
        news[about[1].decode() if about else reference, kind, to].add(name)
    outcome.notices = len(copies)
    outcome.notices_doubled = sum(count - 1 for count in copies.values())
    outcome.notices_answered = sum(count - 1 for count in answered.values() if count > 1)
    doubled = {double.split()[0] for double in outcome.doubled}
    outcome.told_twice = [
        f"{about} {kind}"
        for (about, kind, _), names in news.items()
        if len(names) > 1 and "reminder" not in kind and about not in doubled
    ]
    refused = {about for about, kind, _ in news if "block" in kind}
    outcome.untold += [
        m.number for m in sent if m.code == 550 and _blocked(m) and str(m.number) not in refused
    ]


def _blocked(message: Sent) -> bool:
    return message.kind == "blocked"


def _ours(taken: Taken) -> bool:
    """One of our own notices, which may show the head of the message that it is about."""
    return NOTICE.search(taken.data.partition(b"\r\n\r\n")[0] + b"\r\n") is not None


def addresses(taken: Taken) -> list[str]:
    """The recipients of one transaction at the next hop."""
    return [rcpt.partition("<")[2].partition(">")[0] for rcpt in taken.rcpts]
