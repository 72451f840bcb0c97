"""The console's pages on a real PostgreSQL: the same tests, on a server that the test starts."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import postgres

HERE = Path(__file__).parent
FILES = ("test_access", "test_decide", "test_pages", "test_reveal", "test_accounts", "test_allowed")


@pytest.mark.slow
def test_the_console_is_the_same_on_postgresql():
    """Roles, lists, decisions, reveal, accounts and exceptions: every test passes there, none is left out."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    with postgres() as address:
        ran = subprocess.run(
            [*command, *(str(HERE / f"{name}.py") for name in FILES)],
            env=os.environ | {"SCHOOLGATE_TEST_DATABASE": address},
            cwd=HERE.parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr
    assert int(re.search(r"(\d+) passed", ran.stdout)[1]) > 90
    assert "skipped" not in ran.stdout
