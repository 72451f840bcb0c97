"""The numbers and the health pages on a port of their own."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import metrics

pytestmark = pytest.mark.slow

READY = {"smtp": True, "deliver": True}


@pytest.fixture
def states() -> dict[str, bool]:
    return dict(READY)


@pytest.fixture
def port(states: dict[str, bool]) -> Iterator[int]:
    endpoint = metrics.start("127.0.0.1:0", lambda: states)
    yield endpoint.port
    endpoint.close()


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_metrics_shows_what_was_counted(port: int) -> None:
    """A count made anywhere in the process is there."""
    metrics.MESSAGES.labels(action="ask").inc()
    code, text = get(port, "/metrics")
    assert code == 200
    assert 'schoolgate_messages_total{action="ask"}' in text


def test_healthz_says_that_the_process_lives(port: int) -> None:
    """Alive is alive, ready or not."""
    assert get(port, "/healthz") == (200, "ok\n")


@pytest.mark.parametrize(("change", "code"), [({}, 200), ({"deliver": False}, 503)])
def test_readyz_is_ready_only_when_all_are(
    port: int, states: dict[str, bool], change: dict[str, bool], code: int
) -> None:
    """Who balances load reads the code, who repairs reads which one it is."""
    states.update(change)
    answered, text = get(port, "/readyz")
    assert (answered, json.loads(text)) == (code, states)


def test_readyz_of_nothing_is_not_ready(port: int, states: dict[str, bool]) -> None:
    """An empty list is never "all"."""
    states.clear()
    assert get(port, "/readyz")[0] == 503


@pytest.mark.parametrize("path", ["/", "/metrics/../etc/passwd", "/metrics?x", "/admin"])
def test_other_pages_are_not_there(port: int, path: str) -> None:
    """Three pages and no others."""
    assert get(port, path)[0] == 404


def test_the_tree_shows_one_sum_over_its_processes(tmp_path: Path) -> None:
    """Two processes that count into one folder are one number at the supervisor."""
    program = "from gateway import metrics; metrics.MESSAGES.labels(action='held').inc(3)"
    for _ in range(2):
        environment = {**os.environ, metrics.MULTIPROCESS: str(tmp_path)}
        subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=60)
    assert 'schoolgate_messages_total{action="held"} 6.0' in metrics.exposition(tmp_path).decode()
