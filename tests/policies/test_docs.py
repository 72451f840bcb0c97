"""The pages about policies say what the packs do, and their examples load."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from policies import load_set
from policies.explain import explain_set
from policies.loader import parse_set
from policies.sheet import one_page, pages

DOCS = Path(__file__).parents[2] / "docs"
COVER = """
[[policy]]
id = "cover"
why = "Everything that cannot be read is noted."
action = "log"
when = { finding = ["unreadable:*", "protected:*"], recipient = "outside" }
"""
PARTNERS = '\n[[list]]\nname = "partners"\nwhat = "Partners"\n'
PAGES = pages()
EXAMPLES = re.findall(r"```toml\n(.*?)```", (DOCS / "policies.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_generated_pages_are_up_to_date(name: str) -> None:
    """After a change: python -c "from pathlib import Path; from policies.sheet import write; write(Path('docs/policies'))"."""
    assert (DOCS / "policies" / name).read_text(encoding="utf-8") == PAGES[name]


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_examples_load(example: str) -> None:
    """Each example of docs/policies.md is a right piece of a set."""
    assert parse_set(example + PARTNERS + COVER, name="example").policies


def test_the_sheet_for_governors_is_one_page() -> None:
    """Short lines, no codes: what is refused, held, asked, and what cannot be enforced."""
    sheet = one_page(load_set("default"))
    assert sheet.count("\n") < 75
    assert "`" not in sheet
    assert "No mail gateway can enforce" in sheet


def test_a_departure_from_the_text_stands_on_the_sheet_with_its_signature() -> None:
    """Nobody has signed what ships; what the DPO signs says so."""
    shipped = load_set("seed-003")
    assert "Where this departs from the written policy" in one_page(shipped)
    assert "Nobody has signed it yet." in one_page(shipped)
    [switch] = shipped.switches
    signed = replace(shipped, switches=(replace(switch, signed_by="the DPO, 1 September 2026"),))
    assert "Signed by the DPO, 1 September 2026." in one_page(signed)
    assert "departs" not in one_page(load_set("default"))


@pytest.mark.parametrize("name", sorted(Path(name).stem for name in PAGES if name != "conditions.md"))
def test_roles_are_called_as_people_call_them(name: str) -> None:
    """A Data Protection Officer read “Told besides: it” and asked who."""
    words = explain_set(load_set(name))
    assert not re.search(r"(?:by|besides:) (?:it|dpo|dsl|hr)[.,; ]", words.partition("\n\n")[2])
