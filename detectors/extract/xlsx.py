"""Excel workbooks: every sheet as a table of text with real dates and whole numbers, hidden rows, columns and sheets marked, then the rest of the package."""

import re
from dataclasses import dataclass, field
from functools import partial

from detectors.extract import opc, xlsx_words, xml
from detectors.extract.archive_zip import beginning
from detectors.extract.excel_numbers import date_formats, shown
from detectors.extract.marks import Marks
from detectors.extract.protection.ooxml import lookalikes, sheet_locked
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.tables import put_table
from detectors.extract.xlsx_grid import alike, column_number, grid
from detectors.extract.xlsx_words import text as _text
from detectors.extract.xlsx_xml import closer, last_end, tidy
from detectors.findings import Protection

_SI = re.compile(rb"<(?:\w+:)?si\b[^<>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]*?)(?:/>|>(.*?)</(?:\w+:)?row>)", re.DOTALL)
# Cells as programs write them; a row that holds anything else is read by the patterns below.
_PLAIN = re.compile(
    rb'<c r="([A-Z]{1,3})\d{1,7}"(?: s="(\d{1,6})")?(?: t="(\w{1,9})")?'
    rb'(?:/>|>(<v>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
_PREFIXED = re.compile(rb"<\w+:(?:c|row)\b")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^<>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)</(?:\w+:)?v>")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^<>]*)?>([^<]*)</(?:\w+:)?f>")
_REF = re.compile(rb"\sr=\"([A-Z]{1,3})(\d{1,7})\"")  # and not that of another language, as in "other:r"
_R = re.compile(rb"\sr=\"(\d{1,7})\"")
_STYLE = re.compile(rb"\ss=\"(\d{1,6})\"")
_TYPE = re.compile(rb"\st=\"(\w{1,9})\"")
_COL = re.compile(rb"<(?:\w+:)?col\b[^<>]*>")
_COLUMNS = Marks(columns=rb"[<:]col[^a-zA-Z0-9_]")
_MOST_AROUND = 5_000_000  # bytes before and behind the rows
_MOST_STYLES = 20_000_000  # bytes
_BETWEEN = re.compile(rb">([^<]{2,})<")
_EDGES = re.compile(rb"<(?:odd|even|first)(?:Header|Footer)[^<>]*>([^<]+)<")
# What a filter lets through, and the names, remarks and values of a scenario.
_CHOSEN = re.compile(rb"<(?:\w+:)?(?:filter|customFilter|inputCells|scenario|protectedRange)\s([^<>]*)>")
_SAID = re.compile(rb"\b(?:val|name|user|comment)=\"([^\"]{2,})\"")
_CODES = re.compile(r"&(\"[^\"]*\"|K[0-9A-F]{6}|K\d\d[+-]\d{3}|\d{1,3}|.)", re.DOTALL)
_MINMAX = re.compile(rb"\s(min|max)=\"(\d{1,5})\"")
_HIDDEN = re.compile(rb"\shidden=\"(?:1|true)\"")
_QUOTED = re.compile(r"\"([^\"]{2,})\"|'([^']{2,})'")  # words, and names of sheets
_ONE_VALUE = 2  # marks of a value: it begins and ends


@dataclass(slots=True)
class Book:
    """What all sheets share."""

    strings: list[str] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)  # numbers of the strings that cells name
    above: list[str] = field(default_factory=list)  # how words are spoken, written small above them
    formats: list[bool] = field(default_factory=list)  # style number -> is a date
    epoch_1904: bool = False
    cells: int = 0
    columns: dict[bytes, int] = field(default_factory=dict)


def read(node: Node, out: Reading) -> None:
    """Shared strings and styles first, then each sheet in the order of its tabs."""
    package = opc.open_package(node, out)
    book = Book()
    try:
        _shared(package, book)
        sheets = _sheets(package, book)
    except Unreadable as stop:
        opc.incomplete(package, stop, "workbook")
        sheets = [(n, n.rsplit("/", 1)[-1], False) for n in package.matching("xl/worksheets/")]
    for number, (name, title, hidden) in enumerate(sheets, 1):
        place = f"sheet {number}{' (hidden)' if hidden else ''}"
        out.text(node, title, place=f"{place}, name", hidden=hidden)
        try:
            _sheet(package, book, name, place, hidden=hidden)
        except Unreadable as stop:
            opc.incomplete(package, stop, place)
    unshown = [text for number, text in enumerate(book.strings) if number not in book.shown]
    out.text(node, "\n".join(dict.fromkeys(unshown)), place="words that no cell shows", hidden=True)
    out.text(node, "\n".join(dict.fromkeys(book.above)), place="words above words", hidden=True)
    lookalikes(package)
    opc.finish(package)


def _shared(package: opc.Package, book: Book) -> None:
    relations = package.relations(_main(package)).values()
    name = next((t for kind, t, _ in relations if kind == "sharedStrings"), "xl/sharedStrings.xml")
    if package.has(name):
        data = tidy(package.take(name), package.node, package.out)
        data = closer(data, package.node, package.out)
        for match in _SI.finditer(data, 0, last_end(data, b"si")):
            book.strings.append(xlsx_words.words(match[1] or b"", book.above))
        package.out.check_time()
    styles = next((t for kind, t, _ in relations if kind == "styles"), "xl/styles.xml")
    if package.has(styles):
        first = beginning(package.archive, package.names[styles], _MOST_STYLES)
        first = tidy(first, package.node, package.out)
        book.formats = date_formats(closer(first, package.node, package.out))


def _main(package: opc.Package) -> str:
    relations = package.relations("").values()
    return next((t for kind, t, _ in relations if kind == "officeDocument"), "xl/workbook.xml")


def _sheets(package: opc.Package, book: Book) -> list[tuple[str, str, bool]]:
    """(part, title, hidden) of each sheet."""
    main = _main(package)
    relations = package.relations(main)
    found: list[tuple[str, str, bool]] = []
    names: list[str] = []
    pieces: list[str] = []

    def start(tag: str, a: xml.Attributes) -> None:
        if tag == "sheet":
            link = next((v for k, v in a.items() if xml.local(k) == "id" and ":" in k), "")
            target = relations.get(link, ("", "", False))[1]
            names.append(a.get("name", "") if not package.has(target) else "")
            if package.has(target):
                found.append((target, a.get("name", ""), a.get("state", "visible") != "visible"))
        elif tag == "workbookPr":
            book.epoch_1904 = a.get("date1904", "0") in {"1", "true"}
        elif tag == "definedName":
            names.append(a.get("name", "").replace("_", " ") + " " + a.get("comment", ""))

    xml.walk(package.take(main), package.out, start, lambda _: None, pieces.append)
    package.out.text(
        package.node, "\n".join(names) + "\n" + "".join(pieces), place="defined name", hidden=True
    )
    known = {f[0] for f in found}
    found += [(n, "", True) for n in package.matching("xl/worksheets/") if n not in known]
    return found


def _sheet(package: opc.Package, book: Book, name: str, place: str, *, hidden: bool) -> None:
    node, out = package.node, package.out
    data = tidy(package.take(name), node, out)
    if sheet_locked(data):
        out.protect(node, Protection.LOOKALIKE, "sheet protected: anybody can read it")
    closed = _hidden_columns(data)
    if not closed and _grid(data, book, node, out, place, hidden=hidden):
        return
    data = closer(data, node, out)
    plain = not _PREFIXED.search(data)
    rows: list[list[str]] = []
    places: list[str] = []
    unseen: list[str] = []
    formulas: list[str] = []
    ended = 0
    for index, match in enumerate(_ROW.finditer(data, 0, last_end(data, b"row"))):
        ended = match.end()
        if index % 500 == 0:
            out.check_time()
        if match[2] is None:
            continue
        cells = _plain_cells(match[2], book) if plain else None
        if cells is None:
            cells = _cells(match[2], book, formulas)
        book.cells += len(cells)
        if book.cells > out.limits.cells:
            out.partly(node, "too-many-cells", "has more cells than are read", place=place)
            break
        number = _R.search(match[1])
        at = f"{place}, row {int(number[1]) if number else index + 1}"
        row_hidden = b"hidden" in match[1] and _HIDDEN.search(match[1]) is not None
        if row_hidden or closed:
            gone = [text for column, text in cells if row_hidden or column in closed]
            unseen.extend(t for t in gone if t)
        rows.append(_dense(cells))
        places.append(at + (" (hidden)" if row_hidden else ""))
    put_table(node, out, rows, place, places=places, hidden=hidden)
    if unseen and not hidden:
        out.text(node, "\n".join(unseen), place=f"{place}, hidden rows or columns", hidden=True)
    out.text(node, "\n".join(dict.fromkeys(formulas)), place=f"{place}, formula", hidden=True)
    _around(data, ended, node, out, place)


def _grid(data: bytes, book: Book, node: Node, out: Reading, place: str, *, hidden: bool) -> bool:
    """Whether the sheet was a plain grid, and is read."""
    value, most = partial(_plain, book), out.limits.cells - book.cells
    found = alike(data, value, most)
    if found is None and not _PREFIXED.search(data):
        found = grid(data, value, most)
    out.check_time()
    if found is None:
        return False
    book.cells += found.cells
    put_table(
        node, out, found.rows, place, places=[f"{place}, row {n}" for n in found.numbers], hidden=hidden
    )
    _around(data, found.end, node, out, place)
    return True


def _plain_cells(row: bytes, book: Book) -> list[tuple[int, str]] | None:
    """The cells of a row that holds plain ones alone, ten times as fast; None for any other row."""
    found = _PLAIN.findall(row)
    if len(found) != row.count(b"<c"):
        return None
    columns, cells = book.columns, []
    for letters, style, kind, content, value, words in found:
        if content:
            column = columns.get(letters)
            if column is None:
                column = columns[letters] = column_number(letters)
            cells.append((column, _plain(book, style, kind, value, words)))
    return cells


def _plain(book: Book, style: bytes, kind: bytes, value: bytes, words: bytes) -> str:
    """The text of a plain cell, which holds a value or words."""
    if kind == b"inlineStr" or words:
        return _text(words)
    if kind and kind != b"n":
        return _typed(kind, value, style, book)
    return value.decode() if value.isdigit() and not style else _number(value, style, book)


def _cells(row: bytes, book: Book, formulas: list[str]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    column = 0
    for attributes, inner in _CELL.findall(row, 0, last_end(row, b"c")):
        ref = _REF.search(attributes)
        column = column_number(ref[1]) if ref else column + 1
        if inner:
            found.append((column, _cell(attributes, inner, book)))
            if (
                b"f>" in inner
                and (formula := _FORMULA.search(inner))
                and (b'"' in formula[1] or b"&quot;" in formula[1] or b" " in formula[1])
            ):
                formulas.append(" ".join(a or b for a, b in _QUOTED.findall(_text(formula[1]))))
    return found


def _cell(attributes: bytes, inner: bytes, book: Book) -> str:
    kind = _TYPE.search(attributes)
    value = _VALUE.search(inner)
    words = xlsx_words.words(inner, book.above) if value is None or b"is>" in inner else ""
    if inner.count(b"v>") > _ONE_VALUE:
        words = " ".join((words, *(_text(v) for v in _VALUE.findall(inner)[1:])))
    if value is None or (kind and kind[1] == b"inlineStr"):
        return words
    style = _STYLE.search(attributes)
    shown = _typed(kind[1] if kind else b"", value[1], style[1] if style else b"", book)
    return f"{shown} {words}" if words else shown


def _typed(kind: bytes, value: bytes, style: bytes, book: Book) -> str:
    """The value of a cell by its type."""
    if kind == b"s":
        return _named(value, book)
    if kind in {b"str", b"d", b"e"}:
        return _text(value)
    return _number(value, style, book)


def _named(value: bytes, book: Book) -> str:
    """The string that a cell names by its number."""
    try:
        number = int(value) if value.isdigit() else int(float(_text(value)))
        text = book.strings[number]
    except (ValueError, OverflowError):
        return _text(value)
    except IndexError:
        return ""
    book.shown.add(number)
    return text


def _number(value: bytes, style: bytes, book: Book) -> str:
    number = int(style) if style else 0
    return shown(
        _text(value),
        date=number < len(book.formats) and book.formats[number],
        epoch_1904=book.epoch_1904,
    )


def _dense(cells: list[tuple[int, str]]) -> list[str]:
    """Cells in their columns; far-off cells do not make a wide row: gaps are at most 50 wide."""
    if cells and cells[-1][0] == len(cells) and cells[0][0] == 1:  # columns 1 to n, none left out
        return [text for _, text in cells]
    row: list[str] = []
    shift = 0
    for column, text in cells:
        gap = column - shift - 1 - len(row)
        if gap > 50:
            shift += gap - 50
            gap = 50
        row.extend([""] * max(0, gap))
        row.append(text)
    return row


def _hidden_columns(data: bytes) -> set[int]:
    spans: list[tuple[int, int]] = []
    head = data[:200_000]
    for tag in _COL.findall(head) if _COLUMNS.within(head) else ():
        if _HIDDEN.search(tag):
            ends = {k: int(v) for k, v in _MINMAX.findall(tag)}
            low = ends.get(b"min", 0)
            spans.append((low, min(ends.get(b"max", 0), low + 16_384)))
    found: set[int] = set()
    reached = -1  # the last column so far: none is put in twice, however often it is named
    for low, high in sorted(spans):
        found.update(range(max(low, reached + 1), high + 1))
        reached = max(reached, high)
    return found


def _code(match: re.Match[str]) -> str:
    """A code of a header or footer: left, centre and right are apart, "&&" is a letter, the rest is only looks."""
    code = match[1][0]
    return code if code == "&" else "\n" if code in "LCR" else ""


def _front(data: bytes) -> bytes:
    """What stands in front of the rows."""
    end = data.find(b"<sheetData", 0, _MOST_AROUND)
    return data[: max(end, 0)]


def _around(data: bytes, ended: int, node: Node, out: Reading, place: str) -> None:
    """What stands after the rows: headers and footers, validation lists, filters, tips, links."""
    rest = data[max(ended, 0) :]
    if len(rest) > _MOST_AROUND:
        out.partly(node, "too-big", "has more behind its rows than is read", place=place)
        rest = rest[:_MOST_AROUND]
    rest = _front(data) + rest
    texts = [_text(t) for t in _BETWEEN.findall(rest, 0, rest.rfind(b"<") + 1)]
    texts += [_CODES.sub(_code, _text(t)) for t in _EDGES.findall(rest)]
    texts += [
        _text(v)
        for v in re.findall(
            rb"\b(?:prompt|promptTitle|error|errorTitle|tooltip|display|location|codeName|text)=\"([^\"]{2,})\"",
            rest,
        )
    ]
    texts += [_text(v) for tag in _CHOSEN.findall(rest) for v in _SAID.findall(tag)]
    out.text(
        node, "\n".join(dict.fromkeys(texts)), place=f"{place}, header, footer and validation", hidden=True
    )
