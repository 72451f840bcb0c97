"""Messages are read as any reader might show them: fields, bodies, attachments, and what hides between."""

import base64
import binascii
import importlib.util
import quopri
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.extract import headers
from detectors.extract.header_parameters import split
from detectors.findings import Where
from detectors.limits import Limits
from tests.corpus.reading import at, kinds, message, text


def crlf(source: str) -> bytes:
    return source.replace("\n", "\r\n").encode("utf-8")


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("Amara Okafor", "Amara Okafor"),
        ("=?utf-8?Q?Amara_Okafor?=", "Amara Okafor"),
        ("=?utf-8?B?QW1hcmEgT2thZm9y?=", "Amara Okafor"),
        ("=?iso-8859-1?Q?Zo=EB_Brown?=", "Zoë Brown"),
        ("=?utf-8?Q?Am?=\n =?utf-8?Q?ara?= Okafor", "Amara Okafor"),
        ("=?utf-8?B?w5s=?=\n =?utf-8?B?bGHDqw==?=", "Ûlaë"),
        (
            "=?utf-8?B?w?=\n =?utf-8?B?5s=?=",
            "",
        ),  # a character cut in two: whatever is shown, nothing is raised
        ("Amara\n Okafor", "Amara Okafor"),
        ("=?x-nobody-knows?Q?Amara_Okafor?=", "Amara Okafor"),
        ("=?utf-8?Q?Amara=20Okafor", "Amara=20Okafor"),
        ("Zoë Brown", "Zoë Brown"),
        ("=?utf-8*en?Q?Amara_Okafor?=", "Amara Okafor"),
    ],
)
def test_a_subject_is_decoded_as_a_reader_shows_it(subject, shown):
    out = message(crlf(f"From: a@example.org\nSubject: {subject}\n\nx\n"))
    found = [e.text for e in out.extracts if e.where is Where.SUBJECT]
    assert len(found) == 1
    assert shown in found[0]


def test_an_eight_bit_subject_in_windows_1252_is_read():
    out = message(b"From: a@example.org\r\nSubject: Zo\xeb Brown\r\n\r\nx\r\n")
    assert at(out, "Zoë Brown")


def test_subjects_behind_a_line_that_is_no_field_are_header_text_too():
    """Ten thousand of them were ten thousand texts to search; beyond the bound of a header that is said, as of any field."""
    out = message(
        b"From: a@example.org\r\nno field\r\nSubject: Amara Okafor\r\n" + b"Subject: x\r\n" * 20_000
    )
    subjects = [e.text for e in out.extracts if e.where is Where.SUBJECT]
    assert subjects[0].strip() == "Amara Okafor"
    assert len(subjects) < 10_000
    assert "unreadable:headers" in kinds(out)


def test_every_subject_counts_where_there_are_two():
    out = message(crlf("Subject: one\nSubject: Amara Okafor\n\nx\n"))
    assert [e.text for e in out.extracts if e.where is Where.SUBJECT] == ["one", "Amara Okafor"]


def test_header_fields_are_named_and_the_way_of_the_message_is_silent():
    out = message(crlf("Received: from amara\nReply-To: Amara <a@gmail.com>\nX-Mailer: Okafor\n\nx\n"))
    places = {e.place: e.text for e in out.extracts if e.where is Where.HEADER}
    assert places == {"Reply-To": "Amara <a@gmail.com>", "X-Mailer": "Okafor"}


@pytest.mark.parametrize("name", ["Comments", "Keywords", "X-Note"])
def test_words_in_fields_that_nobody_sees_count_like_the_text(name):
    out = message(crlf(f"Subject: x\n{name}: Amara Okafor has been excluded\n\nx\n"))
    assert [(e.where, e.hidden) for e in out.extracts if e.place == name] == [(Where.BODY, True)]


@pytest.mark.parametrize(
    ("head", "body", "needle"),
    [
        ("Content-Type: text/plain", "Amara Okafor", "Amara Okafor"),
        (
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable",
            "Amara Oka=\nfor",
            "Amara Okafor",
        ),
        ("Content-Type: text/plain; format=flowed", "Amara \nOkafor", "Amara Okafor"),
        ("Content-Type: text/plain; format=flowed; delsp=yes", "Amara Oka \nfor", "Amara Okafor"),
        ("Content-Type: text/html", "<p><b>Am</b>ara Oka<i>for</i></p>", "Amara Okafor"),
        ("Content-Type: text/plain; charset=x-unknown-8bit", "Amara Okafor", "Amara Okafor"),
        ("Content-Type: garbage", "Amara Okafor", "Amara Okafor"),
        ("Content-Type: multipart/mixed", "Amara Okafor", "Amara Okafor"),
        ("Content-Type: multipart/mixed; boundary=b", "--b\n\nAmara Okafor", "Amara Okafor"),
        ("Content-Type: multipart/mixed; boundary=b", "Amara Okafor\n--b\n\nx\n--b--", "Amara Okafor"),
        ("Content-Type: multipart/mixed; boundary=b", "--b\n\nx\n--b--\nAmara Okafor", "Amara Okafor"),
        ("Content-Transfer-Encoding: x-odd", "Amara Okafor", "Amara Okafor"),
    ],
)
def test_a_body_is_read_however_it_is_written(head, body, needle):
    assert needle in text(message(crlf(f"From: a@example.org\n{head}\n\n{body}\n")))


@pytest.mark.parametrize(
    "charset",
    ["utf-8", "utf-16", "utf-16-le", "cp1252", "iso-8859-15", "cp1250", "koi8-r", "shift_jis", "utf-7"],
)
def test_a_declared_charset_is_used(charset):
    words = {"koi8-r": "Анна Иванова", "shift_jis": "山田太郎"}.get(charset, "Zoé Brown")
    body = base64.encodebytes(words.encode(charset)).decode()
    raw = crlf(f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n{body}")
    assert words in text(message(raw))


def test_quoted_thread_and_signature_are_told_from_own_words():
    out = message(crlf("Subject: x\n\nMy words\n> their words\nmore of mine\n-- \nSarah\n"))
    assert [(e.text.strip(), e.quoted, e.place) for e in out.extracts if e.where is Where.BODY] == [
        ("My words", False, ""),
        ("their words", True, "quoted thread"),
        ("more of mine", False, ""),
        ("-- \nSarah", False, "signature"),
    ]


@pytest.mark.parametrize(
    "mark",
    [
        "-----Original Message-----\nFrom: x",
        "From: Amara <a@b.c>\nSent: Monday\nTo: x\nSubject: y",
        "________________________________\nFrom: Amara\nSent: today",
        "On Mon, 2 Jun 2025 at 10:00, Amara Okafor wrote:",
        "Begin forwarded message:\nFrom: x",
    ],
)
def test_a_thread_below_is_quoted(mark):
    out = message(crlf(f"Subject: x\n\nMy words\n\n{mark}\nold words\n"))
    assert all(e.quoted for e in at(out, "old words"))
    assert not any(e.quoted for e in at(out, "My words"))


def test_a_html_thread_is_quoted_and_hidden_words_are_hidden():
    html = (
        "<div>Mine</div><div style='display:none'>Secret</div><img alt='Alt words'>"
        "<div class='gmail_quote'>Old</div><!-- Comment words --><a href='mailto:amara@x.org'>l</a>"
    )
    out = message(crlf(f"Content-Type: text/html\n\n{html}\n"))
    assert [e.hidden for e in at(out, "Secret")] == [True]
    assert [e.quoted for e in at(out, "Old")] == [True]
    assert [(e.quoted, e.hidden) for e in at(out, "Mine")] == [(False, False)]
    assert at(out, "Alt words")
    assert at(out, "Comment words")
    assert at(out, "amara@x.org")


def test_a_table_in_html_is_a_table():
    html = "<table><tr><th>Name</th><th>DOB</th></tr><tr><td>Amara <b>Okafor</b></td><td>12/03/2011</td></tr></table>"
    out = message(crlf(f"Content-Type: text/html\n\n{html}\n"))
    [table] = [e.table for e in out.extracts if e.table]
    assert table.header == ("Name", "DOB")
    assert table.rows == (("Amara Okafor", "12/03/2011"),)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('Content-Disposition: attachment; filename="Amara Okafor.txt"', "Amara Okafor.txt"),
        ("Content-Disposition: attachment; filename*=utf-8''Zo%C3%AB.txt", "Zoë.txt"),
        ('Content-Disposition: attachment; filename="=?utf-8?Q?Zo=C3=AB?=.txt"', "Zoë.txt"),
        ("Content-Disposition: attachment; filename*0=Amara;\n filename*1=.txt", "Amara.txt"),
        ('Content-Type: text/plain; name="Amara.txt"', "Amara.txt"),
        (
            'Content-Type: text/plain; name="Other.txt"\nContent-Disposition: attachment; filename="Amara.txt"',
            "Amara.txt",
        ),
        (
            'Content-Type: text/plain; name="Other.txt"\nContent-Disposition: attachment; filename="Amara.txt"',
            "Other.txt",
        ),
        (
            'Content-Disposition: x; filename="a.txt"\nContent-Disposition: x; filename="Amara.txt"',
            "Amara.txt",
        ),
        ('Content-Disposition: attachment; filename="a.txt"; filename="Amara.txt"', "Amara.txt"),
    ],
)
def test_every_file_name_that_a_part_claims_is_read(line, name):
    out = message(crlf(f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{line}\n\nx\n--b--\n"))
    assert name in [e.text for e in out.extracts if e.where is Where.FILENAME]


def test_files_inside_a_plain_text_are_parts():
    uu = "begin 644 list.txt\n" + binascii.b2a_uu(b"Amara Okafor").decode() + "`\nend\n"
    out = message(crlf("Subject: x\n\nhello\n" + uu))
    assert at(out, "Amara Okafor")
    assert "list.txt" in [e.text for e in out.extracts if e.where is Where.FILENAME]


def test_yenc_is_unpacked():
    packed = bytes((b + 42) % 256 for b in b"Amara Okafor")
    raw = (
        b"Content-Type: application/octet-stream\r\n\r\n=ybegin line=128 size=12 name=list.txt\r\n"
        + packed
        + b"\r\n=yend size=12\r\n"
    )
    assert "Amara Okafor" in text(message(raw))


def test_a_message_in_a_message_is_an_attachment():
    inner = "From: x@y.z\nSubject: Amara Okafor\n\nInner words\n"
    out = message(
        crlf(
            f"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n"
        )
    )
    assert [e.where for e in at(out, "Amara Okafor")] == [Where.ATTACHMENT]
    assert [e.where for e in at(out, "Inner words")] == [Where.ATTACHMENT]


def test_quoted_printable_with_broken_ends_is_read():
    body = quopri.encodestring("Zoë Brown".encode()).decode() + "=\n=C3"
    assert "Zoë Brown" in text(
        message(
            crlf(
                f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{body}"
            )
        )
    )


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 3_000,
            "unreadable:too-many-parts",
        ),
        (
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 30_000,
            "unreadable:too-many-parts",
        ),
        (b"X-Long: " + b"a" * 70_000 + b"\r\n\r\nx", "unreadable:headers"),
        (b"Content-Type: message/partial; id=x; number=1\r\n\r\nx", "unreadable:partial-message"),
        (
            b"Content-Type: message/external-body; access-type=url\r\n\r\nContent-Type: text/plain\r\n\r\n",
            "unreadable:external-body",
        ),
        (b"Content-Type: message/rfc822\r\n\r\n" * 60 + b"x", "unreadable:too-deep"),
    ],
)
def test_what_exceeds_a_cap_is_said(raw, kind):
    assert kind in kinds(message(raw))


def test_many_encoded_words_do_not_hang():
    out = message(
        b"Subject: " + b" ".join([b"=?utf-8?Q?a?="] * 2_500) + b"\r\n\r\nx", Limits(header_bytes=10_000_000)
    )
    assert [e for e in out.extracts if e.where is Where.SUBJECT]


FIELD = st.lists(
    st.sampled_from(
        ["text/plain", ";", " ", "charset", "format", "delsp", "=", "utf-8", '"', "'", "*", "*0", "*1", "flowed", "Charset=", "x", "\\", "%41", "=?utf-8?Q?a?=", "\udcff", "\r\n "]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(st.lists(FIELD, max_size=2))
def test_parameters_taken_together_are_those_taken_one_by_one(fields):
    names = ("charset", "format", "delsp", "protocol")
    part = Message()
    for value in fields:
        part._headers.append(("Content-Type", value))

    def alone(name):
        try:
            return headers._plain(part.get_param(name, "", "content-type"))
        except headers._BROKEN:
            return ""

    assert headers.parameters(part, names) == {name: alone(name) for name in names if alone(name)}


PIECES = st.sampled_from(["a", "=", ";", '"', '\\"', "\\", " ", "B*0", "utf-8''x", "\r\n ", "é"])


@given(st.lists(PIECES, max_size=30).map("".join))
def test_parameters_are_split_as_the_standard_library_splits_them(field):
    """Its own function is quadratic in semicolons, and ours stands in its place."""
    spec = importlib.util.find_spec("email.message")
    untouched = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(untouched)
    assert split(field) == untouched._parseparam(field)
