"""A chosen message is sent, given back or given to a role, or tried again; never sent when anything went wrong."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from detectors.cure.plan import Plan
from detectors.findings import Scan
from detectors.pool import Busy
from detectors.process import WorkerError
from gateway import mending
from gateway.gate import QuarantineDown
from gateway.mending import CLAIMS, TRIES, WAIT, Workshop, mend_one, run
from policies.verdict import Action
from quarantine.cover import Cover
from quarantine.cures.plans import Parcel
from quarantine.workflow import AlreadyDecided
from quarantine.workflow.mended import Job, Made
from tests.support.pipeline import SCAN, envelope, facts, verdict

NOW = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)


def parcel(plan, *positions):
    return Parcel(plan=plan, positions=positions or (0,))


def job(**fields):
    made = Job(
        held_id="H",
        lease="L",
        tries=1,
        cover=Cover(envelope=envelope()),
        parcels=(parcel(Plan(initials=True)),),
        left_out=frozenset(),
        confirmed=(),
        raw=b"raw",
    )
    return replace(made, **fields)


@dataclass
class Bench:
    """Collaborators that remember what they were asked."""

    said: object = Action.ALLOW
    signs: bool = False
    trouble: BaseException | None = None
    refuse: BaseException | None = None
    told: list[tuple[object, ...]] = field(default_factory=list)
    done: list[tuple[str, object]] = field(default_factory=list)

    async def mend(self, raw, plan):
        self.told.append(("mend", raw))
        if self.trouble:
            raise self.trouble
        return b"mended"

    async def scan(self, raw) -> Scan:
        self.told.append(("scan", raw))
        return SCAN

    async def pool(self):
        return self

    async def history(self, envelope, scan):
        return None

    async def call(self, function, *args, **kwargs):
        if self.refuse:
            raise self.refuse
        return function(*args, **kwargs)

    def shop(self):
        return Workshop(
            pool=self.pool,
            history=self.history,
            facts=facts,
            decide=lambda _: verdict(self.said),
            sign=lambda raw: b"signed " + raw if self.signs else None,
            threads=self,
            clock=lambda: NOW,
        )


@pytest.fixture
def story(monkeypatch):
    def telling(one, **bench):
        made = Bench(**bench)
        for name in ("send", "back", "give_up", "later"):
            monkeypatch.setattr(
                mending.mended, name, lambda *args, _n=name, **kw: made.done.append((_n, (args[1:], kw)))
            )
        asyncio.run(mend_one(made.shop(), one))
        return made

    return telling


def words(bench):
    return [name for name, _ in bench.done]


def test_a_mended_message_is_scanned_again_and_sent(story):
    """The mended bytes, not the original."""
    bench = story(job())
    assert bench.told == [("mend", b"raw"), ("scan", b"mended")]
    assert words(bench) == ["send"]
    assert bench.done[0][1][0] == ([Made(positions=(0,), raw=b"mended", changed=True)],)


def test_what_was_changed_is_signed_anew(story):
    """With our key where there is one; what was not changed keeps the signature that it has."""
    [one] = story(job(), signs=True).done[0][1][0][0]
    assert (one.raw, one.signed) == (b"signed mended", True)
    [one] = story(job(parcels=(parcel(Plan()),), left_out=frozenset({1})), signs=True).done[0][1][0][0]
    assert (one.raw, one.changed, one.signed) == (b"raw", False, False)


def test_what_was_only_confirmed_goes_as_received(story):
    """No surgery, no scan."""
    bench = story(job(parcels=(parcel(Plan()),)))
    assert (bench.told, bench.done[0][1][0]) == ([], ([Made(positions=(0,))],))


def test_recipients_taken_out_are_judged_again(story):
    """The bytes stay, the verdict is about those who are left."""
    bench = story(job(parcels=(parcel(Plan()),), left_out=frozenset({1})))
    assert bench.told == [("scan", b"raw")]


@pytest.mark.parametrize("action", [Action.ASK, Action.QUARANTINE, Action.BLOCK])
def test_what_still_hurts_is_not_sent(story, action):
    """It goes back, with the hits that are left."""
    assert words(story(job(), said=action)) == ["back"]


def test_of_several_parcels_none_goes_while_one_still_hurts(story):
    """Each is mended and judged by itself; a role sees the message as it came. So it is after an officer's choice."""
    two = (parcel(Plan(initials=True)), parcel(Plan(initials=True)))
    bench = story(job(parcels=two))
    assert bench.told == [("mend", b"raw"), ("scan", b"mended")] * 2
    assert words(bench) == ["send"]
    assert words(story(job(parcels=two), said=Action.ASK)) == ["give_up"]
    assert words(story(job(by="dpo@example.sch.uk"), said=Action.ASK)) == ["give_up"]


TROUBLES = [
    (Busy(), 1, "later"),
    (WorkerError("worker-crash"), 1, "later"),
    (WorkerError("worker-crash"), TRIES, "give_up"),
    (WorkerError("another-part"), 1, "give_up"),
    (WorkerError("nothing-to-do"), 1, "give_up"),
    (RuntimeError("a surprise"), 1, "later"),
    (RuntimeError("a surprise"), TRIES, "give_up"),
]


@pytest.mark.parametrize(("trouble", "tries", "then"), TROUBLES)
def test_trouble_is_tried_again_and_then_a_role_decides(story, trouble, tries, then):
    """Nothing is sent; what another try cannot mend is given up at once."""
    bench = story(job(tries=tries), trouble=trouble)
    assert words(bench) == [then]
    if then == "later":
        assert bench.done[0][1][1] == {"at": NOW + WAIT}


@pytest.mark.parametrize("said", [Action.ALLOW, Action.ASK])
def test_what_ends_no_try_goes_to_a_role(story, said):
    """The bug: where its end could never be written down, or each try ended the process, it was tried for ever."""
    assert words(story(job(tries=CLAIMS), said=Action.ALLOW)) == ["send"]
    assert words(story(job(tries=CLAIMS + 1), said=said)) == ["give_up"]


@pytest.mark.parametrize(
    "refuse", [AlreadyDecided("dpo", "returned", NOW), QuarantineDown("OperationalError")]
)
def test_somebody_faster_or_a_database_down_ends_the_try(story, refuse):
    """An officer's word stands; without the database the lease runs out."""
    assert words(story(job(), refuse=refuse)) == []


def test_the_loop_goes_on_after_any_failure(monkeypatch):
    """A claim that fails is said, and the next one is tried."""
    bench, stop, claims = Bench(), asyncio.Event(), []

    def claim(**_):
        claims.append(1)
        if len(claims) == 1:
            raise RuntimeError("broken")
        stop.set()

    monkeypatch.setattr(mending.mended, "claim", claim)
    monkeypatch.setattr(mending, "PAUSE", 0.001)
    asyncio.run(run(bench.shop(), stop))
    assert len(claims) == 2
