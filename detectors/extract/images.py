"""Pictures: their captions and properties are text and are read; so are the words that they show, where a reader of pictures is installed."""

import re
import struct
import zlib
from itertools import islice
from typing import TYPE_CHECKING

from detectors.extract.captions import written
from detectors.extract.charsets import clean
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sight import TooLarge, blank, frames, pieces, tiny
from detectors.extract.sweep import strings
from detectors.extract.xml import xmp
from detectors.findings import Read
from detectors.seen import Seen

if TYPE_CHECKING:
    from PIL import Image

TINY = "too small a picture to show names"
SMALL_SIDE = 120  # pixels: a line of print needs ten, a name forty across; logos and icons stay below
SMALL_BYTES = 3_000
_TAG = re.compile(rb"<[^<>]*>")
_ATTRIBUTE = re.compile(rb"=\"([^\"]{4,})\"")
_PRINT = re.compile(rb"[\x20-\x7e\xa0-\xff]{6,}")
_PACKED = frozenset(
    {"tiff", "webp", "heic", "avif"}
)  # where the picture itself lies among what would be swept
_MOST_BLOCKS, _MOST_PACKED = 100, 100_000  # texts of a PNG, and bytes of one that is packed
_PNG_PACKED = re.compile(rb"zTXt[\x20-\xff]{1,79}\x00|iTXt[\x20-\xff]{1,79}\x00\x01")
_PNG_TEXT = (b"tEXt", b"iTXt", b"zTXt")


def read(node: Node, out: Reading) -> None:
    """Properties as text, then what the picture shows, where there is a reader of pictures."""
    said = written(node.data)
    swept = _properties(node.data, node.type, packed=said.texts is not None and node.type in _PACKED)
    out.text(node, "\n".join((*(said.texts or ()), swept)), place="picture properties", hidden=True)
    if node.type == "png" and _crowded(node.data):
        out.find(
            node, "unreadable:too-much-text", "holds more or longer texts than are read beside a picture"
        )
    if said.placed:
        out.find(node, "picture-place", "the file says where the picture was taken")
    node.read = Read.NOT
    if out.sight.open and out.sight.has_room(out.limits):
        _look(node, out)
        return
    out.sight.unread.add(node.path)
    width, height = dimensions(node.data, node.type)
    if len(node.data) <= SMALL_BYTES or (
        width and (min(width, height) <= SMALL_SIDE // 3 or max(width, height) <= SMALL_SIDE)
    ):
        node.why = TINY
        return
    node.why = "a picture: what it shows is not read"
    out.find(node, "unreadable:image", node.why)


def _look(node: Node, out: Reading) -> None:
    """Page by page; a picture that no library can open stays unread, and mail programs do not show it either."""
    found: list[Seen | None] = []
    try:
        for number, page in enumerate(frames(node.data, out.limits), 1):
            if not out.sight.has_room(out.limits) or out.late:
                out.sight.unread.add(node.path)
                found.append(None)
                break
            found += _page(node, out, page, "picture" if number == 1 else f"picture, page {number}")
    except Unreadable:
        raise
    except TooLarge as stop:
        _unread(node, out, str(stop), some=any(found))
        return
    except Exception:  # noqa: BLE001 - hostile bytes make any library raise anything: it is a finding
        _unread(node, out, "a picture that cannot be opened")
        return
    if any(seen is None for seen in found):
        _unread(node, out, "a picture whose words were not read", some=any(s and s.lines for s in found))
        return
    node.read = Read.WHOLE
    seen = [s for s in found if s is not None]
    if not found:
        node.read, node.why = Read.NOT, TINY
    elif any(s.dim for s in seen):
        _unread(node, out, "words in a picture that could not be made out", some=True)
    elif not any(s.lines for s in seen):
        node.why = "a picture without words"


def _page(node: Node, out: Reading, page: "Image.Image", place: str) -> list[Seen | None]:
    if tiny(*page.size):
        return []
    if blank(page):
        return [Seen()]
    found = [out.sight.look(node.path, shades, out.limits) for shades in pieces(page)]
    out.text(node, "\n".join(seen.text for seen in found if seen is not None), place=place)
    return found


def _unread(node: Node, out: Reading, why: str, *, some: bool = False) -> None:
    node.read, node.why = (Read.IN_PART if some else Read.NOT), why
    out.find(node, "unreadable:image", why)


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


def _properties(data: bytes, kind: str, *, packed: bool = False) -> str:
    """XMP whole; the printable runs of the blocks where EXIF, IPTC and PNG keep text."""
    found: list[bytes] = []
    for packet in islice(xmp(data), 4):
        found += [_TAG.sub(b" ", packet), *_ATTRIBUTE.findall(packet)]
    for block in () if packed else _blocks(data, kind):
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
    return [*_gif_comments(data), data[-4_096:]] if kind == "gif" else []


def _gif_comments(data: bytes) -> list[bytes]:
    """Comment and plain text blocks, which stand anywhere: rows of pieces, each with its length."""
    found: list[bytes] = []
    for match in re.finditer(rb"\x21(?:\xfe|\x01\x0c.{12})", data, re.DOTALL):
        at, pieces = match.end(), bytearray()
        while at < len(data) and data[at] and len(pieces) < 100_000:
            pieces += data[at + 1 : at + 1 + data[at]]
            at += 1 + data[at]
        found.append(bytes(pieces))
        if len(found) >= 100:
            break
    return found


def _crowded(data: bytes) -> bool:
    """Whether there are more packed texts than are unpacked, or longer ones; what is not packed is swept whole."""
    places = [m.start() for m in islice(_PNG_PACKED.finditer(data), _MOST_BLOCKS + 1)]
    sizes = (int.from_bytes(data[at - 4 : at], "big") for at in places)
    return len(places) > _MOST_BLOCKS or any(_MOST_PACKED < size <= len(data) for size in sizes)


def _png_blocks(data: bytes) -> list[bytes]:
    found: list[bytes] = []
    at = 8
    while at + 12 <= len(data) and len(found) < _MOST_BLOCKS:
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind in {*_PNG_TEXT, b"eXIf"}:
            found.append(_inflated(kind, data[at + 8 : at + 8 + min(size, _MOST_PACKED)]))
        at += 12 + size
    return found


def _inflated(kind: bytes, block: bytes) -> bytes:
    """The text of a PNG's block, which may be packed behind its keyword."""
    key, _, packed = block.partition(b"\0")
    if kind == b"iTXt" and packed[:1] == b"\1":  # flag, method, language, translated keyword
        packed = b"\0" + packed[2:].split(b"\0", 2)[-1]
    elif kind != b"zTXt":
        return block
    try:
        return key + b"\n" + zlib.decompressobj().decompress(packed[1:], 1_000_000)
    except zlib.error:
        return block


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
