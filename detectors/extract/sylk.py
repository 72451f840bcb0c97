"""Tables in the old exchange formats that Excel still opens: SYLK (.slk) and DIF."""

import re

from detectors.extract.charsets import decode
from detectors.extract.plain import read_text
from detectors.extract.reading import Node, Reading
from detectors.extract.tables import put_table

_FIELD = re.compile(r";([A-Z])((?:\"(?:[^\"]|\"\")*\"|;;|[^;\r\n])*)")
_COLUMNS = 16_384
_ESCAPED = re.compile(r"\x1b..|;;")


def read_slk(node: Node, out: Reading) -> None:
    """Cells by their row and column; then the file as text, for what no cell holds."""
    cells: dict[int, dict[int, str]] = {}
    row = column = 1
    for line in decode(node.data, node.facts.get("charset", "")).splitlines()[: out.limits.cells]:
        fields = dict(_FIELD.findall(line))
        row, column = _number(fields.get("Y"), row), _number(fields.get("X"), column)
        if line.startswith("C;") and "K" in fields and column <= _COLUMNS:
            cells.setdefault(row, {})[column] = _word(fields["K"])
    _put(cells, node, out)
    read_text(node, out)


def read_dif(node: Node, out: Reading) -> None:
    """Pairs of lines: a type with a number, then a word; "BOT" begins a row."""
    lines = decode(node.data, node.facts.get("charset", "")).splitlines()[: out.limits.cells]
    rows: list[list[str]] = []
    start = next((n + 3 for n, line in enumerate(lines) if line.strip() == "DATA"), len(lines))
    for head, word in zip(lines[start::2], lines[start + 1 :: 2], strict=False):
        kind, _, number = head.partition(",")
        if kind.strip() == "-1":
            if word.strip() != "BOT":
                break
            rows.append([])
        elif rows:
            rows[-1].append(_word(word) if kind.strip() == "1" else number.strip())
    put_table(node, out, rows, "")
    read_text(node, out)


def _put(cells: dict[int, dict[int, str]], node: Node, out: Reading) -> None:
    if sum(map(max, cells.values())) > out.limits.cells:
        out.partly(node, "too-many-cells", "its cells lie too far apart: read without their rows")
        return
    rows = [[found.get(n, "") for n in range(1, max(found) + 1)] for _, found in sorted(cells.items())]
    put_table(node, out, rows, "", places=[f"row {n}" for n in sorted(cells)])


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else default


def _word(text: str) -> str:
    return _ESCAPED.sub(" ", text.strip().removeprefix('"').removesuffix('"').replace('""', '"'))
