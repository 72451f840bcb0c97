"""Tables of Pages, Numbers and Keynote: rows of words, whole numbers and real dates, from Apple's records as they have been since 2013."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.tables import put_table

Record = dict[int, list[int | bytes]]  # the fields of a message, by their numbers
_MODEL, _TILE, _STRINGS, _RICH = 6001, 6002, frozenset({6005, 6011}), 6218  # kinds of records
_TEXTS = frozenset({2001, 2005})
_KEPT = frozenset({_MODEL, _TILE, _RICH}) | _STRINGS | _TEXTS
_STORAGE = 5  # the version of cells that is read; all programs since 2020 write it
_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
_BIAS = 0x1820  # of the exponent of a decimal number
_WIDEST = 1_000  # columns, which is as many as Numbers allows
_CELL = 64  # bytes that a cell's head and values take at most
_NONE = 0xFFFF  # where a row has no cell
_NUMBER, _WORDS, _DATE, _TRUTH, _LENGTH, _RICH_WORDS, _MONEY = 2, 3, 5, 6, 7, 9, 10  # kinds of cells


@dataclass(slots=True)
class Records:
    """The records of a document that its tables need, by their numbers."""

    kinds: dict[int, int] = field(default_factory=dict)
    bodies: dict[int, bytes] = field(default_factory=dict, repr=False)

    def add(self, plain: bytes) -> None:
        """All records of one unpacked file. What does not add up ends it."""
        at = 0
        while at < len(plain):
            size, at = _varint(plain, at)
            head = fields(plain[at : at + size])
            at += size
            for raw in head.get(2, []):
                about = fields(_bytes(raw))
                kind, length = _first(about, 1), _first(about, 3)
                if kind in _KEPT:
                    self.kinds[_first(head, 1)] = kind
                    self.bodies[_first(head, 1)] = plain[at : at + length]
                at += length

    def record(self, reference: Record) -> Record:
        """What a reference points to; empty where that is not kept."""
        return fields(self.bodies.get(_first(reference, 1), b""))


def fields(data: bytes) -> Record:
    """The fields of a message in the form of Protocol Buffers; ValueError where it does not add up."""
    found: Record = {}
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        value: int | bytes
        if key & 7 == 0:
            value, at = _varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(key & 7, 0)
            if key & 7 == 2:
                size, at = _varint(data, at)
            if (not size and key & 7 != 2) or at + size > len(data):
                raise ValueError("a field that does not add up")
            value, at = data[at : at + size], at + size
        found.setdefault(key >> 3, []).append(value)
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for place, byte in enumerate(data[at : at + 10]):
        number |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            return number, at + place + 1
    raise ValueError("a number that does not end")


def _bytes(value: int | bytes) -> bytes:
    return value if isinstance(value, bytes) else b""


def _first(record: Record, number: int) -> int:
    value = record.get(number, [0])[0]
    return value if isinstance(value, int) else 0


def _inner(record: Record, number: int) -> Record:
    return fields(_bytes(record.get(number, [b""])[0]))


def put(node: Node, out: Reading, records: Records) -> bool:
    """Every table with its rows. Whether all of them could be read."""
    models = [number for number, kind in records.kinds.items() if kind == _MODEL]
    whole, room = bool(models) or _TILE not in records.kinds.values(), out.limits.cells
    for place, number in enumerate(models, 1):
        try:
            model = fields(records.bodies[number])
            rows = _rows(records, _inner(model, 4), min(_first(model, 7), _WIDEST), out, room)
        except (ValueError, struct.error, IndexError, OverflowError, ArithmeticError):
            whole = False
            continue
        room -= sum(map(len, rows))
        put_table(node, out, rows, f"table {place}")
    return whole


def _rows(records: Records, store: Record, width: int, out: Reading, room: int) -> list[list[str]]:
    words = dict(_words(records, _inner(store, 4)))
    rich = dict(_rich(records, _inner(store, 17)))
    tiles = _inner(store, 3)
    rows: list[tuple[int, list[str]]] = []
    for raw in tiles.get(1, []):
        out.check_time()
        tile = fields(_bytes(raw))
        first = _first(tile, 1) * (_first(tiles, 2) or 256)
        for row in records.record(_inner(tile, 2)).get(5, []):
            if len(rows) * width > room:
                raise Unreadable("too-many-cells", "has more cells than are read")
            about = fields(_bytes(row))
            rows.append((first + _first(about, 1), [_cell(c, words, rich) for c in _cells(about, width)]))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _cells(row: Record, width: int) -> Iterator[bytes]:
    """The bytes of each cell of a row, b"" for none."""
    stored, raw = _bytes(row.get(6, [b""])[0]), _bytes(row.get(7, [b""])[0])
    if not stored and _first(row, 2):
        raise ValueError("a row in the form of an older program")
    step = 4 if _first(row, 8) else 1
    for (offset,) in struct.iter_unpack("<H", raw[: 2 * width]):
        yield b"" if offset == _NONE else stored[offset * step : offset * step + _CELL]


def _cell(data: bytes, words: dict[int, str], rich: dict[int, str]) -> str:
    if not data:
        return ""
    if data[0] != _STORAGE:
        raise ValueError("a cell in the form of another program")
    kind, flags = data[1], struct.unpack_from("<I", data, 8)[0]
    found: dict[int, bytes] = {}
    at = 12
    for flag, size in ((1, 16), (2, 8), (4, 8), (8, 4), (16, 4)):
        if flags & flag:
            found[flag] = data[at : at + size]
            at += size
    if kind in {_NUMBER, _MONEY}:
        return (
            _decimal(found[1])
            if 1 in found
            else f"{struct.unpack('<d', found[2])[0]:g}"
            if 2 in found
            else ""
        )
    if kind == _DATE and 4 in found:
        moment = _EPOCH + timedelta(seconds=struct.unpack("<d", found[4])[0])
        return (
            moment.date().isoformat()
            if (moment.hour, moment.minute) == (0, 0)
            else f"{moment:%Y-%m-%d %H:%M}"
        )
    if kind in {_TRUTH, _LENGTH} and 2 in found:
        return f"{struct.unpack('<d', found[2])[0]:g}"
    if kind in {_WORDS, _RICH_WORDS}:
        table, key = (words, found.get(8)) if 8 in found else (rich, found.get(16))
        return table.get(int.from_bytes(key or b"", "little"), "")
    return ""


def _decimal(data: bytes) -> str:
    """A number of 34 digits, without a point where it is whole: NHS numbers and telephones keep every digit."""
    exponent = ((data[15] & 0x7F) << 7 | data[14] >> 1) - _BIAS
    mantissa = int.from_bytes(data[:14], "little") | (data[14] & 1) << 112
    number = Decimal(-mantissa if data[15] & 0x80 else mantissa).scaleb(exponent)
    return (
        str(int(number))
        if number == number.to_integral_value() and abs(exponent) < 40
        else f"{number.normalize():f}"[:60]
    )


def _entries(records: Records, reference: Record) -> Iterator[Record]:
    strings = records.record(reference)
    yield from (fields(_bytes(raw)) for raw in strings.get(3, []))
    for number in dict.fromkeys(_first(fields(_bytes(raw)), 1) for raw in strings.get(4, [])):
        part = fields(records.bodies.get(number, b""))  # each once, however often it is pointed to
        yield from (fields(_bytes(raw)) for raw in part.get(3, []))


def _words(records: Records, reference: Record) -> Iterator[tuple[int, str]]:
    for entry in _entries(records, reference):
        yield _first(entry, 1), _bytes(entry.get(3, [b""])[0]).decode("utf-8", "replace")


def _rich(records: Records, reference: Record) -> Iterator[tuple[int, str]]:
    """Words with more than one style: a payload, which points to a text."""
    known: dict[int, str] = {}  # by the payload: each is read once
    for entry in _entries(records, reference):
        payload = _first(_inner(entry, 9), 1)
        if payload not in known:
            text = records.record(_inner(records.record(_inner(entry, 9)), 1))
            known[payload] = "".join(_bytes(t).decode("utf-8", "replace") for t in text.get(3, []))
        yield _first(entry, 1), known[payload]
