"""Replay in several processes gives what one gives, and reads what the quarantine stored."""

import json
from datetime import timedelta

import pytest

from detectors.findings import Where
from gateway.parallel import cluster, processes
from policies import facts, load_set
from policies.evidence import History
from policies.features import features
from policies.replay import CHUNK, replay, report
from policies.verdict import Action
from quarantine import features as stored
from quarantine import workflow
from quarantine.models import VerdictRecord
from tests.policies.school import (
    COUNCIL,
    NOW,
    PARENT_B,
    SCHOOL,
    STRANGER,
    TEACHER,
    case,
    data,
    envelope,
    name,
    scan,
)
from tests.support.stopped import make_scan, make_verdict

CASES = [
    case(TEACHER, COUNCIL, data(3, "a"), at=NOW),
    case(TEACHER, PARENT_B, name("a", Where.SUBJECT), at=NOW + timedelta(days=3)),
    case(TEACHER, STRANGER, at=NOW + timedelta(days=9)),
]


@pytest.mark.slow
def test_several_processes_say_what_one_says() -> None:
    """Chunks come back in any order; the sums are the same, and progress ends at all."""
    past = [features(one) for one in CASES] * (CHUNK + 7)
    current, draft = load_set("default"), load_set("seed-003")
    seen: list[int] = []
    one = replay(past, current, draft)
    many = replay(past, current, draft, pool=processes(2), progress=seen.append)
    assert report(many) == report(one)
    assert seen[-1] == len(past)


@pytest.mark.slow
def test_a_cluster_says_what_one_machine_says() -> None:
    """The same code on a real Dask cluster of two workers in processes of their own."""
    from distributed import LocalCluster

    past = [features(one) for one in CASES] * (CHUNK + 7)
    current, draft = load_set("default"), load_set("seed-003")
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as made:
        seen: list[int] = []
        many = replay(past, current, draft, pool=cluster(made.scheduler_address), progress=seen.append)
    assert report(many) == report(replay(past, current, draft))
    assert seen[-1] == len(past)


@pytest.mark.django_db(transaction=True)
def test_what_a_verdict_keeps_is_judged_again_from_the_database() -> None:
    """The same verdict from the stored row; no address, no label and no mask in it."""
    sent = envelope(TEACHER, COUNCIL)
    whole = facts(sent, scan(name("a", Where.SUBJECT), data(3, "a")), SCHOOL, History.empty())
    workflow.passed(sent, make_scan(), make_verdict(Action.LOG), now=NOW, facts=whole)
    row = VerdictRecord.objects.get()
    [back] = stored.stored(NOW - timedelta(days=1))
    assert back == json.loads(json.dumps(features(whole)))
    assert stored.count(NOW - timedelta(days=1)) == 1
    assert stored.count(NOW + timedelta(days=1)) == 0
    assert not [word for word in (TEACHER, COUNCIL, "list.xlsx", "A… T…") if word in str(back)]
    assert row.features is not None
    assert len(row.features) < 4000
