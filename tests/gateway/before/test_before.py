"""Before sending: a tag in the subject locks, the checking address answers; neither ever weakens a verdict or sends a check."""

import asyncio
from dataclasses import dataclass, replace
from email.header import Header
from types import SimpleNamespace
from typing import Any

import pytest

from detectors.findings import Finding, Part, Scan, Where
from gateway.before import OUTSIDER, Before, checking
from gateway.pipeline import handle
from gateway.quarantine_calls import QuarantineCalls
from policies.asked import ASKED, asked_to_lock, only_asked
from policies.envelope import Envelope
from policies.evidence import Facts, SenderFacts
from policies.verdict import Action, Cure, Verdict
from tests.support.pipeline import SCAN, FakeGate, FakePool, FakeQuarantine, envelope, facts, verdict

CHECK = "check@example.sch.uk"
BEFORE = Before(tags=("[encrypt]", "[secure]"), checks=checking("check", ("example.sch.uk", "Other.sch.uk")))
FILE = Part(path="0/1", role=Where.ATTACHMENT, sha256="a" * 64, label="list.xlsx")
PICTURE = Part(path="0/2", role=Where.BODY, sha256="b" * 64)
STRONG = Finding(kind="protected:strong", recognizer="protection", part="0/1")


def message(**fields: str) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\nHello\r\n"


@pytest.mark.parametrize(
    ("subject", "asks"),
    [
        ("[encrypt] Reports", True),
        ("Re: [ENCRYPT] Reports", True),
        ("Reports [Secure]", True),
        (Header("[encrypt] Zoë", "utf-8").encode(), True),
        ("encrypt this", False),
        ("[encrypted] Reports", False),
        ("=?utf-8?q?broken", False),
        ("=?no-such-set?q?=5Bencrypt=5D?=", False),
        ("", False),
    ],
)
def test_a_tag_is_seen_however_it_is_written(subject: str, asks: bool) -> None:
    """In any case, place and encoding; a word without brackets is no tag."""
    assert BEFORE.asks_to_lock(message(Subject=subject)) is asks
    assert not Before().asks_to_lock(message(Subject=subject))


@pytest.mark.parametrize(
    ("to", "fields", "checks"),
    [
        ((CHECK,), {}, True),
        (("CHECK@Example.sch.uk",), {}, True),
        (("check@other.sch.uk",), {}, True),
        (("parent@example.org", CHECK), {}, True),
        (("parent@example.org",), {"To": f"Parent <parent@example.org>, {CHECK}"}, True),
        (("parent@example.org",), {"Cc": f'"Check, please" <{CHECK.upper()}>'}, True),
        (("parent@example.org",), {"To": "parent@example.org"}, False),
        (("parent@example.org",), {"Subject": CHECK}, False),
        (("check@elsewhere.example",), {}, False),
    ],
)
def test_who_asks_to_check(to: tuple[str, ...], fields: dict[str, str], checks: bool) -> None:
    """In the envelope or shown in To or Cc: a part that a mail server split off is not sent either."""
    raw = message(**fields)
    assert BEFORE.only_checks(envelope(*to), raw) is checks
    assert not Before().only_checks(envelope(*to), raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: =?\xe9?q?x?=\r\nTo: parent@example.org\r\n\r\nHello\r\n",
        b"Subject: x\r\nTo: " + b"(" * 50_000 + b"\r\n\r\nHello\r\n",
        b"Subject: x\r\nCc: " + b"a:" * 25_000 + b"\r\n\r\nHello\r\n",
    ],
    ids=["the name of a charset is not ASCII", "brackets in brackets", "groups in groups"],
)
def test_a_header_that_cannot_be_read_keeps_no_message_for_ever(raw: bytes) -> None:
    """It is judged as what it says to nobody: once it was 451 at every try, until its sender's server gave up."""
    fake = FakeGate(Action.ALLOW)
    gate = replace(fake.gate(), before=BEFORE)
    assert asyncio.run(handle(envelope("parent@example.org"), raw, gate)).code == 250
    assert BEFORE.judged(envelope("parent@example.org"), raw)[0].addresses == ("parent@example.org",)


def test_a_long_header_is_looked_at_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of kilobytes of it stall nobody else; an ordinary one costs no thread."""
    beside: list[str] = []

    async def to_thread(look: Any, *message: Any) -> Any:
        beside.append(look.__name__)
        return look(*message)

    monkeypatch.setattr(asyncio, "to_thread", to_thread)
    for fields, looks in (({}, []), ({"X-Long": "x" * 20_000}, ["only_checks", "asks_to_lock"])):
        beside.clear()
        gate = replace(FakeGate(Action.ALLOW).gate(), before=BEFORE)
        asyncio.run(handle(envelope("parent@example.org"), message(To="parent@example.org", **fields), gate))
        assert beside == looks


@pytest.mark.parametrize(
    ("to", "fields", "judged", "outside"),
    [
        ((CHECK,), {}, (OUTSIDER,), True),
        ((CHECK,), {"To": f"{CHECK}, Parent@Example.org"}, ("parent@example.org",), False),
        ((CHECK, "a@example.org"), {"Cc": "b@example.org"}, ("a@example.org", "b@example.org"), False),
    ],
)
def test_whom_it_is_judged_for(
    to: tuple[str, ...], fields: dict[str, str], judged: tuple[str, ...], outside: bool
) -> None:
    """The others who are named; somebody outside where nobody is."""
    found, alone = BEFORE.judged(envelope(*to), message(**fields))
    assert (found.addresses, alone) == (judged, outside)


@dataclass
class Checking(FakeQuarantine):
    """Remembers what was asked; says whether its sender may be told."""

    may_tell: bool = True
    told: tuple[str, ...] = ()

    async def checked(
        self, envelope: Envelope, raw: bytes, scan: Scan, verdict: Verdict, facts: Facts, *, outside: bool
    ) -> bool:
        await self._call("checked")
        self.told = (verdict.action.word, str(outside))
        return self.may_tell

    async def hold(self, envelope: Envelope, raw: bytes, scan: Scan, verdict: Verdict, facts: Facts) -> str:
        self.verdict = verdict
        return await super().hold(envelope, raw, scan, verdict, facts)


def run(fake: FakeGate, quarantine: Checking, raw: bytes, *to: str) -> Any:
    fake.quarantine = quarantine
    gate = replace(fake.gate(), before=BEFORE)
    return asyncio.run(handle(envelope(*to), raw, gate))


@pytest.mark.parametrize("action", list(Action))
def test_a_check_is_answered_and_sent_to_nobody(action: Action) -> None:
    """Whatever the verdict: no relay, no hold, no record, no memory."""
    fake, quarantine = FakeGate(action), Checking()
    reply = run(fake, quarantine, message(To="parent@example.org"), CHECK, "parent@example.org")
    assert (reply.code, reply.enhanced) == (250, "2.0.0")
    assert quarantine.calls == ["checked"]
    assert quarantine.told == (action.word, "False")
    assert fake.relay.sent == []


@pytest.mark.parametrize("action", list(Action))
def test_nobody_else_learns_anything(action: Action) -> None:
    """Where its sender may not be told, the reply is the same whatever was found: no oracle."""
    fake, quarantine = FakeGate(action), Checking(may_tell=False)
    reply = run(fake, quarantine, message(), CHECK)
    assert (reply.code, reply.text) == (
        550,
        f"Only staff may send to this address (reference {envelope().id})",
    )
    assert fake.relay.sent == []


def test_a_check_that_cannot_be_answered_is_deferred() -> None:
    """Our fault: 451, and nothing went."""
    quarantine = Checking(down={"checked": "OperationalError"})
    fake = FakeGate()
    assert run(fake, quarantine, message(), CHECK).code == 451
    assert fake.relay.sent == []


@pytest.mark.parametrize(
    ("kind", "by_header", "staff"),
    [("staff", False, True), ("staff", True, False), ("outside", False, False), ("null", False, False)],
)
def test_whose_address_is_ours(kind: str, by_header: bool, staff: bool) -> None:
    """A foreign envelope with a teacher in its From field is answered by nobody: the answer would leave the school."""
    threads = _Asked()
    calls = QuarantineCalls(threads, lambda: envelope().received_at)  # type: ignore[arg-type]
    found = replace(facts(envelope(), SCAN), sender=SenderFacts(kind=kind, by_header=by_header))
    for call in (calls.hold, calls.refused):
        asyncio.run(call(envelope(), b"", SCAN, verdict(Action.ASK), found))  # type: ignore[operator]
    assert threads.staff == [staff, staff]


class _Asked:
    """Remembers whether the quarantine was told that the sender is one of the staff."""

    def __init__(self) -> None:
        self.staff: list[bool] = []

    async def write(self, _function: object, *_: object, staff: bool, **__: object) -> Any:
        self.staff.append(staff)
        return SimpleNamespace(id="x")


def scan(*parts: Part, findings: tuple[Finding, ...] = ()) -> Scan:
    return Scan(parts=(Part(path="0"), *parts), findings=findings, versions={})


@pytest.mark.parametrize(
    ("action", "files", "does"),
    [
        (Action.ALLOW, (FILE,), "hold"),
        (Action.LOG, (FILE,), "hold"),
        (Action.ASK, (FILE,), "hold"),
        (Action.QUARANTINE, (FILE,), "hold"),
        (Action.BLOCK, (FILE,), "refused"),
        (Action.ALLOW, (), "hold"),
    ],
)
def test_a_tag_never_lets_anything_go(action: Action, files: tuple[Part, ...], does: str) -> None:
    """What would go is locked first; what is stopped stays stopped; what has no file is asked about."""
    fake, quarantine = FakeGate(action, pool=FakePool(scan(*files))), Checking()
    run(fake, quarantine, message(Subject="[encrypt] Reports"), "b@example.org")
    assert quarantine.calls == [does]
    assert fake.relay.sent == []


def test_locked_files_go_as_they_are() -> None:
    """Nothing is left to lock."""
    fake = FakeGate(Action.ALLOW, pool=FakePool(scan(FILE, findings=(STRONG,))))
    assert run(fake, Checking(), message(Subject="[encrypt] Reports"), "b@example.org").code == 250
    assert len(fake.relay.sent) == 1


def test_each_file_is_locked_and_a_picture_in_the_text_is_not() -> None:
    """One question a file, one answer chosen; the text's own pictures and files inside files are none."""
    inside = replace(FILE, path="0/1/0")
    found = asked_to_lock(verdict(Action.ALLOW), scan(FILE, inside, PICTURE))
    assert [(hit.part, hit.policy, hit.action) for hit in found.hits] == [("0/1", ASKED, Action.ASK)]
    assert Cure.ENCRYPT in found.hits[0].cures
    assert only_asked(found)
    assert not only_asked(asked_to_lock(verdict(Action.ASK), scan(FILE)))
    assert not only_asked(asked_to_lock(verdict(Action.ALLOW), scan()))
    assert not only_asked(verdict(Action.ALLOW))
    assert facts(envelope(), scan()).sender.kind == "staff"
