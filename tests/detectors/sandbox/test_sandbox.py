"""A worker cannot reach keys, network, programs or other processes, whether the service runs as root or not."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from detectors import sandbox

ROOT = Path(__file__).parents[3]
PRISONER = Path(__file__).with_name("prisoner.py")
NOBODY = 65534
AS_ROOT = os.geteuid() == 0


def imprison(tmp_path: Path, user: str) -> dict[str, object]:
    folder, outside = tmp_path / "own", tmp_path / "outside"
    key = tmp_path / "store.key"
    folder.mkdir()
    outside.mkdir()
    key.write_text("secret")
    key.chmod(0o600)
    if os.geteuid() == 0:
        if user != "root":
            for path in (folder, outside, key):
                os.chown(path, int(user), int(user))
        above = tmp_path
        while above != above.parent and above != Path(tempfile.gettempdir()):
            above.chmod(0o755)
            above = above.parent
    command = [sys.executable, "-I", str(PRISONER), str(ROOT), str(folder), str(key), str(outside), user]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check(told: dict[str, object]) -> None:
    assert told["missing"] == ""
    refused = [
        deed
        for deed in told
        if deed not in {"barriers", "uid", "missing", "write own"} and told[deed] == "done"
    ]
    assert refused == []
    assert told["write own"] == "done"


def test_nothing_is_within_reach_of_a_worker_of_this_user(tmp_path):
    check(imprison(tmp_path, "root"))


def test_as_root_the_worker_becomes_somebody_else(tmp_path):
    told = imprison(tmp_path, "root")
    assert told["uid"] != 0
    assert (sandbox.USER in told["barriers"]) is AS_ROOT


def test_without_root_landlock_keeps_the_own_key_from_the_worker(tmp_path):
    told = imprison(tmp_path, str(NOBODY) if AS_ROOT else "root")
    assert sandbox.FILES in told["barriers"]
    assert sandbox.USER not in told["barriers"]
    check(told)


@pytest.mark.parametrize(
    ("barriers", "complete"),
    [
        ((), False),
        ((sandbox.SYSTEM_CALLS,), False),
        ((sandbox.FILES, sandbox.USER), False),
        ((sandbox.NETWORK, sandbox.FILES), True),
        ((sandbox.SYSTEM_CALLS, sandbox.USER), True),
        ((sandbox.LIMITS, sandbox.PRIVILEGES), False),
    ],
)
def test_network_and_files_must_both_be_barred(barriers, complete):
    assert (sandbox.missing(barriers) == "") is complete


def test_the_walls_are_drawn_up_once_for_all_copies():
    sandbox.draw_up()
    assert sandbox._seccomp_filter() is sandbox._seccomp_filter() is not None


def test_rules_that_could_not_be_had_are_tried_again(monkeypatch):
    sandbox._rules.cache_clear()
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "pyseccomp", None)
        assert sandbox._seccomp_filter() is None
    assert sandbox._seccomp_filter() is not None
