"""What one mail program shows and another hides is read, or said to be ambiguous: never passed over."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.extract.transfer import unbase64
from detectors.findings import Where
from tests.corpus.reading import at, kinds, message

LIST = (
    b"Forename,Surname,DOB\r\nAmara,Okafor,14/05/2014\r\nTomasz,Zielinski,02/11/2013\r\nMei,Chen,30/09/2012\r\n"
    * 3
)
HEAD = b"From: a@example.org\r\nSubject: Hi\r\nMIME-Version: 1.0\r\n"
TEXT = b"Content-Type: text/plain\r\n\r\nHello\r\n"


def lines(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def attachment(encoding: bytes = b"base64", body: bytes = b"") -> bytes:
    return (
        b"Content-Type: text/csv; name=l.csv\r\nContent-Transfer-Encoding: "
        + encoding
        + b"\r\n\r\n"
        + (body or lines(LIST))
    )


def mail(
    kind: bytes, *parts: bytes, boundary: bytes = b"b", before: bytes = b"", after: bytes = b""
) -> bytes:
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return HEAD + kind + b"\r\n\r\n" + before + body + b"--" + boundary + b"--\r\n" + after


MIXED = b"Content-Type: multipart/mixed; boundary=b"


@pytest.mark.parametrize(
    "kind",
    [
        b"Content-Type: text/plain\r\n" + MIXED,
        b"Content-Type: multipart/mixed; boundary=zz; boundary=b",
        b"Content-Type: multipart/mixed; boundary=b; boundary*0=zz; boundary*1=b",
        b"Content-Type: multipart/mixed; boundary=zz; boundary*=us-ascii''b",
        b"Content-Type: multipart/mixed",
        b"Content-Type: multipart/mixed; boundary=q",
        b"Content-Type: multipart/mixed; boundary=(x)b",
        b"Content-Type: multipart/mixed boundary=b",
        b"Content-Type: multipart / mixed; boundary=b",
        b"Content-Type: (hi) multipart/mixed; boundary=b",
        b"Content-Type : multipart/mixed; boundary=b",
        MIXED + b"\r\nContent-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64",
    ],
)
def test_a_part_that_can_be_read_in_two_ways_is_ambiguous(kind):
    out = message(mail(kind, TEXT, attachment()))
    assert "unreadable:ambiguous" in kinds(out)
    assert at(out, "Okafor")


@pytest.mark.parametrize(
    "kind",
    [
        MIXED,
        b'Content-Type: multipart/mixed; charset="utf-8"; BOUNDARY="b"',
        b"Content-Type: multipart/mixed; boundary*0=; boundary*1=b",
        MIXED + b"\r\n" + MIXED,
        MIXED + b"\r\nContent-Transfer-Encoding: quoted-printable",
    ],
)
def test_an_ordinary_message_is_not_ambiguous(kind):
    out = message(mail(kind, TEXT, attachment()))
    assert not kinds(out)
    assert at(out, "Okafor")


def test_an_empty_message_of_parts_is_not_ambiguous():
    assert "unreadable:ambiguous" not in kinds(
        message(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n\r\n")
    )


@pytest.mark.parametrize(
    "encoding",
    [b"base64 ", b"BASE64;", b"base64 (x)", b'"base64"', b"x-base64", b"b", b"base64, 7bit", b"base\r\n 64", b"8bit", b"x-uuencode", b"7bit\r\nContent-Transfer-Encoding: base64"],
)  # fmt: skip
def test_base64_is_decoded_whatever_its_label_says(encoding):
    assert at(message(mail(MIXED, TEXT, attachment(encoding))), "Okafor")


@pytest.mark.parametrize(
    "body",
    [
        b"SGk=\r\n" + lines(LIST),
        b"====\r\n" + lines(LIST),
        b"Hi\r\n" + lines(LIST),
        lines(LIST).replace(b"\r\n", b"\r\n*!-\r\n"),
        lines(LIST).rstrip(b"=\r\n") + b"A",
    ],
)
def test_odd_letters_and_early_padding_hide_nothing(body):
    assert at(message(mail(MIXED, TEXT, attachment(body=body))), "Okafor")


def test_spaces_before_a_soft_line_break_part_no_name():
    out = message(mail(MIXED, attachment(b"quoted-printable", b"Amara Oka= \r\nfor")))
    assert at(out, "Amara Okafor")


@pytest.mark.parametrize(
    "raw",
    [
        mail(MIXED, TEXT, before=attachment()),
        mail(MIXED, TEXT, after=b"--b\r\n" + attachment()),
        HEAD + b"\r\nSave this as l.csv:\r\n" + lines(LIST) + b"\r\nRegards\r\n",
        HEAD + b'Content-Type: text/html\r\n\r\n<a href="data:text/csv;base64,' + base64.b64encode(LIST) + b'">l</a>',
        HEAD + b'Content-Type: text/html\r\n\r\n<a href="data:text/csv,Amara%20Okafor%2C14/05/2014">l</a>',
        mail(MIXED, b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines(HEAD + b"\r\n" + LIST)),
        mail(MIXED, b"Content-Type: message/http\r\n\r\n" + attachment()),
    ],
)  # fmt: skip
def test_a_file_in_a_text_or_an_encoded_message_is_read(raw):
    assert at(message(raw), "Okafor")


def test_a_key_in_a_text_is_no_file():
    key = base64.encodebytes(bytes((n * 7919) % 251 for n in range(900))).decode()
    assert len(message(HEAD + b"\r\n" + key.encode()).nodes) == 2


@pytest.mark.parametrize(
    "head",
    [b"Subject : Amara Okafor", b"Subject\t: Amara\r\n Okafor", b"Not a field\r\nSubject: Amara Okafor", b"\xc3\xa9: y\r\nSubject: Amara Okafor"],
)  # fmt: skip
def test_a_subject_behind_a_broken_field_is_a_subject(head):
    out = message(b"From: a@example.org\r\n" + head + b"\r\nX-A: b\r\n\r\nHello\r\n")
    assert any("Amara Okafor" in e.text for e in out.extracts if e.where is Where.SUBJECT)
    assert "unreadable:ambiguous" in kinds(out)


@pytest.mark.parametrize("word", ["QW1hcmEgT2thZm9yQ", "QW1h*cmEg T2thZm9y", "QW1hcmEgT2thZm9y!"])
def test_an_encoded_word_of_broken_base64_is_decoded(word):
    out = message(f"From: a@example.org\r\nSubject: =?utf-8?b?{word}?=\r\n\r\nx\r\n".encode())
    assert any("Amara Okafor" in e.text for e in out.extracts if e.where is Where.SUBJECT)


@given(st.binary(max_size=300))
def test_what_was_encoded_comes_back(data):
    assert unbase64(lines(data)) == data


@pytest.mark.parametrize(
    "raw",
    [
        mail(MIXED, TEXT, before="Zoë Okafor\r\n".encode()),
        mail(MIXED, TEXT, after=b"Zo\xeb Okafor \xed\xa0\x80\r\n"),
        b"From: a@example.org\r\nSubject : Zo\xeb Okafor\r\n\r\nx\r\n",
        mail(MIXED, TEXT, b'Content-Type: text/x-\xe9; name="Zo\xeb Okafor\xff.txt"\r\n\r\nx'),
    ],
)
def test_raw_bytes_outside_the_parts_leave_no_half_letters(raw):
    out = message(raw)
    assert at(out, "Okafor")
    for said in (
        *(e.text for e in out.extracts),
        *(n.name for n in out.nodes),
        *(n.declared for n in out.nodes),
    ):
        assert said.encode("utf-8").decode("utf-8") == said
