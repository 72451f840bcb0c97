"""Content-Transfer-Encoding, decoded as generously as any mail program does: what one of them shows is read."""

import binascii
import contextlib
import re
from collections.abc import Iterator
from email.message import Message

import pybase64

from detectors.extract.armour import unsure
from detectors.extract.message import Part, Stretch
from detectors.sniff import sniff

_SOFT = re.compile(rb"=[ \t]+(?=\r?\n)")
_BARE = re.compile(rb"=\r(?!\n)")  # behind which the library drops what stands up to the end of the line
_NOT_BASE64 = bytes(c for c in range(256) if not (chr(c).isascii() and chr(c).isalnum()) and c not in b"+/=")
_LETTERS = bytes(0 if c in _NOT_BASE64 else ord("a") for c in range(256))
_BLOCK = re.compile(
    rb"(?:^[>| \t]*[A-Za-z0-9+/]{32,}={0,2}[ \t]*(?:\r?\n|\Z))+(?:^[>| \t]*[A-Za-z0-9+/]+={0,2}[ \t]*(?:\r?\n|\Z))?",
    re.MULTILINE,
)
_USUAL = frozenset({"", "7bit", "8bit", "base64", "quoted-printable"})
DATA_LINK = r"data:[\w/.+-]*(?:;[\w=.+-]+)*;base64,"  # a link that holds a file (RFC 2397)
PIECE = 500_000  # letters
_ENCODINGS = frozenset(
    {"base64", "x-uuencode", "uuencode", "uue", "x-uue"}
)  # in which words may stand as they are
_OF_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_ROW = 40  # letters: no word is so long
_SHORTEST = 100  # letters: two lines of base64; a shorter block holds no list
# What a block of base64 must turn out to be; anything else is a key, a token or chance.
_FILES = frozenset(["pdf", "zip", "docx", "xlsx", "xlsb", "pptx", "odt", "ods", "odp", "doc", "xls", "ppt", "ole", "ooxml-encrypted", "msg", "rtf", "7z", "rar", "gz", "bz2", "xz", "txt", "csv", "html", "json", "xml", "eml", "ics", "vcf"])  # fmt: skip


def encoding(message: Message) -> str:
    """The encoding that the part names, without comments, quotes and parameters; "" for none."""
    value = str(message.get("content-transfer-encoding", ""))
    if value in _USUAL:
        return value
    end = (
        value.rfind(")") + 1
    )  # a comment that does not end is none, and is not sought from each bracket anew
    bare = re.sub(r"\([^)]*\)", "", value[:end]) + value[end:]
    return re.sub(r"[\s\"']|[(;,].*", "", bare, flags=re.DOTALL).lower()


def content(message: Message) -> bytes:
    """The decoded content of a part without parts; the raw source of a message inside a message."""
    named = encoding(message)
    if message.is_multipart():  # message/rfc822 and its kin hold parsed messages
        raw = b"".join(
            part.as_bytes() if isinstance(part, Message) else str(part).encode()
            for part in message.get_payload()
        )
        return _decoded(raw.lstrip(b"\r\n"), named) if named in {"base64", "quoted-printable"} else raw
    if named == "base64" and isinstance(message, Part) and message.stretch is not None:
        return _unbase64(message.stretch)
    raw = str(message.get_payload()).encode("utf-8", "surrogateescape")
    if named in {"base64", "quoted-printable"}:
        return _decoded(raw, named)
    payload = message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else raw


def _decoded(raw: bytes, named: str) -> bytes:
    if named == "quoted-printable":
        return binascii.a2b_qp(_SOFT.sub(b"=", _BARE.sub(b"\n", raw)))
    return unbase64(raw)


def unbase64(raw: bytes) -> bytes:
    """All that base64 holds: letters of no alphabet are passed over, and padding in the middle ends nothing."""
    return _unbase64(Stretch(raw, 0, len(raw)))


def _unbase64(stands: Stretch) -> bytes:
    data, start, stop = stands.data, stands.start, stands.stop
    end = data.find(b"=", start, stop)
    if end < 0 or not data[end:stop].strip(b"=\r\n \t"):  # padding stands at the end, if anywhere
        with contextlib.suppress(binascii.Error):
            return pybase64.b64decode(memoryview(data)[start:stop])
    raw = data[start:stop]
    letters = raw.translate(None, _NOT_BASE64)
    found = bytearray()
    for run in letters.split(b"="):
        whole = run if len(run) % 4 != 1 else run[:-1]
        found += binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
    return bytes(found)


def _stretch(message: Message) -> Stretch:
    """Where the content stands."""
    stands = message.stretch if isinstance(message, Part) else None
    if stands is None:
        text = str(message.get_payload()).encode("utf-8", "surrogateescape")
        stands = Stretch(text, 0, len(text))
    return stands


def by_lines(message: Message) -> bytes:
    """The content as programs read it that decode each line of base64 for itself, where that is a file and differs; else b""."""
    if message.is_multipart() or encoding(message) != "base64":
        return b""
    stands = _stretch(message)
    if not uneven(stands):
        return b""
    data = b"".join(unbase64(line) for piece in pieces(stands) for line in piece.split())
    return data if is_file(data) else b""


def beside(message: Message) -> bytes:
    """The lines of encoded content that can be words: programs put a footer below base64, or name an encoding that they do not use."""
    named = encoding(message)
    if message.is_multipart() or named not in _ENCODINGS:
        return b""
    if named != "base64":
        return str(message.get_payload()).encode("utf-8", "surrogateescape")
    return b"\n".join(filter(None, map(_unsure, _uncounted(_stretch(message)))))


def _unsure(piece: bytes) -> bytes:
    """Nothing, where letters of base64 stand in long lines of which the last may be short."""
    lines = piece.split(b"\n")
    short = any(len(line) < _ROW and line.strip() for line in lines[:-2])
    return unsure(piece) if short or piece.translate(None, _OF_BASE64) else b""


def uneven(stands: Stretch) -> bool:
    """Whether a line, other than the last, is no whole number of groups of four letters."""
    last = 0  # letters of the line that may be the last
    for piece in _uncounted(stands):
        if lines := piece.split():
            if last % 4 or any(length % 4 for length in set(map(len, lines[:-1]))):
                return True
            last = len(lines[-1])
    return False


def _uncounted(stands: Stretch) -> Iterator[bytes]:
    """Whole lines in pieces, and one line for all that were counted when the message was parsed."""
    if stands.even is None:
        yield from pieces(stands)
        return
    first, last = stands.even
    yield from pieces(Stretch(stands.data, stands.start, first))
    yield b"AAAA"
    yield from pieces(Stretch(stands.data, last, stands.stop))


def pieces(stands: Stretch) -> Iterator[bytes]:
    """Whole lines in pieces: a message of 25 MB is never there once more in lines."""
    start = stands.start
    while start < stands.stop:
        end = stands.data.find(b"\n", start + PIECE, stands.stop) + 1 or stands.stop
        yield stands.data[start:end]
        start = end


def hidden_files(data: bytes) -> list[bytes]:
    """Files that stand as base64 in a text: a program that reads the parts otherwise, or a person, gets them out."""
    if data.translate(_LETTERS).find(b"a" * 32) < 0:
        return []
    blocks = (block[0] for block in _BLOCK.finditer(data))
    return [inner for block in blocks if len(block) >= _SHORTEST and is_file(inner := unbase64(block))]


def is_file(data: bytes) -> bool:
    """Whether these bytes are something that a person could open and read."""
    return len(data) > 64 and sniff(data) in _FILES
