"""Words of a document in a place that programs keep for themselves are read; what programs keep there is no finding."""

import pytest

from detectors.extract.walk import read_message
from detectors.limits import Limits
from tests.corpus.plain import plain_pdf
from tests.support.mail import make_message
from tests.support.needle import NEEDLE, TOLD, found
from tests.support.pictures import photograph, saved

SAID = NEEDLE.encode()


def attached(name: str, data: bytes) -> bytes:
    return make_message(attach=((name, "application/octet-stream", data),))


def rtf(inner: str) -> bytes:
    return attached("a.rtf", ("{\\rtf1\\ansi " + inner + " Hello}").encode())


@pytest.mark.parametrize(
    "word",
    [
        "fonttbl",
        "stylesheet",
        "generator",
        "themedata",
        "datastore",
        "pict",
        "nonshppict",
        "pgptbl",
        "objdata",
    ],
)
def test_a_sentence_in_a_group_that_no_rtf_reader_shows_is_read(word: str) -> None:
    assert found(rtf("{\\*\\" + word + " " + NEEDLE + "}")) >= TOLD


def test_words_in_bytes_of_rtf_and_in_the_labels_of_its_lists_are_read() -> None:
    assert found(rtf(f"\\bin{len(NEEDLE)} {NEEDLE}")) >= TOLD
    assert found(rtf(f"\\bin99999 {NEEDLE}")) >= TOLD
    assert found(rtf("{\\*\\listtable{\\list{\\listlevel{\\leveltext " + NEEDLE + ";}}}}")) >= TOLD


@pytest.mark.parametrize("written", ["hexadecimal", "binary"])
def test_a_picture_in_rtf_is_looked_at(written: str) -> None:
    """It was passed over, and the document counted as read whole."""
    png = saved(photograph(), "PNG")
    raw = png.hex().encode() if written == "hexadecimal" else b"\\bin%d " % len(png) + png
    data = (
        b"{\\rtf1 Hello{\\*\\shppict{\\pict{\\*\\picprop{\\sp{\\sn a}{\\sv b}}}\\pngblip\\picw9\n"
        + raw
        + b"}}}"
    )
    picture = next(n for n in read_message(attached("a.rtf", data), Limits()).nodes if n.type == "png")
    assert picture.size == len(png)


def test_rtf_as_word_writes_it_is_no_finding() -> None:
    head = "{\\fonttbl{\\f0\\fswiss Calibri;}{\\f1 Times New Roman;}}{\\*\\generator Riched20 10.0;}{\\stylesheet{\\s1 heading 1;}}"
    assert not found(rtf(head + "{\\*\\themedata 504b0304}"))


def pdf(item: str) -> bytes:
    return attached("a.pdf", plain_pdf().replace(b"trailer", f"7 0 obj\n{item}\nendobj\ntrailer".encode(), 1))


@pytest.mark.parametrize(
    "item",
    [
        f"[({NEEDLE})]",
        f"<</Opt 8 0 R>>\nendobj\n8 0 obj\n[({NEEDLE})]",
        f"<</Notes [({NEEDLE})]>>",
        f"<</Producer ({NEEDLE})>>",
        f"<</NM ({NEEDLE})>>",
    ],
)
def test_words_in_lists_and_under_any_key_of_a_pdf_are_read(item: str) -> None:
    assert found(pdf(item)) >= TOLD


def test_what_lies_too_deep_in_a_pdf_is_said() -> None:
    assert "unreadable:too-many-objects" in found(pdf("<</A " * 12 + f"({NEEDLE})" + ">>" * 12))


def test_words_beside_the_objects_of_a_pdf_are_read() -> None:
    assert found(attached("a.pdf", SAID + b"\n" + plain_pdf())) >= TOLD
    assert found(attached("a.pdf", plain_pdf().replace(b"trailer", b"% " + SAID + b"\ntrailer", 1))) >= TOLD
