"""Parses a message as the standard library does, but does not walk the lines of long base64: same tree, same content."""

import re
import secrets
from email import message_from_bytes
from email.message import Message

_START = re.compile(rb"\n\r?\n([A-Za-z0-9+/]{60,76})(\r?\n)")
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
LINES = 100  # shorter content is not worth it


def parse(data: bytes) -> Message:
    """The message. Where a piece that was left out does not come back exactly once, the plain way is taken."""
    lean, left_out = _lean(data)
    if not left_out:
        return message_from_bytes(data)
    message = message_from_bytes(lean)
    for part in message.walk():
        content = part._payload  # type: ignore[attr-defined] # noqa: SLF001 - as parsed; get_payload changes odd bytes
        if isinstance(content, str):
            for mark in [m for m in left_out if m in content]:
                content = content.replace(mark, left_out.pop(mark))
            part._payload = content  # type: ignore[attr-defined] # noqa: SLF001
    return message_from_bytes(data) if left_out else message


def _lean(data: bytes) -> tuple[bytes, dict[str, str]]:
    """The bytes with one line in place of many, and what each such line stands for."""
    pieces: list[bytes] = []
    left_out: dict[str, str] = {}
    done, key = 0, secrets.token_hex(16)
    for match in _START.finditer(data):
        start, length, end = match.start(1), len(match[1]), match[2]
        if start < done:
            continue
        stop = data.find(b"\n--", start)
        step = length + len(end)
        lines = ((stop if stop >= 0 else len(data)) - start) // step
        block = data[start : start + lines * step]
        if lines < LINES or not _even(block, length, end, lines):
            continue
        mark = f"{key}{len(left_out):08d}"
        left_out[mark] = block[step : -len(end)].decode("ascii")
        pieces += (data[done : start + step], mark.encode(), end)
        done = start + len(block)
    return b"".join([*pieces, data[done:]]), left_out


def _even(block: bytes, length: int, end: bytes, lines: int) -> bool:
    """Whether a block is so many lines of base64, each of this length."""
    step = length + len(end)
    ends = all(block[length + n :: step] == bytes([byte]) * lines for n, byte in enumerate(end))
    return ends and len(block.translate(None, _ALPHABET)) == lines * len(end)
