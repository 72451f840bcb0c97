"""Files inside a plain text: uuencode, base64 after `begin-base64`, and yEnc."""

import base64
import binascii
import re
from typing import AnyStr

from detectors.extract.reading import Node, Reading

_UU = re.compile(r"^begin [0-7]{3,4} (?P<name>\S[^\n]*)\n(?P<data>.*?)^end[ \t]*$", re.MULTILINE | re.DOTALL)
_UU_END = re.compile(r"^end[ \t]*$", re.MULTILINE)
_B64 = re.compile(
    r"^begin-base64 [0-7]{3,4} (?P<name>\S[^\n]*)\n(?P<data>.*?)^====[ \t]*$", re.MULTILINE | re.DOTALL
)
_B64_END = re.compile(r"^====[ \t]*$", re.MULTILINE)
_YENC = re.compile(
    rb"^=ybegin (?>[^\r\n]*?name=)(?P<name>[^\r\n]*)\r?\n(?:=ypart[^\r\n]*\r?\n)?(?P<data>.*?)\r?\n=yend[^\r\n]*",
    re.MULTILINE | re.DOTALL,
)
_YENC_END = re.compile(rb"\n=yend[^\r\n]*")
_YENC_TABLE = bytes((i - 42) % 256 for i in range(256))
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)


def attachments(text: str, node: Node, out: Reading) -> str:
    """Every encoded file as a child; the text without them."""
    if "begin" not in text:
        return text
    flat = text.replace("\r\n", "\n")
    for pattern, ending, unpack in ((_UU, _UU_END, _uu), (_B64, _B64_END, _base64)):
        end = _last(ending, flat)
        for match in pattern.finditer(flat, 0, end):
            data = unpack(match["data"])
            if data:
                out.unpacked(len(data))
                out.child(node, data, name=match["name"].strip())
        flat = pattern.sub("", flat[:end]) + flat[end:]
    return flat


def _last(ending: re.Pattern[AnyStr], text: AnyStr) -> int:
    """Where the last file ends: beyond it a pattern would seek from each beginning an end that is not there."""
    return max((match.end() for match in ending.finditer(text)), default=0)


def read_yenc(node: Node, out: Reading) -> None:
    """yEnc, found in bytes: the text charset would spoil it."""
    end = _last(_YENC_END, node.data)
    for match in _YENC.finditer(node.data, 0, end):
        body = match["data"].replace(b"\r", b"").replace(b"\n", b"")
        data = _ESCAPED.sub(lambda m: bytes([(m[1][0] - 64) % 256]), body).translate(_YENC_TABLE)
        out.unpacked(len(data))
        out.child(node, data, name=match["name"].decode("utf-8", "replace").strip())
    rest = _YENC.sub(b"", node.data[:end]) + node.data[end:]
    out.text(node, rest.decode("cp1252", "replace"))


def _uu(lines: str) -> bytes:
    found = bytearray()
    for line in lines.split("\n"):
        if not line:  # the library takes nothing for 32 zeros
            continue
        try:
            found += binascii.a2b_uu(line)
        except binascii.Error:
            try:  # some writers pad the last group wrongly
                found += binascii.a2b_uu(line[: 1 + ((ord(line[0]) - 32) & 63) * 4 // 3 + 3])
            except (binascii.Error, IndexError, ValueError):
                return b""
        except ValueError:
            return b""
    return bytes(found)


def _base64(lines: str) -> bytes:
    try:
        return base64.b64decode(lines)
    except (binascii.Error, ValueError):
        return b""
