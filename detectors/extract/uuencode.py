"""Files inside a plain text: uuencode, base64 after `begin-base64`, and yEnc. Words between their marks stay text, whatever they are taken for."""

import binascii
import re
from dataclasses import dataclass, field

from detectors.extract import armour
from detectors.extract.reading import Node, Reading

_OPENS = re.compile(r"begin(?P<base64>-base64)? [0-7]{3,4} (?P<name>\S.*)")
_OPENING = re.compile(_OPENS.pattern, re.MULTILINE)
_WORDY = bytes(range(ord("0"), ord("9") + 1)) + bytes(range(ord("A"), ord("Z") + 1)) + b" "
_YENC = re.compile(
    rb"^=ybegin (?>[^\r\n]*?name=)(?P<name>[^\r\n]*)\r?\n(?:=ypart[^\r\n]*\r?\n)?(?P<data>.*?)(?:\r?\n=yend[^\r\n]*|\Z)",
    re.MULTILINE | re.DOTALL,
)
_YENC_TABLE = bytes((i - 42) % 256 for i in range(256))
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)


def attachments(text: str, node: Node, out: Reading) -> str:
    """Every encoded file as a child, ended or cut off; the text without the lines that can be nothing else."""
    if "begin" not in text:
        return text
    flat = text.replace("\r\n", "\n")
    first = _OPENING.search(flat)
    if not first:
        return flat
    kept, file = [flat[: first.start()]], None
    for line in flat[first.start() :].split("\n"):
        opening = _OPENS.fullmatch(line)
        if opening or (file and file.ended(line)):
            kept += file.close(node, out) if file else []
            file = _File(line, opening["name"].strip(), base64=bool(opening["base64"])) if opening else None
        elif file:
            file.lines.append(line)
        else:
            kept.append(line)
    return "\n".join([*kept, *(file.close(node, out) if file else [])])


@dataclass(slots=True)
class _File:
    """An encoded file: the line that opens it, and those that follow."""

    opening: str = field(repr=False)
    name: str = field(repr=False)
    base64: bool
    lines: list[str] = field(default_factory=list, repr=False)

    def ended(self, line: str) -> bool:
        return line.rstrip() == ("====" if self.base64 else "end")

    def close(self, node: Node, out: Reading) -> list[str]:
        """Makes it a child; gives the lines that may be words: all of them where nothing was encoded."""
        data, words = _base64(self.lines) if self.base64 else _uu(self.lines)
        if not data:
            return [self.opening, *self.lines]
        out.unpacked(len(data))
        out.child(node, data, name=self.name)
        return words


def read_yenc(node: Node, out: Reading) -> None:
    """yEnc, found in bytes: the text charset would spoil it. Any bytes can be yEnc, so all of them are read as text, too."""
    for match in _YENC.finditer(node.data):
        body = match["data"].replace(b"\r", b"").replace(b"\n", b"")
        data = _ESCAPED.sub(lambda m: bytes([(m[1][0] - 64) % 256]), body).translate(_YENC_TABLE)
        out.unpacked(len(data))
        out.child(node, data, name=match["name"].decode("utf-8", "replace").strip())
    out.text(node, node.data.decode("cp1252", "replace"))


def _uu(lines: list[str]) -> tuple[bytes, list[str]]:
    """What the lines hold, and those that can be something else."""
    data, words = bytearray(), []
    for line in lines:
        raw = line.encode("ascii") if line.isascii() else b""
        piece = _piece(raw)
        data += piece or b""
        if piece is None or not _is_sure(raw):
            words.append(line)
    return bytes(data), words


def _piece(line: bytes) -> bytes | None:
    """What one line holds; None where it is none. Some pad no group, some add a sum."""
    for end in (len(line), *_lengths(line)):
        try:
            return binascii.a2b_uu(line[:end]) if line else None
        except binascii.Error:
            continue
    return None


def _is_sure(line: bytes) -> bool:
    """Whether a line can be nothing else.

    It is then as long as it says, and a fifth of it are signs that seldom stand in words; of encoded bytes two fifths are.
    """
    least, most = _lengths(line)
    return least <= len(line) <= most + 1 and len(line.translate(None, _WORDY)) * 5 >= len(line)


def _lengths(line: bytes) -> tuple[int, int]:
    """Of the line, as its first letter says it: without a padded group, and with one."""
    length = (line[0] - 32) & 63 if line else 0
    return 1 + -(-length * 4 // 3), 1 + -(-length // 3) * 4


def _base64(lines: list[str]) -> tuple[bytes, list[str]]:
    """The same of base64."""
    body = "\n".join(lines).encode("utf-8", "surrogatepass")
    letters = armour.letters(body)
    try:
        data = binascii.a2b_base64(letters[: len(letters) // 4 * 4])
    except binascii.Error:
        return b"", lines
    return data, armour.unsure(body).decode("utf-8", "surrogatepass").split("\n")
