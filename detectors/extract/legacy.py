"""Old binary Office files: Word's piece table, PowerPoint's atoms, Excel's rows; then the sweep."""

import io
import re
import struct
from datetime import date, datetime
from itertools import pairwise

import olefile
import python_calamine

from detectors.extract import ole
from detectors.extract.clean_compound import wrap
from detectors.extract.excel_numbers import shown
from detectors.extract.panics import LibraryPanic, contained
from detectors.extract.protection import legacy as locks
from detectors.extract.protection import rights
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sweep import strings
from detectors.extract.tables import put_table
from detectors.findings import Protection, Read

_FIELD = re.compile("\x13[^\x13-\x15]{0,2000}\x14?|[\x15\x01\x08]")
_DENSE = 4_000_000  # cells that calamine would allocate: it keeps empty ones
_SHEET = re.compile(rb"\x85\0[\x08-\x50]\0(?=.{6})", re.DOTALL)  # where a workbook says that a sheet begins
_SHEETS, _MOST_SHEETS = 200_000, 20
_CELL_RECORDS = frozenset(
    {0x0006, 0x0203, 0x0204, 0x027E, 0x00FD, 0x00BD, 0x0201, 0x0205, 0x0003, 0x0004, 0x0002, 0x00D6}
)


def read_doc(node: Node, out: Reading) -> None:
    """Word 97 to 2003; older ones by sweep."""
    with ole.open_ole(node.data) as file:
        if _drm(file, node, out):
            return
        word = ole.take(file, "WordDocument", out)
        if _locked(node, out, locks.doc(word)):
            return
        table = _table_stream(word, file, out)
        _guarded(node, out, locks.doc_guard(word, table))
        out.text(node, _pieces(word, table, out.limits.part_chars))
        out.text(node, strings(word), place="elsewhere in the file", hidden=True)
        ole.rest(file, node, out, {"WordDocument"})


def _table_stream(word: bytes, file: olefile.OleFileIO, out: Reading) -> bytes:
    name = "1Table" if word[11:12] and word[11] & 0x02 else "0Table"
    return ole.take(file, name, out) if file.exists(name) else b""


def _pieces(word: bytes, table: bytes, most: int) -> str:
    """The text in its order, by the piece table; "" where there is none (the sweep has it). Of pieces that lie over each other no more than is read."""
    try:
        where, size = struct.unpack("<II", word[0x01A2:0x01AA])
        clx = table[where : where + size]
        at = 0
        while at < len(clx) and clx[at] == 1:
            at += 3 + struct.unpack("<H", clx[at + 1 : at + 3])[0]
        if at >= len(clx) or clx[at] != 2:
            return ""
        length = struct.unpack("<I", clx[at + 1 : at + 5])[0]
        plc = clx[at + 5 : at + 5 + length]
        count = (length - 4) // 12
        starts = struct.unpack(f"<{count + 1}I", plc[: 4 * (count + 1)])
        pieces, length, first = [], 0, 4 * (count + 1)
        for at, (start, end) in zip(range(first, first + 8 * count, 8), pairwise(starts), strict=True):
            pieces.append(_piece(word, plc[at : at + 8], end - start))
            length += len(pieces[-1])
            if length > most:
                break
    except (struct.error, IndexError, OverflowError):
        return ""
    text = _FIELD.sub(" ", "".join(pieces)).replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    text = text.replace("\x05", "")
    return text.replace("\x07\x07", "\n").replace("\x07", "\t")


def _piece(word: bytes, descriptor: bytes, chars: int) -> str:
    start = struct.unpack("<I", descriptor[2:6])[0]
    if start & 0x40000000:
        start = (start & 0x3FFFFFFF) // 2
        return word[start : start + chars].decode("cp1252", "replace")
    return word[start : start + chars * 2].decode("utf-16-le", "replace")


def read_ppt(node: Node, out: Reading) -> None:
    """Text atoms in their order, over all slides, notes and masters."""
    with ole.open_ole(node.data) as file:
        if _drm(file, node, out):
            return
        user = ole.take(file, "Current User", out) if file.exists("Current User") else b""
        if _locked(node, out, locks.ppt(user)):
            return
        data = ole.take(file, "PowerPoint Document", out) if file.exists("PowerPoint Document") else b""
        out.text(node, "\n".join(_atoms(data, out)))
        ole.rest(file, node, out, {"PowerPoint Document", "Current User", "Pictures"})


def _atoms(data: bytes, out: Reading) -> list[str]:
    found, at, count = [], 0, 0
    room = 2 * out.limits.part_chars  # bytes: atoms that lie inside each other are no more text than is read
    while at + 8 <= len(data) and room > 0:
        count += 1
        if count % 5_000 == 0:
            out.check_time()
        version, kind, size = struct.unpack("<HHI", data[at : at + 8])
        at += 8
        room -= min(size, len(data) - at) if kind in {0x0FA0, 0x0FBA, 0x0FA8} else 0
        if kind in {0x0FA0, 0x0FBA}:
            found.append(
                data[at : at + size].decode("utf-16-le", "replace").replace("\r", "\n").replace("\x0b", "\n")
            )
        elif kind == 0x0FA8:
            found.append(
                data[at : at + size].decode("cp1252", "replace").replace("\r", "\n").replace("\x0b", "\n")
            )
        if version & 0xF != 0xF:
            at += size
    return found


def read_xls(node: Node, out: Reading) -> None:
    """Rows by calamine where its dense grid fits, and the sweep for all else."""
    with ole.open_ole(node.data) as file:
        if _drm(file, node, out):
            return
        name = next((n for n in ("Workbook", "Book", "BOOK", "WORKBOOK") if file.exists(n)), "")
        book = ole.take(file, name, out) if name else b""
        if _locked(node, out, locks.xls(book)):
            return
        _guarded(node, out, locks.xls_guard(book))
        if not book:  # another reader might find a workbook in the ruins, of any extent
            out.text(node, strings(node.data), place="somewhere in the file", hidden=True)
            raise Unreadable("corrupt", "a workbook without its sheets")
        if _extent(book, out) > _DENSE:
            out.partly(node, "too-many-cells", "its cells lie too far apart: read without their rows")
        else:
            sheets(node, out, wrap(name.capitalize(), book))
        out.text(node, strings(book), place="elsewhere in the workbook", hidden=True)
        ole.rest(file, node, out, {name})


def _extent(book: bytes, out: Reading) -> int:
    """Cells of the dense grids, from the records themselves: what a file declares is not to be trusted."""
    cells, sheets_at = _extent_from(book, 0, out)
    said = {struct.unpack_from("<I", book, m.end())[0] for m in _SHEET.finditer(book[:_SHEETS])}
    odd = sorted(said - sheets_at)[:_MOST_SHEETS]  # a sheet that begins where no record does
    return cells + sum(_extent_from(book, start, out)[0] for start in odd)


def _extent_from(book: bytes, start: int, out: Reading) -> tuple[int, set[int]]:
    """Cells of the sheets that follow each other from here, and where each begins."""
    at, total, rows, columns, count = start, 0, 0, 0, 0
    begins: set[int] = set()
    while at + 4 <= len(book):
        count += 1
        if count % 20_000 == 0:
            out.check_time()
        kind, size = struct.unpack_from("<HH", book, at)
        if kind in _CELL_RECORDS and size >= 4:
            row, column = struct.unpack_from("<HH", book, at + 4)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind == 0x0A:
            total, rows, columns = total + rows * columns, 0, 0
        elif kind & 0xFF == 0x09:
            begins.add(at)
        at += 4 + size
    return total + rows * columns, begins


def sheets(node: Node, out: Reading, clean: bytes = b"") -> bool:
    """Every sheet as a table, by calamine: xls and xlsb. Whether it could be."""
    try:
        with contained():
            book = python_calamine.load_workbook(io.BytesIO(clean or node.data))
        for number, meta in enumerate(book.sheets_metadata, 1):
            hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
            place = f"sheet {number}{' (hidden)' if hidden else ''}"
            out.text(node, meta.name, place=f"{place}, name", hidden=hidden)
            with contained():
                sheet = book.get_sheet_by_name(meta.name)
            first = sheet.start[0] if sheet.start else 0
            rows = [[_cell(v) for v in row] for row in sheet.to_python(skip_empty_area=True)]
            put_table(
                node,
                out,
                rows,
                place,
                places=[f"{place}, row {first + i}" for i in range(1, len(rows) + 1)],
                hidden=hidden,
            )
            out.check_time()
    except (python_calamine.CalamineError, LibraryPanic, ValueError, OSError, KeyError, IndexError) as error:
        out.partly(node, "corrupt", f"its rows cannot be read ({type(error).__name__}), only its words")
        return False
    return True


def _cell(value: object) -> str:
    if isinstance(value, float):
        return shown(repr(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _drm(file: olefile.OleFileIO, node: Node, out: Reading) -> bool:
    if not ole.rights_managed(ole.streams(file, out)):
        return False
    rights.managed(node, out)
    return True


def _guarded(node: Node, out: Reading, how: str) -> None:
    if how:
        out.protect(node, Protection.LOOKALIKE, how)


def _locked(node: Node, out: Reading, lock: tuple[Protection, str]) -> bool:
    protection, how = lock
    if protection is Protection.NONE:
        return False
    node.facts["crypto"] = "legacy"
    if plain := locks.opened(node.data):
        out.protect(node, Protection.LOOKALIKE, "opens with the default password that every program tries")
        out.unpacked(len(plain))
        if plain == node.data:
            raise Unreadable("encryption", "encrypted in a way that is not understood")
        out.child(node, plain, name=node.name)
        return True
    out.protect(node, protection, how)
    node.read, node.why = Read.NOT, "locked"
    rights.beside(node, out)
    out.locked.append(node)
    return True
