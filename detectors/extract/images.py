"""Pictures: their captions and properties are text and are read; what they show is not, and that is said unless they are too small to show a list."""

import re
import struct

from detectors.extract.charsets import clean
from detectors.extract.reading import Node, Reading
from detectors.extract.sweep import strings
from detectors.findings import Read

SMALL_SIDE = 120  # pixels: a line of print needs ten, a name forty across; logos and icons stay below
SMALL_BYTES = 3_000
_XMP = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>", re.DOTALL)
_TAG = re.compile(rb"<[^<>]*>")
_ATTRIBUTE = re.compile(rb"=\"([^\"]{4,})\"")
_PRINT = re.compile(rb"[\x20-\x7e\xa0-\xff]{6,}")
_PNG_TEXT = (b"tEXt", b"iTXt", b"zTXt")


def read(node: Node, out: Reading) -> None:
    """Properties as text; the picture itself stays unread."""
    out.text(node, _properties(node.data, node.type), place="picture properties", hidden=True)
    width, height = dimensions(node.data, node.type)
    node.read = Read.NOT
    if len(node.data) <= SMALL_BYTES or (
        width and (min(width, height) <= SMALL_SIDE // 3 or max(width, height) <= SMALL_SIDE)
    ):
        node.why = "too small a picture to show names"
        return
    node.why = "a picture: what it shows is not read"
    out.find(node, "unreadable:image", node.why)


def dimensions(data: bytes, kind: str) -> tuple[int, int]:
    """Width and height in pixels, (0, 0) when the header does not say."""
    try:
        if kind == "png":
            return struct.unpack(">II", data[16:24])
        if kind == "gif":
            return struct.unpack("<HH", data[6:10])
        if kind == "bmp":
            width, height = struct.unpack("<ii", data[18:26])
            return abs(width), abs(height)
        if kind == "jpeg":
            return _jpeg(data)
    except struct.error:
        pass
    return 0, 0


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + size
    return 0, 0


def _properties(data: bytes, kind: str) -> str:
    """XMP whole; the printable runs of the blocks where EXIF, IPTC and PNG keep text."""
    found: list[bytes] = []
    for packet in _XMP.findall(data)[:4]:
        found += [_TAG.sub(b" ", packet), *_ATTRIBUTE.findall(packet)]
    for block in _blocks(data, kind):
        found += _PRINT.findall(block)
        wide = block.replace(b"\0", b"")
        if len(wide) < len(block) * 0.7:
            found += _PRINT.findall(wide)
    return clean("\n".join(dict.fromkeys(f.decode("utf-8", "replace").strip() for f in found[:2_000])))


def _blocks(data: bytes, kind: str) -> list[bytes]:
    if kind == "png":
        return _png_blocks(data)
    if kind == "jpeg":
        return _jpeg_blocks(data)
    if kind in {"tiff", "webp", "heic", "avif", "psd"}:
        return [data[:65_536]]
    return [data[-4_096:]] if kind == "gif" else []


def _png_blocks(data: bytes) -> list[bytes]:
    found: list[bytes] = []
    at = 8
    while at + 12 <= len(data) and len(found) < 100:
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind in {*_PNG_TEXT, b"eXIf"}:
            found.append(data[at + 8 : at + 8 + min(size, 100_000)])
        at += 12 + size
    return found


def _jpeg_blocks(data: bytes) -> list[bytes]:
    found: list[bytes] = []
    at = 2
    while at + 4 < len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        size = struct.unpack(">H", data[at + 2 : at + 4])[0]
        if data[at + 1] in {0xE1, 0xED, 0xFE}:
            found.append(data[at + 4 : at + 2 + size])
        at += 2 + size
    return found


def read_drawing(node: Node, out: Reading) -> None:
    """EMF and WMF draw text as records of their own: the printable runs, narrow and wide."""
    wide = re.findall(rb"(?:[\x20-\x7e]\0){4,}", node.data)
    texts = [w.decode("utf-16-le") for w in wide] + [
        p.decode("ascii", "replace") for p in re.findall(rb"[\x20-\x7e]{6,}", node.data)
    ]
    out.text(node, "\n".join(dict.fromkeys(texts[:5_000])), place="drawing", hidden=True)
    if not texts:
        node.read, node.why = Read.NOT, "a drawing without text"


def read_leavings(node: Node, out: Reading) -> None:
    """What a Mac leaves in an archive: names and comments, nothing that a person wrote on a page."""
    out.text(node, strings(node.data), place="left by the computer", hidden=True)
