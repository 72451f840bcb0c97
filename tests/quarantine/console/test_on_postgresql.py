"""The console's pages on a real PostgreSQL: the same tests, on a server that the test starts."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import postgres

HERE = Path(__file__).parent
FILES = (
    "test_absent",
    "test_access",
    "test_accounts",
    "test_allowed",
    "test_decide",
    "test_incidents",
    "test_legal_holds",
    "test_limits",
    "test_mend",
    "test_pages",
    "test_precision",
    "test_queue_roles",
    "test_reveal",
    "test_review",
    "test_settings",
    "test_views",
    "test_watched",
    "../test_copies",
    "../test_figures",
)


@pytest.mark.slow
@pytest.mark.timeout(900)  # two hundred tests, on a machine that may be busy
def test_the_console_is_the_same_on_postgresql():
    """Roles, lists, decisions, reveal, accounts, exceptions, views, incidents, figures, copies: every test passes there, none is left out."""
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
    assert int(re.search(r"(\d+) passed", ran.stdout)[1]) > 200
    assert "skipped" not in ran.stdout
