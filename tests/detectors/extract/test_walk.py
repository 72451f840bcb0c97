"""A message is read whole, however large, the cheapest parts first; where that cannot be it says where it stopped."""

import io
import random
import time
from itertools import count

import pytest
from docx import Document

from detectors.extract.reading import Node, Reading
from detectors.extract.walk import drain, read_message
from detectors.findings import Read
from detectors.limits import Limits
from tests.support.mail import make_message

NAME = "Wilhelmina Warmington"


def report(paragraphs: int) -> bytes:
    """A Word document that names a pupil in its last line; of words that deflate cannot make small."""
    chance, target, made = random.Random(7), io.BytesIO(), Document()
    for _ in range(paragraphs):
        made.add_paragraph(" ".join(f"{chance.getrandbits(40):x}" for _ in range(60)))
    made.add_paragraph(NAME)
    made.save(target)
    return target.getvalue()


def unread(reading: Reading) -> set[str]:
    return {f.kind for f in reading.findings if f.kind.startswith("unreadable")}


def test_the_cheapest_parts_are_read_first() -> None:
    """A heavy file in front keeps no small one from being read, should the time run out."""
    sizes = {"large.txt": 900_000, "small.txt": 900, "middle.txt": 90_000}
    raw = make_message(
        attach=[(n, "application/octet-stream", b"word " * (s // 5)) for n, s in sizes.items()]
    )
    order: list[str] = []
    reading = read_message(raw, Limits(), progress=order.append)
    names = {n.path: n.name for n in reading.nodes}
    assert [names[path] for path in order if names[path]] == ["small.txt", "middle.txt", "large.txt"]


@pytest.mark.slow
def test_fifty_megabytes_are_read_whole_within_their_time() -> None:
    document = report(2_000)
    table = "".join(f"{n},pupil {n},5B\n" for n in range(500_000)).encode() + b"1,Wilhelmina Warmington,5B\n"
    film = b"\0\0\0\x18ftypmp42" + random.Random(7).randbytes(
        50_000_000 * 3 // 4 - 12 * len(document) - len(table)
    )
    raw = make_message(
        attach=[
            *((f"report{n}.docx", "application/octet-stream", document + bytes(n)) for n in range(12)),
            ("list.csv", "text/csv", table),
            ("fair.mp4", "video/mp4", film),
        ]
    )
    assert len(raw) > 50_000_000
    began = time.process_time()
    reading = read_message(raw, Limits(seconds=200, part_seconds=100))
    assert time.process_time() - began < Limits().seconds
    assert unread(reading) == set()
    assert sum(NAME in e.text for e in reading.extracts) >= 13
    assert {n.read for n in reading.nodes if n.type != "video"} == {Read.WHOLE}


def test_what_the_time_did_not_allow_is_said_of_each_part() -> None:
    clock = count(0.0, 0.1)
    reading = Reading(limits=Limits(seconds=1.5), clock=lambda: next(clock))
    root = Node(path="0", data=b"")
    for n in range(9):
        reading.child(root, b"word " * (n + 1), name=f"{n}.txt", type="txt")
    drain(reading)
    late = [n.path for n in reading.nodes if n.read is Read.NOT]
    assert 0 < len(late) < 9
    assert late == [f.part for f in reading.findings if f.kind == "unreadable:time"]
