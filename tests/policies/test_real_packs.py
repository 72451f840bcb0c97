"""Every cell of rule by school from real messages with real files, through `schoolgate scan` on a folder, for all six packs."""

import json
from pathlib import Path
from typing import Any

import pytest

from policies import pack_names
from quarantine import keys
from tests.policies.real_files import DIRECTORY
from tests.policies.real_mail import Real, all_of_them
from tests.support.gate import Gate, make_gate

pytestmark = pytest.mark.slow
ORDER = ("seed-000", "seed-001", "seed-002", "seed-003", "seed-004", "default")
ROWS = all_of_them()
LISTS = 'contacts = ["contacts.csv"]\npartners = ["partners.csv"]\noutsiders = ["outsiders.csv"]'


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    """The made-up school of the messages; pictures are judged by their names and the words around them."""
    made = make_gate(tmp_path_factory.mktemp("packs"), next_hop=2, extra="[scan]\nocr = false\n")
    for name, text in DIRECTORY.items():
        (made.root / name).write_text(text)
    made.config.write_text(made.config.read_text().replace('contacts = ["contacts.csv"]', LISTS))
    keys.make(made.root / "var/keys")
    return made


@pytest.fixture(scope="module")
def verdicts(gate: Gate) -> dict[str, dict[str, Any]]:
    """What one run of the command says of each message under each pack."""
    folder = gate.root / "mail"
    folder.mkdir()
    for number, row in enumerate(ROWS):
        (folder / f"{number:03}.eml").write_bytes(row.raw)
    sets = [word for pack in ORDER for word in ("--set", pack)]
    lines = gate.run("scan", str(folder), "--json", *sets).stdout.splitlines()
    found = [json.loads(line) for line in lines]
    return {ROWS[int(Path(one["file"]).stem)].label: one["verdicts"] for one in found}


def test_every_pack_has_more_than_forty_messages() -> None:
    """Of one table, so that the packs can be compared."""
    assert len({row.label for row in ROWS}) == len(ROWS) >= 40
    assert set(ORDER) == set(pack_names())


@pytest.mark.parametrize("row", ROWS, ids=[row.label for row in ROWS])
def test_each_cell_with_a_real_message(row: Real, verdicts: dict[str, dict[str, Any]]) -> None:
    """Under each pack: the action, the roles who decide, and whether it is a rule of the school or a tip."""
    for pack, expected in zip(ORDER, row.expected.split(), strict=True):
        action, _, roles = expected.rstrip("*").partition(":")
        said = verdicts[row.label][pack]
        assert said["action"] == action, (pack, said["leading"])
        assert not roles or set(roles.split("+")) <= set(said["reviewers"]), pack
        assert not expected.endswith("*") or said["advice"], (pack, said["leading"])


def test_a_folder_is_told_to_people_as_a_table(gate: Gate, verdicts: dict[str, Any]) -> None:
    """One line a message, one column a set; no address, name or subject in it."""
    assert verdicts
    some = gate.root / "some"
    some.mkdir()
    (some / "one.eml").write_bytes(ROWS[0].raw)
    (some / "two.eml").write_bytes(ROWS[2].raw)
    told = gate.run("scan", str(some), "--set", "seed-003", "--set", "default").stdout
    assert "one.eml" in told
    assert "block: subject-full-name" in told
    assert "Thompson" not in told
    assert "@" not in told


def test_one_message_needs_no_envelope(gate: Gate) -> None:
    """Its header says who and to whom; with options they are what the options say."""
    (gate.root / "named.eml").write_bytes(ROWS[0].raw)
    said = gate.json("scan", "named.eml")
    assert isinstance(said, dict)
    assert said["action"] == "block"
    inside = gate.json("scan", "named.eml", "--to", "office@example.sch.uk")
    assert isinstance(inside, dict)
    assert inside["action"] == "allow"
    (gate.root / "folder").mkdir()
    (gate.root / "folder" / "named.eml").write_bytes(ROWS[0].raw)
    refused = gate.run("scan", "folder", "--to", "office@example.sch.uk", check=False)
    assert "for one message" in refused.stderr
