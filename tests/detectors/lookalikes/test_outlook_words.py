"""Words in Outlook's own forms under any property, and in streams that programs keep for themselves, are read."""

import struct

import pytest

from detectors.extract.sweep import strings
from tests.corpus.cfb import compound
from tests.corpus.tnef import attribute, winmail
from tests.support.mail import make_message
from tests.support.needle import NEEDLE, TOLD, found

SAID = NEEDLE.encode()
WIDE = NEEDLE.encode("utf-16-le")


def attached(name: str, data: bytes) -> bytes:
    return make_message(attach=((name, "application/octet-stream", data),))


def message(*streams: tuple[str, bytes]) -> bytes:
    return attached("a.msg", compound({"__properties_version1.0": bytes(32), **dict(streams)}))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("__substg1.0_8001101F-00000000", WIDE),  # one of several categories
        ("__substg1.0_80020102", SAID),
        ("__nameid_version1.0/__substg1.0_00040102", WIDE),
        ("Notes/Page", WIDE),
        ("__attach_version1.0_#00000000/__substg1.0_3712001F", WIDE),
        ("__attach_version1.0_#00000000/__substg1.0_3001001F", WIDE),
    ],
)
def test_words_under_any_property_of_a_message_are_read(name: str, data: bytes) -> None:
    file = "__attach_version1.0_#00000000/__substg1.0_"
    usual = ((file + "37010102", b"Hello"), (file + "3707001F", "a.txt".encode("utf-16-le")))
    assert found(message(("__substg1.0_1000001F", "Hello".encode("utf-16-le")), *usual, (name, data))) >= TOLD


@pytest.mark.parametrize(
    "data",
    [
        attribute(1, 0x00069004, SAID),
        attribute(1, 0x00069003, struct.pack("<IHHII", 1, 0x102, 0x8001 & 0x7FFF, 1, len(SAID)) + SAID),
        SAID,
    ],
)
def test_words_under_any_attribute_of_winmail_dat_are_read(data: bytes) -> None:
    assert found(attached("winmail.dat", winmail() + data)) >= TOLD


def test_properties_that_do_not_add_up_are_said() -> None:
    more = struct.pack("<I", 3) + struct.pack("<HHII", 0x1F, 0x3001, 1, 4) + b"a\0\0\0"
    assert "unreadable:corrupt" in found(attached("winmail.dat", winmail() + attribute(1, 0x00069003, more)))
    assert not found(attached("winmail.dat", winmail()))


@pytest.mark.parametrize("name", ["\x03EPRINT", "\x01CompObj", "Macros/VBA/dir"])
def test_words_in_streams_that_programs_keep_are_read(name: str) -> None:
    assert found(attached("a.pub", compound({"Quill": b"x" * 100, name: SAID}))) >= TOLD


def test_a_sweep_names_what_stands_behind_many_repeats() -> None:
    """Text that was swept up twice counted twice, and what came behind it was left out."""
    repeats = (b"Dear parents, the books are due on Friday" + b"\0") * 600_000
    assert NEEDLE in strings(repeats + SAID)
