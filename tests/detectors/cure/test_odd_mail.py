"""Odd, old and broken mail: whatever a cure does not name keeps its bytes, one by one."""

import base64
import contextlib
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.cure.apply import CureError, mend
from detectors.cure.plan import Plan, Target
from detectors.cure.structure import leaves
from detectors.scan import scan
from tests.support.documents import pdf
from tests.support.people import SCHOOL

pytestmark = pytest.mark.slow
PASSWORD = "lake-otter-violin-sandal-thumb"
FILE = base64.encodebytes(pdf("Amelia Thompson")).rstrip(b"\n")
TOP = b"From: a@x.example\r\nTo: b@y.example\r\nSubject: Hi\r\nMIME-Version: 1.0\r\n"
PART = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n"
TEXT = b"Content-Type: text/plain\r\n\r\nDear Jo\r\n"


def crlf(raw):
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def mixed(*parts, boundary=b"b", head=b"", preamble=b"", epilogue=b"", close=b"--\r\n"):
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    kind = b"Content-Type: multipart/mixed; boundary=" + (b'"' + boundary + b'"') + b"\r\n"
    return TOP + head + kind + b"\r\n" + preamble + body + b"--" + boundary + close + epilogue


FILED = PART + crlf(FILE)
ODD = {
    "plain": mixed(TEXT, FILED),
    "preamble and epilogue": mixed(TEXT, FILED, preamble=b"This is MIME.\r\n", epilogue=b"\r\n-- \r\nlist footer\r\n"),
    "bare line feeds": mixed(TEXT, FILED).replace(b"\r\n", b"\n"),
    "mixed line ends": mixed(TEXT, FILED).replace(b"Dear Jo\r\n", b"Dear Jo\nand\r\nZo\xc3\xab\n"),
    "no closing delimiter": mixed(TEXT, FILED, close=b"")[: -len(b"--b")],
    "blanks behind the delimiters": mixed(TEXT, FILED).replace(b"--b\r\n", b"--b \t \r\n"),
    "a boundary like an expression": mixed(TEXT, FILED, boundary=b"=_(a.b)+c?"),
    "a boundary that begins another": mixed(TEXT + b"--bc\r\nno delimiter\r\n", FILED),
    "parts in parts": mixed(
        b'Content-Type: multipart/alternative; boundary="i"\r\n\r\n--i\r\n' + TEXT + b"\r\n--i\r\n"
        b"Content-Type: text/html\r\n\r\n<p>Jo\r\n--i--\r\n",
        FILED,
    ),
    "raw bytes in the header": mixed(TEXT, FILED, head=b"X-Name: Zo\xeb \xff\xfe\r\n"),
    "a field twice": mixed(TEXT, FILED, head=b"X-A: 1\r\nx-a: 2\r\n"),
    "odd folding": mixed(TEXT, FILED, head=b"X-A: 1\r\n\t \t2\r\n \r\n 3\r\n".replace(b" \r\n 3", b" 3")),
    "a very long line": mixed(b"Content-Type: text/plain\r\n\r\n" + b"x" * 5_000 + b"\r\n", FILED),
    "an empty part": mixed(b"\r\n", TEXT, FILED),
    "a part without a header": mixed(b"\r\nno header here\r\n", FILED),
    "a forwarded message beside it": mixed(TEXT, b"Content-Type: message/rfc822\r\n\r\n" + TOP + b"\r\nOld\r\n", FILED),
    "a name in two ways": mixed(
        TEXT,
        FILED.replace(b"; name=a.pdf", b"; name*=utf-8''Zo%C3%AB.pdf").replace(b"filename=a.pdf", b'filename="=?utf-8?q?Zo=C3=AB.pdf?="'),
    ),
    "no disposition": mixed(TEXT, FILED.replace(b"Content-Disposition: attachment; filename=a.pdf\r\n", b"")),
    "an encoding in capitals": mixed(TEXT, FILED.replace(b"base64", b" BASE64 ")),
    "fields of its own on the part": mixed(TEXT, b"X-Own: kept\r\nContent-ID: <one@x>\r\n" + FILED),
    "blank lines at the end": mixed(TEXT, FILED + b"\r\n\r\n\r\n"),
}  # fmt: skip


def the_file(raw):
    """Where the PDF stands, as the scan says."""
    part = next(p for p in scan(raw, SCHOOL).parts if p.sniffed == "pdf" and p.path.count("/") == 1)
    return Target(path=part.path, sha256=part.sha256, kind="pdf"), leaves(raw)[int(part.path.split("/")[1])]


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_locking_keeps_everything_around_the_file(raw):
    """Byte for byte up to the part and behind it; the part keeps its own other fields; a parser finds the locked file."""
    target, leaf = the_file(raw)
    made = mend(raw, Plan(encrypt=(target,), password=PASSWORD), SCHOOL)
    assert made.startswith(raw[: leaf.start])
    assert made.endswith(raw[leaf.end :])
    after = next(p for p in scan(made, SCHOOL).parts if p.path == target.path)
    assert (after.sniffed, after.protection) == ("pdf", "strong")
    for field in (b"X-Own: kept", b"Content-ID: <one@x>"):
        assert made.count(field) == raw.count(field)
    names = [part.get_filename() for part in message_from_bytes(made, policy=default).walk()]
    assert len([name for name in names if name]) == 1


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_removing_takes_out_the_part_alone(raw):
    """What stood above and below meets; the others are found where they were."""
    target, leaf = the_file(raw)
    made = mend(raw, Plan(remove=(target,)), SCHOOL)
    assert made == raw[: leaf.cut_from] + raw[leaf.cut_to :]
    before, after = scan(raw, SCHOOL).parts, scan(made, SCHOOL).parts
    gone = [p.sha256 for p in before if p.path.startswith(target.path) and p.path.count("/") == 1]
    assert [p.sha256 for p in after if p.path.count("/") == 1] == [
        p.sha256 for p in before if p.path.count("/") == 1 and p.sha256 not in gone
    ]


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_the_subject_changes_alone(raw):
    """Initials in any of them: one field differs."""
    named = raw.replace(b"Subject: Hi", b"Subject: Amelia Thompson")
    made = mend(named, Plan(initials=True), SCHOOL)
    ends = b"\r\n" if b"Subject: Hi\r\n" in raw else b"\n"
    assert made.replace(b"Subject: M.T.\r\n", b"Subject: Amelia Thompson" + ends) == named


@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_break_it(data, headed):
    """Whatever arrives: a plan is carried out, or refused in words; nothing else is raised."""
    raw = (TOP + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' if headed else b"") + data
    plan = Plan(
        initials=True,
        hide=("b@y.example",),
        replace=("0" * 32,),
        address="s@example.sch.uk",
        remove=(Target(path="0/1", sha256="0" * 64),) if headed else (),
    )
    with contextlib.suppress(CureError):
        assert isinstance(mend(raw, plan, SCHOOL), bytes)
