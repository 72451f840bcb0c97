"""Outlook's own forms and old compound files: messages, winmail.dat, embedded objects, rights management, false locks."""

import struct

import pytest

from detectors.extract.mapi import inflate_rtf, properties
from detectors.extract.reading import Unreadable
from detectors.findings import Protection, Where
from tests.corpus.cfb import compound
from tests.corpus.plain import plain_docx
from tests.corpus.reading import at, kinds, read_file, text
from tests.corpus.tnef import winmail


def wide(words: str) -> bytes:
    return words.encode("utf-16-le")


def a_msg(extra: dict[str, bytes] | None = None) -> bytes:
    return compound(
        {
            "__properties_version1.0": b"\0" * 32,
            "__substg1.0_0037001F": wide("Quill Subject"),
            "__substg1.0_1000001F": wide("Quill Body"),
            "__substg1.0_10130102": b"<p>Quill <b>Ht</b>ml</p>",
            "__substg1.0_0E04001F": wide("Quill Recipient"),
            "__recip_version1.0_#00000000/__substg1.0_3001001F": wide("Quill Person"),
            "__attach_version1.0_#00000000/__substg1.0_3707001F": wide("Quill Name.txt"),
            "__attach_version1.0_#00000000/__substg1.0_37010102": b"Quill Attached".ljust(4096),
            "__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_0037001F": wide("Quill Inner"),
        }
        | (extra or {})
    )


@pytest.mark.parametrize(
    "needle", ["Subject", "Body", "Html", "Recipient", "Person", "Name.txt", "Attached", "Inner"]
)
def test_a_saved_message_is_read_whole(needle):
    out = read_file("mail.msg", a_msg())
    assert out.nodes[1].type == "msg"
    assert at(out, f"Quill {needle}")


def test_a_body_that_is_only_compressed_rtf_is_read():
    plain = b"{\\rtf1 Quill Rtf}"
    packed = struct.pack("<II", len(plain) + 12, len(plain)) + b"MELA" + b"\0" * 4 + plain
    out = read_file("mail.msg", a_msg({"__substg1.0_10090102": packed}))
    assert "Quill Rtf" in text(out)


def test_lzfu_is_unpacked_as_its_specification_shows():
    """The example of MS-OXRTFCP 3.1."""
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af86563682032 0bc70a84 7468207c0a800fa0".replace(
            " ", ""
        )
    )
    assert inflate_rtf(packed, 10_000).startswith(b"{\\rtf1")


def test_winmail_dat_is_read_whole():
    out = read_file("winmail.dat", winmail())
    for needle in ("Quill Subject", "Quill Body", "Quill Attached"):
        assert needle in text(out), needle
    assert "Quill Long" in [e.text for e in out.extracts if e.where is Where.FILENAME]


def test_a_block_of_properties_that_does_not_add_up_is_said():
    with pytest.raises(Unreadable):
        list(properties(struct.pack("<I", 99) + b"\x1f\x00\x37\x00\xff\xff\xff\xff"))


def native(name: bytes, data: bytes) -> bytes:
    body = (
        b"\x02\0"
        + name
        + b"\0"
        + b"C:\\x\\"
        + name
        + b"\0"
        + b"\0" * 8
        + b"C:\\t\0"
        + struct.pack("<I", len(data))
        + data
    )
    return struct.pack("<I", len(body)) + body


def test_a_file_dropped_into_a_document_is_a_part():
    out = read_file(
        "x.doc",
        compound(
            {
                "WordDocument": b"\xec\xa5" + b"\0" * 600,
                "ObjectPool/_1/\x01Ole10Native": native(b"Quill.txt", b"Quill Dropped"),
            }
        ),
    )
    assert "Quill Dropped" in text(out)


def test_an_office_file_inside_an_old_one_is_a_part():
    out = read_file(
        "x.doc", compound({"WordDocument": b"\xec\xa5" + b"\0" * 600, "ObjectPool/_1/Package": plain_docx()})
    )
    assert "Quill Word" in text(out)


@pytest.mark.parametrize(
    ("streams", "verdict", "kind"),
    [
        (
            {"WordDocument": b"\xec\xa5" + b"\0" * 8 + struct.pack("<H", 0x0100)},
            Protection.WEAK,
            "protected:weak",
        ),
        (
            {"WordDocument": b"\xec\xa5" + b"\0" * 8 + struct.pack("<H", 0x8100)},
            Protection.WEAK,
            "protected:weak",
        ),
        (
            {"Workbook": b"\x09\x08\x04\0\0\0\0\0\x2f\0\x06\0\x01\0\x01\0\x01\0"},
            Protection.WEAK,
            "protected:weak",
        ),
        (
            {"Workbook": b"\x09\x08\x04\0\0\0\0\0\x2f\0\x06\0\0\0\x01\0\x01\0"},
            Protection.WEAK,
            "protected:weak",
        ),
        (
            {"PowerPoint Document": b"x", "Current User": b"\0" * 12 + b"\xdf\xc4\xd1\xf3"},
            Protection.WEAK,
            "protected:weak",
        ),
        (
            {"WordDocument": b"\xec\xa5", "\x06DataSpaces/TransformInfo/DRMTransform/x": b"x"},
            Protection.RIGHTS_MANAGED,
            "protected:rights-managed",
        ),
        ({"\tDRMContent": b"x"}, Protection.RIGHTS_MANAGED, "protected:rights-managed"),
        (
            {"EncryptedPackage": b"x", "\x06DataSpaces/TransformInfo/DRMEncryptedTransform/x": b"x"},
            Protection.RIGHTS_MANAGED,
            "protected:rights-managed",
        ),
        (
            {"EncryptedPackage": b"x", "EncryptionInfo": b"\x04\0\x04\0", "WordDocument": b"Quill"},
            Protection.NONE,
            "unreadable:encryption",
        ),
        ({"EncryptedPackage": b"x"}, Protection.NONE, "unreadable:encryption"),
    ],
)
def test_locks_of_compound_files(streams, verdict, kind):
    out = read_file("x.doc", compound(streams))
    assert kind in kinds(out)
    assert out.nodes[1].protection is verdict
