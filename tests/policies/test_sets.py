"""Packs as data: their cases, version, schema, differences, and past mail judged again."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources

import msgspec
import pytest

from policies import PolicyError, decide, in_mode, load_set, pack_names
from policies.cases import load_cases, run_cases
from policies.compare import Change, diff, grouped
from policies.explain import explain_set
from policies.features import facts_of, features
from policies.loader import parse_set
from policies.policy_set import Authority, stamped
from policies.replay import replay, report
from policies.schema import conditions, schema
from policies.verdict import Action
from policies.vocabulary import VOCABULARY
from tests.policies.cells import ROWS
from tests.policies.school import (
    NOW,
    OWN,
    PARENT_A,
    PARENT_B,
    PRINTS,
    SECURE,
    STRANGER,
    TEACHER,
    case,
    data,
    name,
)

DEFAULT = load_set("default")


def text_of(pack: str) -> str:
    return (resources.files("policies") / "packs" / f"{pack}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("pack", pack_names())
def test_a_pack_passes_its_own_cases(pack: str) -> None:
    """The cases that ship beside a pack: at least forty, and all right."""
    results = run_cases(load_set(pack), load_cases(pack))
    assert len(results) >= 40
    assert [r for r in results if not r.passed] == []


def test_a_case_file_is_read_strictly(tmp_path) -> None:
    """Unknown words in cases are answered like those in sets; a set without cases has none."""
    path = tmp_path / "mine.toml"
    assert load_cases(path) == ()
    for body, problem in (
        ('[[case]]\nname = "x"\nto = "unknown"\nexpect = "hold"\n', '"hold" is not an action'),
        ('[[case]]\nname = "x"\nto = "parents"\nexpect = "ask"\n', "expected the relation of the recipient"),
        (
            '[[case]]\nname = "x"\nto = "unknown"\nexpect = "ask"\nfinding = [{ kind = "nmae" }]\n',
            "is not a kind",
        ),
        ('[[case]]\nname = "x"\nwho = "unknown"\n', "unknown key"),
        ("[[case]\n", "is not TOML"),
    ):
        (tmp_path / "mine.cases.toml").write_text(body)
        with pytest.raises(PolicyError, match=problem):
            load_cases(path)


def test_a_case_with_a_message_is_read_by_whoever_can_scan(tmp_path) -> None:
    """The set knows only the file's name; the caller scans."""
    (tmp_path / "mine.cases.toml").write_text(
        '[[case]]\nname = "x"\nmessage = "x.eml"\nmail_from = "a@x"\nrcpt_to = ["b@y"]\nexpect = "block"\n'
    )
    cases = load_cases(tmp_path / "mine.toml")
    assert run_cases(DEFAULT, cases) == ()
    assert [r.passed for r in run_cases(DEFAULT, cases, lambda _: case(TEACHER, PARENT_A, name()))] == [True]


def test_version_is_of_the_meaning() -> None:
    """Order, comments and layout do not change it; an action does."""
    body = text_of("default")
    assert parse_set(f"# another comment\n{body}", name="x").version == DEFAULT.version
    backwards = stamped(replace(DEFAULT, policies=DEFAULT.policies[::-1], lists=DEFAULT.lists[::-1]))
    assert backwards.version == DEFAULT.version
    assert (
        parse_set(body.replace('action = "block"', 'action = "log"', 1), name="x").version != DEFAULT.version
    )
    assert in_mode(DEFAULT, "monitor").version != DEFAULT.version
    two = replace(DEFAULT, header=replace(DEFAULT.header, waiver_approvers=2))
    assert stamped(two).version != DEFAULT.version


@pytest.mark.parametrize("pack", [p for p in pack_names() if p != "default"])
def test_a_school_pack_may_enforce_once_all_is_recorded(pack: str) -> None:
    """The day on which staff were told, and the DPO's authority where the text names others."""
    shipped = load_set(pack)
    assert in_mode(shipped, "enforce").mode == "monitor"
    authority = {"dpo": Authority(by="Head", date=date(2026, 9, 1), document="safe")}
    ready = load_set(pack, staff_informed=date(2026, 9, 1), authority=authority)
    assert (ready.mode, ready.obstacles) == ("enforce", ())
    assert "may not enforce yet" in explain_set(shipped)


def test_mode_is_one_of_two_words() -> None:
    """A mistyped mode is a fault, not a third mode."""
    with pytest.raises(ValueError, match="mode must be"):
        in_mode(DEFAULT, "off")


def test_schema_knows_every_word_that_the_loader_knows() -> None:
    """The vocabulary of editors is that of the loader; the schema is plain JSON."""
    made = schema()
    assert json.loads(json.dumps(made)) == made
    assert set(conditions()["properties"]) == set(VOCABULARY)
    policy = made["properties"]["policy"]["items"]["properties"]
    assert {"id", "why", "when", "unless", "cures", "tell"} <= set(policy)


def test_diff_says_what_changes_in_words() -> None:
    """Gone, new, changed: each in a line, with its direction; nothing for equal sets."""
    assert diff(DEFAULT, DEFAULT) == ()
    body = text_of("default")
    softer = parse_set(
        body.replace('id = "pupil-private-address"', 'id = "pupil-address"').replace(
            'id = "credentials"\nwhy = "Passwords and sign-ins do not leave the school by e-mail."\naction = "block"',
            'id = "credentials"\nwhy = "Passwords and sign-ins do not leave the school by e-mail."\naction = "log"',
        ),
        name="softer",
    )
    changes = {c.policy: c for c in diff(DEFAULT, softer)}
    assert set(changes) == {"pupil-private-address", "pupil-address", "credentials"}
    assert changes["credentials"].direction == "looser"
    assert grouped((Change("a", "x"), Change("b", "x"), Change("c", "y"))) == (
        Change("a and b", "x"),
        Change("c", "y"),
    )
    assert grouped([Change(str(n), "x") for n in range(5)])[0].policy == "0, 1, 2 and 2 more"
    told = diff(
        DEFAULT, replace(DEFAULT, header=replace(DEFAULT.header, waiver_by=("head",), waiver_approvers=2))
    )
    assert [c.what for c in told] == [
        "how many must approve an exception: 1 becomes 2",
        "who may approve exceptions: head and dpo becomes head",
    ]
    assert changes["credentials"].what == "it is refused: now it passes and is noted"
    assert changes["pupil-address"].direction == "stricter"
    assert all(c.what for c in diff(load_set("seed-003"), load_set("seed-004")))


def test_stored_features_get_the_same_verdict() -> None:
    """Written as JSON and read again, facts are judged as before; no address or mask is written."""
    sets = [replace(load_set(p), mode="enforce") for p in ("default", "seed-003")]
    for label, facts, _ in ROWS:
        stored = msgspec.json.encode(features(facts))
        for address in (*(r.address for r in facts.recipients), facts.sender.address):
            assert not address or address.encode() not in stored
        assert "…".encode() not in stored
        again = facts_of(msgspec.json.decode(stored), PRINTS)
        for policy_set in sets:
            first, second = decide(facts, policy_set), decide(again, policy_set)
            assert second.action is first.action, label
            assert [h.policy for h in second.hits] == [h.policy for h in first.hits], label


def past(count: int):
    """A term's mail in features: mostly clean, some of it not."""
    kinds = [
        features(case(TEACHER, PARENT_A)),
        features(case(TEACHER, SECURE, data(3, "a"))),
        features(case(TEACHER, PARENT_A, data(3, "a"))),
        features(case(TEACHER, PARENT_B, data(2, "a"))),
        features(case(TEACHER, OWN, data(2, "b"))),
        features(case(TEACHER, STRANGER)),
        features(case(TEACHER, PARENT_A, name())),
    ]
    for n in range(count):
        at = NOW + timedelta(minutes=n)
        yield kinds[0 if n % 10 else (n // 10) % len(kinds)] | {
            "id": f"m{n:05}",
            "received_at": at.isoformat(),
        }


def test_replay_forecasts_what_a_draft_would_hold() -> None:
    """Counts, changes, examples and silent policies; the same from any pool, with progress."""
    seen: list[int] = []
    draft = load_set("seed-004")
    forecast = replay(past(520), DEFAULT, draft, fingerprints=PRINTS, progress=seen.append)
    assert forecast.messages == 520
    assert seen == [500, 520]
    assert forecast.changes[("block", "log")] > 0
    assert forecast.after["allow"] >= 468
    assert "pupil-private-address" in forecast.silent
    assert all(c.before != c.after for c in forecast.examples)
    with ThreadPoolExecutor(2) as threads:
        again = replay(past(520), DEFAULT, draft, fingerprints=PRINTS, pool=threads.map)
    assert again == forecast
    text = report(forecast)
    assert "520 messages over 0.1 weeks" in text
    assert "block becomes log" in text


def test_replay_of_nothing() -> None:
    """No past, no division by zero."""
    forecast = replay([], DEFAULT, DEFAULT)
    assert (forecast.messages, forecast.held_per_week) == (0, 0.0)
    assert "0 messages" in report(forecast)


def test_a_forecast_counts_what_would_be_held_in_monitor_mode() -> None:
    """A set that only watches is judged as if it enforced: that is what the forecast is for."""
    forecast = replay(past(100), in_mode(DEFAULT, "monitor"), DEFAULT)
    assert forecast.changes == {}
    assert forecast.after[Action.BLOCK.word] > 0
