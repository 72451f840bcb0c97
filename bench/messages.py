"""`python -m bench messages`: every text that a sender or officer is told by mail or page, written to quarantine/locale/django.pot.

It keeps one promise: what a translator does not find in that file is not shown to a sender.
"""

import ast
import io
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from detectors.kinds import KINDS
from quarantine.notices.wording import PHRASE

ROOT = Path(__file__).resolve().parent.parent
POT = ROOT / "quarantine" / "locale" / "django.pot"
TEXTS = (ROOT / "quarantine" / "notices", ROOT / "quarantine" / "pages")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def catalogue() -> Catalog:
    """All texts as they are in the tree now."""
    found = Catalog(project="Schoolgate", copyright_holder="", charset="utf-8", fuzzy=False)
    for path in sorted(path for folder in TEXTS for path in folder.rglob("*")):
        if path.suffix in {".md", ".txt", ".html"}:
            source = templatize(path.read_text("utf-8"), origin=path.name)
        elif path.suffix == ".py":
            source = path.read_text("utf-8")
        else:
            continue
        for message, context in _texts(source):
            found.add(message, context=context, locations=[(str(path.relative_to(ROOT)), 1)])
    for text, place in (*_elsewhere(), *_places()):
        found.add(text, locations=[(place, 1)])
    return found


def committed() -> Catalog:
    """All texts as the file has them."""
    with POT.open("rb") as file:
        return read_po(file)


def keys(of: Catalog) -> set[Any]:
    """What identifies the texts of a catalogue."""
    return {message.id for message in of if message.id}


def main() -> None:
    """Write the file anew."""
    POT.parent.mkdir(exist_ok=True)
    with POT.open("wb") as file:
        write_po(file, catalogue(), width=100, omit_header=False, sort_output=True, include_lineno=False)


def _texts(source: str) -> Iterator[tuple[Any, str | None]]:
    """The messages of Python source, or of a template turned into the calls that it makes."""
    try:
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            yield message, context
    except tokenize.TokenError as wrong:
        raise SystemExit(f"a text cannot be read: {wrong}") from None


def _elsewhere() -> Iterator[tuple[str, str]]:
    """Words that notices show and that stand outside the quarantine: kinds of findings, and the shipped policies."""
    for kind in KINDS.values():
        yield kind.plain, "detectors/kinds.py"
    for pack in sorted((ROOT / "policies" / "packs").glob("*.toml")):
        for text in sorted(set(_whys(tomllib.loads(pack.read_text("utf-8"))))):
            yield text, f"policies/packs/{pack.name}"


def _places() -> Iterator[tuple[str, str]]:
    """The words with which detectors say where in a part something stands: "sheet", "hidden text"."""
    for path in sorted((ROOT / "detectors").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for text in _constants(_said(node)):
                for phrase in PHRASE.findall(text):
                    yield phrase, str(path.relative_to(ROOT))


def _said(node: ast.AST) -> ast.AST | None:
    """The value that is given as `place`."""
    if isinstance(node, ast.keyword) and node.arg == "place":
        return node.value
    if isinstance(node, ast.Assign):
        names = {ast.unparse(target).lower().rpartition(".")[2] for target in node.targets}
        return node.value if any(name.endswith(("place", "places")) for name in names) else None
    if isinstance(node, ast.FunctionDef) and node.name.endswith(("place", "place_of")):
        return ast.Module(
            body=[one for one in ast.walk(node) if isinstance(one, ast.Return)], type_ignores=[]
        )
    return None


def _constants(node: ast.AST | None) -> Iterator[str]:
    for one in ast.walk(node) if node else ():
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _whys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "why" and isinstance(inner, str):
                yield inner
            else:
                yield from _whys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _whys(inner)


if __name__ == "__main__":
    main()
