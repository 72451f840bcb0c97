"""The messages of a load, their wire form, and a word with the sink."""

import json
import random
import socket
from pathlib import Path

CRLF = b"\r\n"
_LINE = b"The quick brown school fox jumps over the lazy register of class 7B on Tues\r\n"
_HEAD = (
    b"From: a@school.example\r\nTo: b@home.example\r\nSubject: load test\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain\r\n\r\n"
)


def load_mix(spec: str) -> list[bytes]:
    """The messages of a folder, in a seeded order; or one of a size: fixed:5k, fixed:2m."""
    if spec.startswith("fixed:"):
        size = spec[6:].lower()
        count = int(float(size.rstrip("km")) * {"k": 1_000, "m": 1_000_000}.get(size[-1], 1))
        body = (_LINE * (count // len(_LINE) + 1))[: max(0, count - len(_HEAD) - 60)]
        return [_HEAD + body.rsplit(CRLF, 1)[0] + CRLF]
    found = [file.read_bytes() for file in sorted(Path(spec).glob("*.eml"))]
    random.Random(5).shuffle(found)
    return found


def stuff(message: bytes) -> bytes:
    """The wire form without its final dot."""
    message = message.replace(b"\r\n.", b"\r\n..")
    return message if message.endswith(CRLF) else message + CRLF


def ask(address: tuple[str, int], verb: bytes) -> dict | bytes:
    """One of the sink's own verbs, and what it answers."""
    with socket.create_connection(address, 10) as sock, sock.makefile("rb") as file:
        file.readline()
        sock.sendall(verb + CRLF)
        answer = file.readline()
        sock.sendall(b"QUIT\r\n")
    return json.loads(answer[4:]) if answer[4:5] == b"{" else answer
