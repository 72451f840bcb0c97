"""Files inside a plain text: uuencode, base64 after `begin-base64`, and yEnc."""

import base64
import binascii
import re

from detectors.extract.reading import Node, Reading

_UU = re.compile(r"^begin [0-7]{3,4} (?P<name>\S[^\n]*)\n(?P<data>.*?)^end[ \t]*$", re.MULTILINE | re.DOTALL)
_B64 = re.compile(
    r"^begin-base64 [0-7]{3,4} (?P<name>\S[^\n]*)\n(?P<data>.*?)^====[ \t]*$", re.MULTILINE | re.DOTALL
)
_YENC = re.compile(
    rb"^=ybegin [^\r\n]*?name=(?P<name>[^\r\n]*)\r?\n(?:=ypart[^\r\n]*\r?\n)?(?P<data>.*?)\r?\n=yend[^\r\n]*",
    re.MULTILINE | re.DOTALL,
)
_YENC_TABLE = bytes((i - 42) % 256 for i in range(256))
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)


def attachments(text: str, node: Node, out: Reading) -> str:
    """Every encoded file as a child; the text without them."""
    if "begin" not in text:
        return text
    flat = text.replace("\r\n", "\n")
    for pattern, unpack in ((_UU, _uu), (_B64, _base64)):
        for match in pattern.finditer(flat):
            data = unpack(match["data"])
            if data:
                out.unpacked(len(data))
                out.child(node, data, name=match["name"].strip())
        flat = pattern.sub("", flat)
    return flat


def read_yenc(node: Node, out: Reading) -> None:
    """yEnc, found in bytes: the text charset would spoil it."""
    for match in _YENC.finditer(node.data):
        body = match["data"].replace(b"\r", b"").replace(b"\n", b"")
        data = _ESCAPED.sub(lambda m: bytes([(m[1][0] - 64) % 256]), body).translate(_YENC_TABLE)
        out.unpacked(len(data))
        out.child(node, data, name=match["name"].decode("utf-8", "replace").strip())
    out.text(node, _YENC.sub(b"", node.data).decode("cp1252", "replace"))


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
