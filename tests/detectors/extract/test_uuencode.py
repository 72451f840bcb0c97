"""Files encoded in a text are unpacked, and words that only look like such a file stay text."""

import base64
import binascii
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.extract.reading import Node
from detectors.extract.uuencode import attachments
from tests.corpus.reading import message, text

LIST = b"Forename,Surname,DOB\nAmara,Okafor,14/05/2014\n" * 4
NEEDLE = "Tomasz Zielinski has epilepsy"


def uu(data: bytes = LIST, *, backtick: bool = True) -> bytes:
    return b"".join(binascii.b2a_uu(data[at : at + 45], backtick=backtick) for at in range(0, len(data), 45))


def mail(body: bytes) -> str:
    return text(message(b"Subject: x\r\n\r\n" + body.replace(b"\n", b"\r\n")))


@pytest.mark.parametrize(
    "body",
    [
        b"begin 644 a.csv\n" + uu() + b"`\nend\n",
        b"begin 644 a.csv\n" + uu(backtick=False) + b" \nend\n",
        b"begin 644 a.csv\n" + uu() + b"`\n",
        b"begin 644 a.csv\n" + uu(),
        b"hello\n\nbegin 0644 a.csv\n" + uu() + b"`\nend\n\nbye\n",
        b"begin 644 empty\nbegin 644 a.csv\n" + uu() + b"end\n",
        b"begin 644 a.csv\nnot a line of it\n" + uu() + b"end\n",
        b"begin-base64 644 a.csv\n" + base64.encodebytes(LIST) + b"====\n",
        b"begin-base64 644 a.csv\n" + base64.encodebytes(LIST),
    ],
    ids=["ended", "blanks", "no end", "cut off", "between", "two begin", "odd line", "base64", "base64, cut off"],
)  # fmt: skip
def test_a_file_in_a_text_is_unpacked(body: bytes):
    assert "Okafor" in mail(body)


@pytest.mark.parametrize(
    "body",
    [
        "begin 644 note.txt\n{}\nend\n",
        "begin 644 note.txt\n{}\n`\nend\n",
        "begin 644 {}\nHello\nend\n",
        "begin 644 note.txt\n{uu}{}\nend\n",
        "begin 644 note.txt\n{}\n{uu}`\nend\n",
        "begin 644 note.txt\n{uu}`\nend {}\n",
        "begin-base64 644 note.txt\n{}\n====\n",
        "begin-base64 644 note.txt\n{b64}{}\n====\n",
        "begin-base64 644 {}\nHello there\n====\n",
        "=ybegin line=128 size=12 name=note.txt\n{}\n=yend size=12\n",
    ],
)
@pytest.mark.parametrize("needle", [NEEDLE, NEEDLE.upper()])
def test_words_between_the_marks_of_a_file_are_read(body: str, needle: str):
    """A body whose words stood between `begin 644 x` and `end` was taken for a damaged file, and read by nobody."""
    encoded = base64.encodebytes(LIST).decode()
    assert needle in mail(body.format(needle, uu=uu().decode(), b64=encoded).encode())


def test_a_line_of_words_as_long_as_it_says_is_read_too():
    line = "P" + "TOMASZ ZIELINSKI HAS EPILEPSY, ASTHMA AND AN EHCP. CALL HIM AT NOON."[:64]
    assert len(line) == 65
    assert binascii.a2b_uu(line)
    assert "TOMASZ ZIELINSKI" in mail(f"begin 644 a\n{line}\nend\n".encode())


@given(st.randoms(use_true_random=False), st.integers(500, 3000))
def test_a_real_file_leaves_next_to_nothing_in_the_text(random: Random, size: int):
    """What is packed is as good as random."""
    data = random.randbytes(size)
    children: list[bytes] = []
    out: Any = SimpleNamespace(
        unpacked=lambda size: None, child=lambda node, data, name: children.append(data)
    )
    encoded = (b"begin 644 a.bin\n" + uu(data) + b"`\nend\n").decode()
    rest = attachments(encoded, Node("0", b""), out)
    assert children == [data]
    assert len(rest) < len(encoded) / 4
