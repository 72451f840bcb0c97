"""The commands as a person on the server uses them: the real program, a real installation in a folder."""

import json
import re
from pathlib import Path

import pytest

from tests.support.documents import CLASS_LIST, XLSX, xlsx
from tests.support.gate import PUPILS, Gate, make_gate
from tests.support.mail import make_message
from tests.support.servers import free_port

pytestmark = pytest.mark.slow

ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    """A new installation with keys and tables."""
    gate = make_gate(tmp_path_factory.mktemp("cli"), next_hop=free_port())
    gate.run("migrate")
    return gate


def scan(gate: Gate, raw: bytes, *, to: str = "club@example.net") -> dict[str, object]:
    file = gate.root / "message.eml"
    file.write_bytes(raw.replace(b"\r\n", b"\n"))
    found = gate.json("scan", str(file), "--from", "s.green@example.sch.uk", "--to", to)
    assert isinstance(found, dict)
    return found


def test_init_makes_a_folder_that_check_can_look_at(tmp_path: Path, gate: Gate) -> None:
    """Settings that are read as they stand, lists with headers, keys with safe modes; nothing is overwritten."""
    home = tmp_path / "new"
    gate.run("init", str(home))
    assert (home / "var/keys/store.key").stat().st_mode & 0o077 == 0
    (home / "pupils.csv").write_text(PUPILS)
    checked = gate.run("check", "--config", str(home / "schoolgate.toml"))
    assert "finds a pupil's name in a subject" in checked.stdout
    again = gate.run("init", str(home), check=False)
    assert again.returncode != 0
    assert "nothing was changed" in again.stderr


def test_check_says_what_is_wrong_and_fails(gate: Gate, tmp_path: Path) -> None:
    """A directory without pupils is broken, said with its remedy; exit code 1."""
    broken = make_gate(tmp_path / "broken", next_hop=free_port())
    broken.run("migrate")
    (broken.root / "pupils.csv").write_text(PUPILS.splitlines()[0] + "\n")
    done = broken.run("check", check=False)
    assert done.returncode == 1
    assert "allow_empty" in done.stdout


def test_scan_answers_a_machine_with_the_agreed_json(gate: Gate) -> None:
    """action, hits with policy and why, findings with kind, where and masked; and no value."""
    found = scan(gate, make_message(subject="Amelia Thompson and the zoo"))
    assert found["action"] == "block"
    assert {"policy", "why"} <= found["hits"][0].keys()
    assert {"kind", "where", "masked"} <= found["findings"][0].keys()
    assert "Thompson" not in json.dumps(found)


@pytest.mark.parametrize(
    ("raw", "actions"),
    [
        (make_message(subject="Sports day"), {"allow", "log"}),
        (make_message(attach=(("list.xlsx", XLSX, xlsx(CLASS_LIST)),)), {"ask", "quarantine"}),
    ],
    ids=["clean", "open class list"],
)
def test_scan_says_what_would_become_of_a_message(gate: Gate, raw: bytes, actions: set[str]) -> None:
    """The same verdict as the running gateway's, and nothing is kept."""
    assert scan(gate, raw)["action"] in actions
    assert gate.json("held", "list") == []


def test_directory_show_counts_and_names_nobody(gate: Gate) -> None:
    """Counts, version and ages of files."""
    shown = gate.run("directory", "show", "--json").stdout
    assert json.loads(shown)["pupils"] == 6
    assert "Thompson" not in shown


def test_directory_import_takes_all_or_nothing(gate: Gate, tmp_path: Path) -> None:
    """A broken or far smaller export leaves the old list; a right one replaces it in one step."""
    before = (gate.root / "pupils.csv").read_bytes()
    (tmp_path / "broken.csv").write_text("id,nonsense\n1,2\n")
    assert (
        gate.run("directory", "import", "--pupils", str(tmp_path / "broken.csv"), check=False).returncode
        == 78
    )
    (tmp_path / "small.csv").write_text("\n".join(PUPILS.splitlines()[:3]) + "\n")
    small = gate.run("directory", "import", "--pupils", str(tmp_path / "small.csv"), check=False)
    assert "--shrink" in small.stderr
    assert (gate.root / "pupils.csv").read_bytes() == before
    (tmp_path / "more.csv").write_text(PUPILS + "7,,Esme,,Vasquez,,,2016-02-02,2B\n")
    gate.run("directory", "import", "--pupils", str(tmp_path / "more.csv"))
    assert b"Vasquez" in (gate.root / "pupils.csv").read_bytes()
    (gate.root / "pupils.csv").write_bytes(before)


def test_user_add_prints_a_link_and_reset_mfa_needs_no_mail(gate: Gate) -> None:
    """An account is made on the server; its owner sets the password by a link that works once."""
    added = gate.run("user", "add", "dpo@example.sch.uk", "--role", "dpo")
    assert f"http://127.0.0.1:{gate.console_port}/" in added.stdout
    gate.run("user", "reset-mfa", "dpo@example.sch.uk")
    rows = gate.json("user", "list")
    assert "dpo@example.sch.uk" in [row["email"] for row in rows]
    assert gate.run("user", "add", "dpo@example.sch.uk", "--role", "dpo", check=False).returncode == 1


def test_audit_verify_says_that_the_record_is_whole(gate: Gate, tmp_path: Path) -> None:
    """In the database, and in an export on any other machine; one changed line is found."""
    gate.run("user", "add", "auditor@example.sch.uk", "--role", "auditor")
    assert gate.json("audit", "verify")["problem"] == ""
    file = tmp_path / "audit.jsonl"
    gate.run("audit", "export", str(file))
    assert gate.run("audit", "verify", "--file", str(file)).returncode == 0
    file.write_text(file.read_text().replace("account", "acc0unt", 1))
    assert gate.run("audit", "verify", "--file", str(file), check=False).returncode == 1


def test_policy_list_explain_and_check(gate: Gate, tmp_path: Path) -> None:
    """The set in force in words; a file of one's own is checked with the nearest valid word."""
    listed = gate.json("policy", "list")
    assert {"id", "action", "why", "clause"} <= listed["policies"][0].keys()
    assert gate.run("policy", "explain").stdout
    (tmp_path / "own.toml").write_text("[[policy]]\nid = 'x'\nactoin = 'ask'\n")
    wrong = gate.run("policy", "check", str(tmp_path / "own.toml"), check=False)
    assert wrong.returncode == 1
    assert "own.toml" in wrong.stderr


@pytest.mark.parametrize(
    "command", [("held", "show"), ("held", "release"), ("held", "return"), ("held", "delete")]
)
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_reference_that_nobody_knows_is_said_plainly(
    gate: Gate, command: tuple[str, ...], more: tuple[str, ...]
) -> None:
    """No traceback, exit code 1; a decision needs no reason and may answer in JSON."""
    done = gate.run(*command, "01ABCDEFGH", *more, check=False)
    assert (done.returncode, done.stderr.strip()) == (1, "schoolgate: no message of this reference is known")


def test_a_broken_settings_file_is_one_line_and_exit_code_78(gate: Gate, tmp_path: Path) -> None:
    """systemd reads 78 as "configuration"."""
    file = tmp_path / "schoolgate.toml"
    file.write_text(gate.config.read_text().replace("[policy]", "[polciy]"))
    done = gate.run("check", "--config", str(file), check=False)
    assert done.returncode == 78
    assert done.stderr.strip() == f'schoolgate: {file}: polciy: unknown key; did you mean "policy"?'
