"""OpenPGP by its packets: "BEGIN PGP MESSAGE" proves nothing. What is only packed or signed is read."""

import base64
import binascii
import bz2
import re
import struct
import zlib
from collections.abc import Iterator

from detectors.extract.armour import blocks, without
from detectors.extract.charsets import decode
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.findings import Protection, Read

_ARMOUR = re.compile(
    rb"-----BEGIN PGP MESSAGE[^\r\n]{0,1000}+(?<=-----)\r?\n(?:[^\r\n][^\r\n:]*+:[^\r\n]*+\r?\n){0,100}+(?P<body>[A-Za-z0-9+/=\s]++)-----END PGP MESSAGE"
)  # gives nothing back: what it nearly matches takes no longer than what it matches
_SUM = re.compile(rb"\r?\n=[A-Za-z0-9+/]{4}\Z")
_OTHERS = rb"(?P<what>SIGNATURE|PUBLIC KEY BLOCK|PRIVATE KEY BLOCK)"
_BEGIN, _END = (re.compile(rb"-----BEGIN PGP " + _OTHERS), re.compile(rb"-----END PGP " + _OTHERS + b"-----"))
_ENCRYPTED, _SESSION = {9, 18, 20}, {1, 3}
_PACKED, _LITERAL = 8, 11


def read(node: Node, out: Reading) -> None:
    """Armoured or binary; text around the armour is read as text."""
    if node.data[:1] and node.data[0] & 0x80:
        _packets(node.data, node, out, 0)
        return
    found = list(_ARMOUR.finditer(node.data))
    for match in found:
        try:
            body = _SUM.sub(b"", match["body"].rstrip())
            _packets(base64.b64decode(re.sub(rb"\s", b"", body)), node, out, 0)
        except binascii.Error as error:
            raise Unreadable("corrupt", "damaged armour") from error
    around = _ARMOUR.sub(b"", node.data)
    around = without(around, blocks(around, _BEGIN, _END))
    if b"BEGIN PGP MESSAGE" in around:
        out.partly(node, "corrupt", "damaged armour")
    out.text(node, re.sub(r"(?m)^- (?=-)", "", decode(around, node.facts.get("charset", ""))))


def _packets(data: bytes, node: Node, out: Reading, depth: int) -> None:
    if depth > 8:
        raise Unreadable("too-deep", "packed deeper than is read")
    seen = set()
    for tag, body in packets(data):
        seen.add(tag)
        if tag in _ENCRYPTED:
            how = "OpenPGP" if tag != 9 else "OpenPGP, without integrity protection"
            out.protect(node, Protection.STRONG, how)
            node.read, node.why = Read.NOT, "locked"
            return
        if tag == _PACKED:
            _packets(_unpack(body, out), node, out, depth + 1)
        elif tag == _LITERAL:
            _literal(body, node, out)
    if not seen or seen <= _SESSION:
        raise Unreadable("corrupt", "a damaged OpenPGP message")


def _literal(body: bytes, node: Node, out: Reading) -> None:
    length = body[1] if len(body) > 1 else 0
    name = body[2 : 2 + length].decode("utf-8", "replace")
    out.child(node, body[6 + length :], name="" if name == "_CONSOLE" else name)


def _unpack(body: bytes, out: Reading) -> bytes:
    room = out.room
    try:
        if body[:1] == b"\x03":
            plain = bz2.BZ2Decompressor().decompress(body[1:], room)
        elif body[:1] in {b"\x01", b"\x02"}:
            plain = zlib.decompressobj(-15 if body[:1] == b"\x01" else 15).decompress(body[1:], room)
        else:
            plain = body[1:]
    except (zlib.error, OSError, ValueError) as error:
        raise Unreadable("corrupt", "damaged compressed data") from error
    if len(plain) >= room:
        raise Unreadable("too-big", "unpacks to more than is read")
    out.unpacked(len(plain))
    return plain


def packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, body) of each packet, old and new headers, partial lengths joined."""
    at, count = 0, 0
    while at < len(data) and count < 10_000:
        count += 1
        head = data[at]
        if not head & 0x80:
            return
        try:
            if head & 0x40:
                tag = head & 0x3F
                body, at = _new_body(data, at + 1)
            else:
                tag, kind = (head >> 2) & 0xF, head & 3
                if kind == 3:
                    body, at = data[at + 1 :], len(data)
                else:
                    width = 1 << kind
                    size = int.from_bytes(data[at + 1 : at + 1 + width], "big")
                    body, at = data[at + 1 + width : at + 1 + width + size], at + 1 + width + size
        except (IndexError, struct.error):
            return
        yield tag, body


def _new_body(data: bytes, at: int) -> tuple[bytes, int]:
    pieces = []
    while True:
        first = data[at]
        if first < 192:
            size, at, last = first, at + 1, True
        elif first < 224:
            size, at, last = ((first - 192) << 8) + data[at + 1] + 192, at + 2, True
        elif first == 255:
            size, at, last = struct.unpack(">I", data[at + 1 : at + 5])[0], at + 5, True
        else:
            size, at, last = 1 << (first & 0x1F), at + 1, False
        pieces.append(data[at : at + size])
        at += size
        if last:
            return b"".join(pieces), at
