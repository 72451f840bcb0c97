"""The children are copies of a process that has loaded once: it has no thread and no key by then, and a copy ends as a command would."""

import os
import subprocess
import sys

import pytest

from tests.support.gate import Gate, make_gate
from tests.support.servers import free_port

LOADED = """
import os
from gateway.cli.opening import settings
from gateway.running import load
load(settings(None))
from django.conf import settings as django
from django.db import connections
from gateway.processes import smtp
print(len(os.listdir("/proc/self/task")), connections["default"].connection, django.SCHOOLGATE_KEYS.private)
"""


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    made = make_gate(tmp_path_factory.mktemp("copies"), next_hop=free_port())
    made.run("migrate")
    return made


@pytest.mark.slow
def test_what_is_copied_has_one_thread_no_connection_and_no_private_key(gate: Gate) -> None:
    """A thread would be lost in a copy with whatever it had locked; a connection would be spoken on by two; the key is for two of three."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        capture_output=True,
        text=True,
        check=True,
        cwd=gate.root,
        env={**os.environ, "SCHOOLGATE_CONFIG": str(gate.config)},
    )
    assert done.stdout.split() == ["1", "None", "None"]


def said(program: str) -> tuple[int, str]:
    """The exit code of a copy that runs this, and what it wrote on standard error."""
    run = f"from gateway.copies import copy, ended\nimport sys\ndef run():\n    {program}\nsys.exit(ended(copy(run)))"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_a_copy_ends_as_a_command_would() -> None:
    """Nothing to say, a code, one line for what a person can mend, and a traceback for what nobody foresaw."""
    assert said("pass") == (0, "")
    assert said("raise SystemExit(7)") == (7, "")
    code, line = said("from quarantine.keys import KeysError; raise KeysError('No keys.', 'Restore them.')")
    assert (code, line) == (os.EX_CONFIG, "schoolgate: No keys. Restore them.\n")
    code, line = said("from django.db import OperationalError; raise OperationalError('secret')")
    assert (code, line) == (os.EX_TEMPFAIL, "schoolgate: the database does not answer (OperationalError)\n")
    code, text = said("1 / 0")
    assert code == 1
    assert text.rstrip().endswith("ZeroDivisionError: division by zero")
