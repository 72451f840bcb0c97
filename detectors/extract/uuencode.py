"""Files inside a plain text: uuencode, base64 after `begin-base64`, and yEnc. Words between their marks stay text, whatever they are taken for."""

import binascii
import re
from dataclasses import dataclass, field

from detectors.extract.reading import Node, Reading

_OPENS = re.compile(r"begin(?P<base64>-base64)? [0-7]{3,4} (?P<name>\S.*)")
_OPENING = re.compile(_OPENS.pattern, re.MULTILINE)
_WORDY = bytes(range(ord("0"), ord("9") + 1)) + bytes(range(ord("A"), ord("Z") + 1)) + b" "
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}+={0,2}")  # what is shorter could be a word
_BASE64_SHORT = re.compile(rb"[A-Za-z0-9+/]++={0,2}")
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
            file.take(line)
        else:
            kept.append(line)
    return "\n".join([*kept, *(file.close(node, out) if file else [])])


@dataclass(slots=True)
class _File:
    """An encoded file as its lines come, and those of them that may be words."""

    opening: str = field(repr=False)
    name: str = field(repr=False)
    base64: bool
    lines: list[str] = field(default_factory=list, repr=False)
    words: list[str] = field(default_factory=list, repr=False)
    data: bytearray = field(default_factory=bytearray, repr=False)

    def ended(self, line: str) -> bool:
        return line.rstrip() == ("====" if self.base64 else "end")

    def take(self, line: str) -> None:
        self.lines.append(line)
        raw = line.encode("ascii", "ignore") if line.isascii() else b""
        data, sure = _base64(raw) if self.base64 else _uu(raw)
        self.data += data
        if not sure:
            self.words.append(line)

    def close(self, node: Node, out: Reading) -> list[str]:
        """Makes it a child; gives the lines that stay in the text: all of them where nothing was encoded."""
        data = _decoded(bytes(self.data)) if self.base64 else bytes(self.data)
        if not data:
            return [self.opening, *self.lines]
        out.unpacked(len(data))
        out.child(node, data, name=self.name)
        return self.words


def read_yenc(node: Node, out: Reading) -> None:
    """yEnc, found in bytes: the text charset would spoil it. Any bytes can be yEnc, so all of them are read as text, too."""
    for match in _YENC.finditer(node.data):
        body = match["data"].replace(b"\r", b"").replace(b"\n", b"")
        data = _ESCAPED.sub(lambda m: bytes([(m[1][0] - 64) % 256]), body).translate(_YENC_TABLE)
        out.unpacked(len(data))
        out.child(node, data, name=match["name"].decode("utf-8", "replace").strip())
    out.text(node, node.data.decode("cp1252", "replace"))


def _uu(line: bytes) -> tuple[bytes, bool]:
    """What a line holds, and whether it can be nothing else.

    It is then as long as it says, and a fifth of it are signs that seldom stand in words; of encoded bytes two fifths are.
    """
    if not line:
        return b"", False
    length = (line[0] - 32) & 63
    least, most = 1 + -(-length * 4 // 3), 2 + -(-length // 3) * 4  # some pad no group, some add a sum
    sure = least <= len(line) <= most and len(line.translate(None, _WORDY)) * 5 >= len(line)
    for candidate in (line, line[:least], line[: most - 1]):
        try:
            return binascii.a2b_uu(candidate), sure
        except binascii.Error:
            continue
    return b"", False


def _base64(line: bytes) -> tuple[bytes, bool]:
    return (line, bool(_BASE64.fullmatch(line))) if _BASE64_SHORT.fullmatch(line.rstrip()) else (b"", False)


def _decoded(letters: bytes) -> bytes:
    try:
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])
    except binascii.Error:
        return b""
