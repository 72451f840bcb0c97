"""The tree itself: what every file promises, what no file may hold, and what a bare machine needs."""

import ast
import configparser
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from gateway.cli.app import app

ROOT = Path(__file__).parents[2]
FILES = [ROOT / name for name in subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.splitlines()]  # fmt: skip
PYTHON = [file for file in FILES if file.suffix == ".py" and file.is_file()]
PRODUCT = [
    f for f in PYTHON if f.relative_to(ROOT).parts[0] in {"gateway", "detectors", "policies", "quarantine"}
]
BANNED = re.compile(
    r"--(?:extra-)?index-ur[l]|--find-link[s]|(?<![\w.-])/wor[k]/|(?<![\w.-])/roo[t]/|pytest\.mark\.(?:ski[p]|xfai[l])|pytest\.ski[p]\("
    r"|assert Tru[e]\b|# ?TOD[O]|except Exception:? *pas[s]"
)
LONGEST = 350  # lines
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def text_of(file: Path) -> str:
    try:
        return file.read_text()
    except UnicodeDecodeError:
        return ""


def test_no_file_names_an_index_a_machine_or_an_unfinished_thing() -> None:
    """Package indexes, paths of somebody's machine, skipped tests and stubs are found wherever they stand."""
    found = {
        f"{name_of(file)}: {match[0]}"
        for file in FILES
        if file.is_file()
        for match in [BANNED.search(text_of(file))]
        if match
    }
    assert not found


@pytest.mark.parametrize("file", PRODUCT, ids=name_of)
def test_a_module_opens_with_what_it_is_and_is_not_too_long(file: Path) -> None:
    """One sentence at the top; split by noun when it grows."""
    text = file.read_text()
    assert len(text.splitlines()) <= LONGEST
    if text.strip() and "migrations" not in file.parts:
        assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("file", PRODUCT, ids=name_of)
def test_no_function_is_too_long(file: Path) -> None:
    """About ten lines; never more than sixty."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


def test_the_lock_pins_everything_by_hash() -> None:
    """Every requirement has an exact version and a hash, and every declared package is in it."""
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text())
    pinned = {}
    for block in blocks:
        if match := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ \\\n;]+)", block):
            assert "--hash=sha256:" in block, match[0]
            pinned[re.sub(r"[-_.]+", "-", match[1].lower())] = match[2]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for line in [
        line
        for lines in (project["dependencies"], *project["optional-dependencies"].values())
        for line in lines
    ]:
        name = re.match(r"[A-Za-z0-9._-]+", line)
        assert name is not None
        assert re.sub(r"[-_.]+", "-", name[0].lower()) in pinned, line
    assert "setuptools" in pinned  # builds the project itself, without asking an index


@pytest.mark.parametrize("name", ["debian-packages.txt", "debian-test-packages.txt"])
def test_the_debian_lists_are_plain(name: str) -> None:
    """One package a line, each once."""
    lines = (ROOT / "deploy" / name).read_text().split()
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", line) for line in lines)
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize("unit", UNITS, ids=lambda u: u.name)
def test_a_unit_starts_a_command_that_exists_as_a_user_of_its_own(unit: Path) -> None:
    """Its user is made by sysusers.conf, and its walls stand."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
    parser.read(unit)
    service = parser["Service"]
    words = service["ExecStart"].split()[1:]
    assert words[0] in get_command(app).commands  # type: ignore[attr-defined]
    assert f" {service['User']} " in (ROOT / "deploy/systemd/sysusers.conf").read_text()
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"


def test_each_process_has_another_user_and_mail_in_has_no_way_to_the_store_key() -> None:
    """smtp is not in the group that may read store.key."""
    users = {u.name: re.search(r"^User=(.*)$", u.read_text(), re.MULTILINE)[1] for u in UNITS}  # type: ignore[index]
    running = [users[f"schoolgate-{p}.service"] for p in ("smtp", "deliver", "console")]
    assert len(set(running)) == 3
    members = re.findall(
        r"^m\s+(\S+)\s+schoolgate-keys$", (ROOT / "deploy/systemd/sysusers.conf").read_text(), re.MULTILINE
    )
    assert users["schoolgate-smtp.service"] not in members
    assert users["schoolgate-pages.service"] not in members
    tmpfiles = (ROOT / "deploy/systemd/tmpfiles.conf").read_text()
    assert re.search(r"store\.key\s+0640\s+\S+\s+schoolgate-keys", tmpfiles)
    assert "schoolgate-keys" not in (ROOT / "deploy/systemd/schoolgate-smtp.service").read_text()


@pytest.mark.parametrize("target", ["run", "test", "lint", "bench"])
def test_make_knows_the_four_words(target: str) -> None:
    """The dry run of each is right."""
    done = subprocess.run(
        ["make", "-n", target], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
