"""The borders between the packages hold, and each contract fails on the violation that it is there for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("gateway", "quarantine", "policies", "detectors")
PLANTED = [
    ("detectors/findings.py", "import policies.verdict", "Imports run one way"),
    ("policies/envelope.py", "import quarantine.config", "Imports run one way"),
    ("quarantine/store.py", "import gateway.settings", "Imports run one way"),
    ("policies/envelope.py", "import django", "Django and what belongs to it"),
    ("gateway/pipeline.py", "import django", "Django and what belongs to it"),
    ("gateway/pipeline.py", "import aiosmtpd", "aiosmtpd is known to gateway.smtp alone"),
    ("detectors/extract/reading.py", "import spacy", "presidio and spaCy"),
    ("quarantine/store.py", "import pikepdf", "pikepdf and msoffcrypto"),
    ("quarantine/store.py", "import smtplib", "Only the gateway signs and speaks SMTP"),
]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("lint-imports"))
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages and the contracts, without anything else."""
    for name in PACKAGES:
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "static", "templates")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_all_contracts_hold(copy: Path) -> None:
    """The tree as it is breaks none."""
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("file", "line", "contract"), PLANTED, ids=lambda v: str(v).replace("/", "."))
def test_a_planted_violation_is_found(copy: Path, file: str, line: str, contract: str) -> None:
    """One import in the wrong place, and the contract with that name is broken."""
    with (copy / file).open("a") as stream:
        stream.write(f"\n{line}\n")
    done = lint_imports(copy)
    assert done.returncode != 0
    broken = [text for text in done.stdout.splitlines() if text.endswith("BROKEN")]
    assert any(contract in text for text in broken), done.stdout
