"""The documentation says what the program does: every key, every dependency, every command, and no dead link."""

import re
import tomllib
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from typer.main import get_command

from gateway.cli.app import app
from gateway.settings import Settings
from gateway.settings_file import read

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
EXAMPLE = ROOT / "gateway/cli/schoolgate.toml"


def tables(kind: type = Settings, name: str = "") -> dict[str, type]:
    """Each table of the settings file and its dataclass."""
    found = {name: kind} if name else {}
    for field, hint in get_type_hints(kind, include_extras=True).items():
        inner = get_args(hint)[0] if get_origin(hint) in {tuple, UnionType} else hint
        if is_dataclass(inner) and isinstance(inner, type) and inner.__name__ != "Secret":
            path = f"{name}.{field}" if name else field
            found |= tables(inner, "client" if path == "smtp.client" else path)
    return found


def sections() -> dict[str, str]:
    """The text of docs/settings.md by table."""
    parts = re.split(r"^## \[+([a-z_.]+)\]+$", (ROOT / "docs/settings.md").read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(("name", "kind"), tables().items(), ids=list(tables()))
def test_every_key_of_the_settings_is_documented(name: str, kind: type) -> None:
    """Each table has a section, each key a row, and no row names a key that is not there."""
    text = sections()[name]
    documented = set(re.findall(r"`([a-z_]+)`", " ".join(re.findall(r"^\| (`[^|]+)\|", text, re.MULTILINE))))
    assert documented == {f.name for f in fields(kind)}


def test_every_key_stands_in_the_example_with_its_default(tmp_path: Path) -> None:
    """The example is read as it stands; with every comment sign taken away, all keys are known and of their kind."""
    text = EXAMPLE.read_text()
    open_text = re.sub(r'^# (?=(\[|[a-z_]+ = |"))', "", text, flags=re.MULTILINE)
    for name in ("gate.pem", "gate.key", "ca.pem", "cloud-ca.pem"):
        (tmp_path / "tls").mkdir(exist_ok=True)
        (tmp_path / "tls" / name).touch()
    for name in ("devices.txt", "database.password", "openid.secret", "next-hop.password"):
        (tmp_path / name).write_text("x")
    (tmp_path / "wording" / "notices").mkdir(parents=True)
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    open_text = open_text.replace('database = "sqlite"', 'database = "postgresql://gate@localhost/gate"')
    open_text = open_text.replace('name = ""', 'name = "mail.example.net"')
    open_text = open_text.replace('tls = "opportunistic"', 'tls = "verified"')  # as the password asks
    (tmp_path / "schoolgate.toml").write_text(open_text)
    found = read(tmp_path / "schoolgate.toml", {})
    document = tomllib.loads(open_text)
    for name, kind in tables().items():
        table: Any = document
        for step in name.split("."):
            table = table[step][0] if isinstance(table[step], list) else table[step]
        assert set(table) >= {f.name for f in fields(kind)} - {
            "client",
            "domain" if name == "next_hop" else "",
        }
    assert found.smtp.max_in_flight == 400_000_000


@pytest.mark.parametrize(
    "name", ["smtp", "next_hop", "policy", "storage", "console", "metrics", "scan", "sandbox", "notices"]
)
def test_the_example_shows_the_defaults(name: str) -> None:
    """A number in a comment that is not the default would mislead whoever leaves it out."""
    text = re.sub(r"^# (?=[a-z_]+ = )", "", EXAMPLE.read_text(), flags=re.MULTILINE)
    section = re.split(r"^(?:# )?\[+", text.split(f"\n[{name}]\n")[1], flags=re.MULTILINE)[0]
    shown = tomllib.loads(section)
    for field in fields(tables()[name]):
        value = _default(field)
        if (
            isinstance(value, bool | int | float)
            and field.name in shown
            and not isinstance(shown[field.name], str)
        ):
            assert shown[field.name] == value, field.name


def _default(field: "Field[Any]") -> object:
    return None if field.default is MISSING else field.default


def declared(extra: str | None = None) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return {re.match(r"[A-Za-z0-9._-]+", line)[0] for line in lines}  # type: ignore[index]


def test_every_dependency_has_its_sentence() -> None:
    """What it saves, who keeps it, its licence; and no row for a package that is gone."""
    text = (ROOT / "docs/dependencies.md").read_text()
    running, rest = text.split("## The extra `ocr`")
    pictures, rest = rest.split("## The extra `cluster`")
    machines, testing = rest.split("## For tests and lint only")
    row = re.compile(r"^\| `([^`]+)` \| [^|]+ \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
    assert set(row.findall(running)) == declared()
    assert set(row.findall(pictures)) == declared("ocr")
    assert set(row.findall(machines)) == declared("cluster")
    assert set(row.findall(testing)) == declared("dev")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """Links to files of the project."""
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert "://" in target or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_that_is_shown_exists(page: Path) -> None:
    """`schoolgate x y` in a page is a command of the program."""
    command = get_command(app)
    for line in re.findall(
        r"`schoolgate ([a-z][a-z -]*)|^schoolgate ([a-z][a-z -]*)", page.read_text(), re.MULTILINE
    ):
        words = [w for w in (line[0] or line[1]).split() if not w.startswith("-")]
        group: Any = command
        while words and hasattr(group, "commands"):
            assert words[0] in group.commands, f"schoolgate {' '.join(words)}"
            group = group.commands[words.pop(0)]


def test_the_example_in_deploy_is_the_one_that_init_writes() -> None:
    """One file, two places."""
    assert (ROOT / "deploy/schoolgate.toml").read_text() == EXAMPLE.read_text()


def test_the_annotated_kinds_say_what_they_expect() -> None:
    """Every value of the settings has a check or a type of its own: nothing is taken unseen."""
    for name, kind in tables().items():
        for field, hint in get_type_hints(kind, include_extras=True).items():
            if get_origin(hint) is Annotated:
                assert get_args(hint)[1].expected, f"{name}.{field}"
