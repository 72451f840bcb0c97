"""OpenPGP by its packets: "BEGIN PGP MESSAGE" proves nothing. What is only packed or signed is read, and so are words where a cipher should be."""

import base64
import binascii
import bz2
import re
import zlib

from detectors.extract import carried, plain
from detectors.extract.armour import Block, blocks, letters, unarmoured
from detectors.extract.charsets import decode, readings
from detectors.extract.pgp_packets import NONE, packets
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sweep import strings
from detectors.findings import Protection, Read

_KINDS = rb"(?P<what>MESSAGE|SIGNATURE|PUBLIC KEY BLOCK|PRIVATE KEY BLOCK)"
_BEGIN, _END = (re.compile(rb"-----BEGIN PGP " + _KINDS), re.compile(rb"-----END PGP " + _KINDS + b"-----"))
_ENCRYPTED, _SESSION = {9, 18, 20}, {1, 3}
_PACKED, _LITERAL, _USER = 8, 11, 13


def read(node: Node, out: Reading) -> None:
    """Armoured or binary; text around the armour, and words in it, are read as text."""
    if node.data[:1] and node.data[0] & 0x80:
        _message(node.data, node, out, 0)
        return
    found = list(blocks(node.data, _BEGIN, _END))
    around = unarmoured(node.data, found)
    for text in readings(around, node.facts.get("charset", "")):
        plain.put_body(re.sub(r"(?m)^- (?=-)", "", text), node, out)
    if b"BEGIN PGP MESSAGE" in around:
        out.partly(node, "corrupt", "damaged armour")
    for block in found:
        _block(block, node, out)


def _block(block: Block, node: Node, out: Reading) -> None:
    try:
        data = base64.b64decode(letters(block.body))
    except binascii.Error as error:
        if block.what == b"MESSAGE":
            raise Unreadable("corrupt", "damaged armour") from error
        return  # its lines stand among the words around it, but for long rows of letters
    if block.what == b"MESSAGE":
        _message(data, node, out, 0)
    else:
        _packets(data, node, out, 0)


def _message(data: bytes, node: Node, out: Reading, depth: int) -> None:
    if _packets(data, node, out, depth) - {NONE} <= _SESSION:
        raise Unreadable("corrupt", "a damaged OpenPGP message")


def _packets(data: bytes, node: Node, out: Reading, depth: int) -> set[int]:
    """All packets, also those behind a lock; their tags."""
    if depth > 8:
        raise Unreadable("too-deep", "packed deeper than is read")
    seen = set()
    for tag, body in packets(data):
        seen.add(tag)
        if tag == _PACKED:
            _message(_unpack(body, node, out), node, out, depth + 1)
        elif tag == _LITERAL:
            _literal(body, node, out)
        elif tag in {NONE, _USER}:
            said = strings(body) if tag == NONE else decode(body)
            out.text(node, said, place="beside the packets" if tag == NONE else "owner of a key", hidden=True)
        else:  # a cipher, a key and a signature hold no row of letters but by chance
            out.text(node, carried.runs(body), place="among the packets", hidden=True)
        if tag in _ENCRYPTED:
            how = "OpenPGP" if tag != 9 else "OpenPGP, without integrity protection"
            out.protect(node, Protection.STRONG, how)
            node.read, node.why = Read.NOT, "locked"
    return seen


def _literal(body: bytes, node: Node, out: Reading) -> None:
    length = body[1] if len(body) > 1 else 0
    name = body[2 : 2 + length].decode("utf-8", "replace")
    out.child(node, body[6 + length :], name="" if name == "_CONSOLE" else name)


def _unpack(body: bytes, node: Node, out: Reading) -> bytes:
    room, rest = out.room, b""
    try:
        if body[:1] == b"\x03":
            bz = bz2.BZ2Decompressor()
            data = bz.decompress(body[1:], room)
            rest = bz.unused_data
        elif body[:1] in {b"\x01", b"\x02"}:
            zipped = zlib.decompressobj(-15 if body[:1] == b"\x01" else 15)
            data = zipped.decompress(body[1:], room)
            rest = zipped.unused_data
        else:
            data = body[1:]
    except (zlib.error, OSError, ValueError) as error:
        raise Unreadable("corrupt", "damaged compressed data") from error
    if len(data) >= room:
        raise Unreadable("too-big", "unpacks to more than is read")
    out.unpacked(len(data))
    out.text(node, strings(rest), place="beside the packets", hidden=True)
    return data
