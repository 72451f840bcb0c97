"""Style sheets of a page: the words in them, and what the page shows where a rule takes words out of a line."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from selectolax.lexbor import LexborNode

from detectors.extract.html_source import WORDY
from detectors.extract.marks import Marks

HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$)|mso-hide\s*:\s*all|opacity\s*:\s*0\s*(?:;|$)|(?:max-height|max-width)\s*:\s*0",
    re.IGNORECASE,
)
_DRAWN = re.compile(r"content\s*:((?:\"[^\"]*\"|'[^']*'|[^;}\"'])*+)", re.IGNORECASE)
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_REMARK = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_BRACES = re.compile(r"([{}])")
_NAME = re.compile(r"[.#]?[\w-]+")
_LAST = re.compile(r"[^\s>+~]+\s*$")
_LOOK = Marks(
    hides=rb"(?i)(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity|max-height|max-width)\s*:\s*0|mso-hide\s*:\s*all)",
    sheets=rb"(?i)(?:^|[\s,}>+~*/])style\s*[{,.:#>+~\[]",
)
_LETTERS_LAST = 0x10FFFF


def words(sheet: str) -> list[str]:
    """What a rule draws, remarks, and what is no rule."""
    found = ["".join(_letters(a or b) for a, b in _QUOTED.findall(m)) for m in _DRAWN.findall(sheet)]
    last = sheet.rfind("*/") + 2
    found += _REMARK.findall(sheet, 0, last)
    found += filter(WORDY.search, _outside(sheet))
    return found


def _letters(quoted: str) -> str:
    """With letters that are written by their number."""
    if "\\" not in quoted:
        return quoted
    return _ESCAPE.sub(lambda m: chr(n) if (n := int(m[1], 16)) <= _LETTERS_LAST else "", quoted)


def _outside(sheet: str) -> Iterator[str]:
    """Pieces between braces that are neither selectors nor pairs of a property and its value."""
    last = sheet.rfind("*/") + 2
    bare = _REMARK.sub(" ", sheet[:last]) + sheet[last:]
    pieces = _BRACES.split(bare)
    for piece, brace in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        if brace == "}":
            yield from (one for one in piece.split(";") if ":" not in one)
        elif not brace and not piece.lstrip().startswith("@"):
            yield piece.replace("<!--", "").replace("-->", "")


def look(sheet: str) -> set[str]:
    """Whether a rule hides something, and whether one is about style sheets themselves, which browsers can be told to show."""
    return _LOOK.within(sheet.encode("utf-8", "surrogatepass"))


def hiding(sheets: Iterable[str]) -> frozenset[str]:
    """Classes, identifiers and tags whose elements a rule may take from sight."""
    found: set[str] = set()
    for sheet in sheets:
        for selectors, rule in pairwise(_BRACES.split(sheet)[::2]):
            found |= _named(selectors, rule)
    return frozenset(found)


def _named(selectors: str, rule: str) -> set[str]:
    if not HIDES.search(rule):
        return set()
    last = (match[0] for one in selectors.split(",") if (match := _LAST.search(one)))
    return {name.lower() for one in last for name in _NAME.findall(one)}


def shown(root: LexborNode, hidden: frozenset[str], blocks: frozenset[str]) -> str:
    """The words of the page without what its styles hide, and with those set above words; "" where nothing inside a line is either."""
    pieces: list[str] = []
    differs = False
    stack: list[LexborNode] = [root]
    while stack:
        item = stack.pop()
        tag = item.tag or ""
        if tag == "-text":
            pieces.append(item.text_content or "")
            continue
        if tag in {"style", "script", "template"} or tag.startswith("-"):
            continue
        differs = differs or tag in {"rt", "rp"}
        if _is_hidden(item, tag, hidden):
            differs = differs or tag not in blocks
            continue
        if tag in blocks:
            pieces.append("\n")
        stack.extend(reversed(list(item.iter(include_text=True))))
    return "".join(pieces) if differs else ""


def _is_hidden(item: LexborNode, tag: str, hidden: frozenset[str]) -> bool:
    attributes = item.attributes
    names = {tag, f"#{attributes.get('id') or ''}".lower()}
    names.update(f".{name}".lower() for name in (attributes.get("class") or "").split())
    return not hidden.isdisjoint(names) or HIDES.search(attributes.get("style") or "") is not None
