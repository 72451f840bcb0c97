"""Outlook's own forms: .msg and .oft files, winmail.dat (TNEF), and the compressed RTF that both use."""

import struct
from collections.abc import Iterator

import olefile

from detectors.extract import ole, rtf
from detectors.extract.carried import sentences
from detectors.extract.charsets import decode
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sweep import strings
from detectors.findings import Where

_SUBJECT, _BODY, _HTML, _RTF, _DATA = 0x0037, 0x1000, 0x1013, 0x1009, 0x3701
_NAMES = (0x3707, 0x3704, 0x3001)
_PLACES = {0x0037: "Subject", 0x0E04: "To", 0x0E03: "Cc", 0x0E02: "Bcc", 0x0C1A: "From", 0x0C1F: "From", 0x007D: "headers", 0x0042: "From", 0x0E1D: "Subject", 0x0070: "topic"}  # fmt: skip
_MOST = 10_000  # properties of a block
_SEVERAL = 0x1000  # of a type: there are several values
_PREFIX = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial"
    b"Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def inflate_rtf(data: bytes, most: int) -> bytes:  # noqa: C901 - one branch for each element of the format
    """LZFu, as Outlook packs the RTF of a body."""
    if len(data) < 16:
        return b""
    raw_size, kind = struct.unpack("<I", data[4:8])[0], data[8:12]
    if kind == b"MELA":
        return data[16 : 16 + raw_size]
    if kind != b"LZFu":
        return b""
    window = bytearray(_PREFIX.ljust(4096, b"\0"))
    at, write, found = 16, len(_PREFIX), bytearray()
    while at < len(data) and len(found) < min(raw_size, most):
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                window[write] = data[at]
                found.append(data[at])
                write, at = (write + 1) % 4096, at + 1
                continue
            if at + 1 >= len(data):
                return bytes(found)
            pair = data[at] << 8 | data[at + 1]
            at += 2
            offset, length = pair >> 4, (pair & 0xF) + 2
            if offset == write:
                return bytes(found)
            for step in range(length):
                byte = window[(offset + step) % 4096]
                window[write] = byte
                found.append(byte)
                write = (write + 1) % 4096
    return bytes(found)


# --- .msg ----------------------------------------------------------------------------------------------


def read_msg(node: Node, out: Reading) -> None:
    """A message saved by Outlook, with all that is attached."""
    with ole.open_ole(node.data) as file:
        _message(file, "", node, out, 0)


def _message(file: olefile.OleFileIO, prefix: str, node: Node, out: Reading, depth: int) -> None:
    if depth > out.limits.depth:
        raise Unreadable("too-deep", "messages nested deeper than they are read")
    names = [n for n in ole.streams(file, out) if n.startswith(prefix)]
    inner: dict[str, list[str]] = {}
    for name in names:
        first, _, last = name[len(prefix) :].partition("/")
        if not last:
            _property(file, name, first, node, out)
        elif first.startswith("__recip"):
            _property(file, name, last, node, out, recipient=True)
        elif first.startswith("__attach"):
            inner.setdefault(first, []).append(name)
        else:  # names of properties, and whatever else somebody put there
            out.text(node, strings(ole.take(file, name, out)), place="property", hidden=True)
    for folder, members in sorted(inner.items()):
        _attachment(file, f"{prefix}{folder}/", members, node, out, depth)


def _tag(base: str) -> tuple[int, int]:
    """Property number and type of "__substg1.0_0037001F"."""
    try:
        return int(base[12:16], 16), int(base[16:20], 16)
    except ValueError:
        return 0, 0


def _value(data: bytes, kind: int) -> str:
    return data.decode("utf-16-le", "replace") if kind == 0x1F else decode(data)


def _property(
    file: olefile.OleFileIO, name: str, base: str, node: Node, out: Reading, *, recipient: bool = False
) -> None:
    number, kind = _tag(base)
    kind &= ~_SEVERAL if "-" in base else kind  # each of several values has a stream of its own
    if kind in {0x1E, 0x1F} and number == _HTML:
        said = _value(ole.take(file, name, out), kind)
        out.child(
            node,
            said.encode("utf-8", "replace"),
            type="html",
            declared="text/html",
            facts={"charset": "utf-8"},
        )
    elif kind in {0x1E, 0x1F}:
        text = _value(ole.take(file, name, out), kind)
        place = "recipient" if recipient else "" if number == _BODY else _PLACES.get(number, "property")
        out.text(node, text, place=place, hidden=place == "property")
    elif number == _HTML and kind == 0x102:
        out.child(node, ole.take(file, name, out), type="html", declared="text/html")
    elif number == _RTF and kind == 0x102:
        _rtf_body(ole.take(file, name, out), node, out)
    elif not base.startswith("__properties"):  # keys and identifiers are no words
        out.text(node, sentences(ole.take(file, name, out)), place="property", hidden=True)


def _rtf_body(data: bytes, node: Node, out: Reading) -> None:
    plain = inflate_rtf(data, out.room)
    out.unpacked(len(plain))
    for place, text in rtf.text_of(plain, node, out).items():
        out.text(node, text, place=place, hidden=bool(place))


def _attachment(
    file: olefile.OleFileIO, prefix: str, members: list[str], node: Node, out: Reading, depth: int
) -> None:
    nested = f"{prefix}__substg1.0_3701000D/"
    names: dict[int, str] = {}
    data = b""
    for member in members:
        number, kind = _tag(member[len(prefix) :]) if "/" not in member[len(prefix) :] else (0, 0)
        if number in _NAMES and kind in {0x1E, 0x1F}:
            names[number] = _value(ole.take(file, member, out), kind)
        elif number == _DATA and kind == 0x102:
            data = ole.take(file, member, out)
        elif not member[len(prefix) :].startswith(("__properties", "__substg1.0_3701")):
            said = (
                _value(ole.take(file, member, out), kind)
                if kind in {0x1E, 0x1F}
                else sentences(ole.take(file, member, out))
            )
            out.text(node, said if " " in said else "", place="property of an attachment", hidden=True)
    name = next((names[n] for n in _NAMES if names.get(n)), "")
    others = dict.fromkeys(other for other in names.values() if other != name)
    out.text(node, "\n".join(others), place="attachment", where=Where.FILENAME)
    if any(m.startswith(nested) for m in members):
        inside = [m[len(nested) :] for m in members if m.startswith(nested)]
        if any(i.startswith("__substg1.0_") for i in inside):
            out.text(node, name, place="attached message", where=Where.FILENAME)
            _message(file, nested, node, out, depth + 1)
        else:
            for member in members:
                if member.startswith(nested):
                    out.child(node, ole.take(file, member, out), name=name)
    else:
        out.child(node, data, name=name)


# --- winmail.dat -----------------------------------------------------------------------------------------


def read_tnef(node: Node, out: Reading) -> None:
    """The attributes one by one: bodies as text, attachments as parts."""
    data, at = node.data, 6
    title, content, current = "", b"", False
    while at + 9 <= len(data):
        out.check_time()
        kind, size = struct.unpack("<II", data[at + 1 : at + 9])
        value = data[at + 9 : at + 9 + size]
        if size > len(data) - at - 9:
            out.partly(node, "corrupt", "cut off before its end")
            out.text(node, strings(data[at:]), place="behind the end", hidden=True)
        number = kind & 0xFFFF
        if number == 0x9002:
            _close(current, content, title, node, out)
            title, content, current = "", b"", True
        elif number == 0x8010:
            title = title or decode(value.rstrip(b"\0"))
        elif number == 0x800F:
            content = value
        elif number in {0x8004, 0x800C, 0x8000, 0x8018, 0x800D}:
            out.text(
                node, decode(value.rstrip(b"\0")), place={0x8004: "Subject", 0x800C: ""}.get(number, "From")
            )
        elif number in {0x9003, 0x9005}:
            try:
                for prop, prop_kind, raw in properties(value):
                    title, content = _mapi(
                        prop, prop_kind, raw, node, out, title, content, attached=number == 0x9005
                    )
            except Unreadable as stop:
                out.text(node, strings(value), place="property", hidden=True)
                out.partly(node, stop.reason, stop.why)
        else:
            out.text(node, strings(value), place="property", hidden=True)
        at += 9 + size + 2
    _close(current, content, title, node, out)
    out.text(node, strings(data[at:]), place="behind the end", hidden=True)


def _close(current: bool, content: bytes, title: str, node: Node, out: Reading) -> None:
    if current and (content or title):
        out.child(node, content, name=title)


def _mapi(
    prop: int, kind: int, raw: bytes, node: Node, out: Reading, title: str, content: bytes, *, attached: bool
) -> tuple[str, bytes]:
    if attached and prop in _NAMES and kind in {0x1E, 0x1F}:
        name = _value(raw, kind).rstrip("\0")
        out.text(node, title if title != name else "", place="attachment", where=Where.FILENAME)
        return name, content
    if attached and prop == _DATA:
        return title, raw[16:] if kind == 0x0D else content or raw
    if prop == _RTF and kind == 0x102:
        _rtf_body(raw, node, out)
    elif prop == _HTML:
        out.child(
            node, raw if kind == 0x102 else _value(raw, kind).encode(), type="html", declared="text/html"
        )
    elif kind in {0x1E, 0x1F}:
        place = "" if prop == _BODY else _PLACES.get(prop, "property")
        out.text(node, _value(raw, kind).rstrip("\0"), place=place, hidden=place == "property")
    else:  # keys and identifiers are no words
        out.text(node, sentences(raw), place="property", hidden=True)
    return title, content


_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}


def properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(number, type, value) of a block of MAPI properties, or Unreadable where the block does not add up."""
    try:
        count, at = struct.unpack("<I", data[:4])[0], 4
        for seen in range(count):
            if at >= len(data) or seen >= _MOST:
                raise Unreadable("corrupt", "its properties do not add up")
            kind, number = struct.unpack("<HH", data[at : at + 4])
            at += 4
            if number >= 0x8000:
                named, length = struct.unpack("<II", data[at + 16 : at + 24])
                at += 24 + ((length + 3) & ~3 if named else 0)
            base, values = kind & 0xFFF, 1
            if kind & 0x1000 or base in {0x1E, 0x1F, 0x102, 0x0D}:
                values = struct.unpack("<I", data[at : at + 4])[0]
                at += 4
            for _ in range(values):
                if base in {0x1E, 0x1F, 0x102, 0x0D}:
                    length = struct.unpack("<I", data[at : at + 4])[0]
                    yield number, base, data[at + 4 : at + 4 + length]
                    at += 4 + ((length + 3) & ~3)
                else:
                    at += _SIZES[base]
                if at > len(data):
                    break
    except (struct.error, KeyError) as error:
        raise Unreadable("corrupt", "its properties do not add up") from error
