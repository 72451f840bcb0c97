"""Pages, Numbers and Keynote: every word of their records, and their tables; what of these cannot be read is said."""

import re
from collections.abc import Iterator

import cramjam

from detectors.extract import opc
from detectors.extract.archive_zip import beside
from detectors.extract.iwork_tables import Records, put
from detectors.extract.reading import Node, Reading, Unreadable

_CHUNK_HEAD = 4  # a zero, and three bytes of length
_CHUNK = 65_536  # bytes of a chunk unpacked: Apple's programs write no more
_RUN = re.compile(
    rb"(?:[\x20-\x7e\t\n]|\xe2\x80[\xa8\xa9]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}){4,}"
)
_WORD = re.compile(r"[^\W\d_]{2,}|\d{6,}")
_PREVIEWS = (".pdf", ".jpg", ".jpeg", ".png", ".xml", ".gz", ".heic", ".tif", ".tiff", ".mov", ".m4v")
_QUIET = (
    "DocumentStylesheet",
    "ThemeStylesheet",
    "DocumentMetadata",
    "ViewState",
    "Metadata",
    "CalculationEngine",
)  # names of styles and functions


def read(node: Node, out: Reading) -> None:
    """Words of all records; pictures, files and previews as parts."""
    package = opc.open_package(node, out)
    if any(name.endswith((".iwpv2", ".iwph")) for name in package.names):
        raise Unreadable("encryption", "an iWork document under a password")
    records, sound = Records(), True
    for name in package.names:
        base = name.rsplit("/", 1)[-1]
        if base == "Index.zip":
            out.child(node, package.take(name), name=base, facts={"embedded": "yes"}, type="iwork")
        elif name.endswith(".iwa"):
            plain = b"".join(_unpacked(package.take(name), out))
            sound = _add(records, plain) and sound
            if not base.startswith(_QUIET):
                out.text(node, words(plain), place=_place(name))
        elif not (name.lower().endswith(_PREVIEWS) and "thumb" in name.lower()):
            out.child(node, package.take(name), name=base)
        elif not opc.is_thumb(small := package.take(name)):
            out.child(node, small, name=base)
    beside(node, package.archive, out)
    if "index.xml" in package.names or not (put(node, out, records) and sound):
        out.partly(node, "unsupported", "an iWork document: its words were read, not all of its tables were")


def _add(records: Records, plain: bytes) -> bool:
    try:
        records.add(plain)
    except ValueError:
        return False
    return True


def _place(name: str) -> str:
    return (
        "table"
        if "/Tables/" in name
        else "slide"
        if "Slide" in name
        else "comment authors"
        if "Annotation" in name
        else ""
    )


def words(plain: bytes) -> str:
    """Every run of letters in a file of records."""
    found = (m.decode("utf-8", "replace").strip() for m in _RUN.findall(plain))
    return "\n".join(dict.fromkeys(text for text in found if _WORD.search(text)))


def _unpacked(data: bytes, out: Reading) -> Iterator[bytes]:
    at = 0
    while at + _CHUNK_HEAD <= len(data):
        size = int.from_bytes(data[at + 1 : at + _CHUNK_HEAD], "little")
        packed = data[at + _CHUNK_HEAD : at + _CHUNK_HEAD + size]
        at += _CHUNK_HEAD + size
        out.check_time()
        if _length(packed) > _CHUNK:
            raise Unreadable("too-big", "unpacks to more than is read")
        try:
            plain = bytes(cramjam.snappy.decompress_raw(packed))
        except cramjam.DecompressionError as error:
            raise Unreadable("corrupt", "damaged records") from error
        out.unpacked(len(plain))
        yield plain


def _length(packed: bytes) -> int:
    """How much a chunk says that it unpacks to."""
    length = 0
    for place, byte in enumerate(packed[:5]):
        length |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            break
    return length
