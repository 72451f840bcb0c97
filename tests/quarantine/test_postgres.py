"""The same promises on PostgreSQL: the tests of this folder, against a real server."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import postgres

HERE = Path(__file__).parent
FILES = (
    "test_hold",
    "test_decisions",
    "test_copies",
    "test_digest",
    "test_trials",
    "test_outbox",
    "test_audit",
    "test_races",
    "test_retention",
    "test_not_lost",
    "test_start",
    "cures/test_acts",
    "cures/test_mended",
    "cures/test_families",
    "cures/test_on_behalf",
    "cures/test_partners",
    "cures/test_passwords",
    "cures/test_races",
)


@pytest.mark.slow
def test_the_workflow_is_the_same_on_postgresql():
    """Every test of holding, deciding, sending and proving passes there, none is left out."""
    with postgres() as address:
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                *[str(HERE / f"{f}.py") for f in FILES],
            ],
            env=os.environ | {"SCHOOLGATE_TEST_DATABASE": address},
            cwd=HERE.parents[1],
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr
    assert int(re.search(r"(\d+) passed", ran.stdout)[1]) > 130
    assert "skipped" not in ran.stdout
