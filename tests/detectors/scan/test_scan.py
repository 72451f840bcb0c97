"""The scan answers for any bytes, lists every part, and lets no raw value out."""

import json

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors import frames
from detectors.extract.table import EXTRACTORS
from detectors.findings import Read, Scan, Where
from detectors.limits import Limits
from detectors.scan import scan
from detectors.unread import unread
from detectors.warmth import EMPTY, SAMPLE
from tests.corpus.plain import plain_docx, plain_pdf, plain_zip
from tests.support.mail import make_message

QUICK = Limits(part_seconds=2, seconds=4, try_seconds=0)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(st.binary(max_size=2_000))
@quick
def test_any_bytes_are_answered(raw):
    """scan never raises for any bytes."""
    assert isinstance(scan(raw, EMPTY, QUICK), Scan)


@given(st.binary(max_size=600), st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1", b"\x78\x9f\x3e\x22\0\0", b"0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07", b"<html>", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x01\x00", b"-----BEGIN PGP MESSAGE-----\n\n", b"BEGIN:VCARD\n"]))  # fmt: skip
@quick
def test_any_attachment_is_answered(tail, head):
    """A mark of a format and rubbish after it."""
    raw = make_message(attach=(("x.bin", "application/octet-stream", head + tail),))
    found = scan(raw, EMPTY, QUICK)
    assert found.parts[-1].read in set(Read)


@given(st.integers(0, len(SAMPLE) - 1), st.binary(min_size=1, max_size=8))
@quick
def test_a_message_with_some_bytes_changed_is_answered(at, other):
    assert isinstance(scan(SAMPLE[:at] + other + SAMPLE[at + len(other) :], EMPTY, QUICK), Scan)


@given(
    st.lists(
        st.sampled_from(["multipart/mixed", "message/rfc822", "text/plain", "text/html", "application/pdf"]),
        max_size=8,
    ),
    st.text(max_size=60),
)
@quick
def test_any_shape_of_message_is_answered(types, words):
    raw = b"".join(b"Content-Type: %s; boundary=b\r\n\r\n--b\r\n" % t.encode() for t in types)
    assert scan(raw + words.encode("utf-8", "replace"), EMPTY, QUICK).parts[0].path == "0"


def test_every_part_has_its_own_path_and_says_whether_it_was_read():
    inner = plain_zip(**{"a.docx": plain_docx(), "b.pdf": plain_pdf()})
    found = scan(make_message(attach=(("x.zip", "application/zip", inner),)), EMPTY, QUICK)
    assert [(p.path, p.sniffed, p.role) for p in found.parts] == [
        ("0", "eml", Where.MESSAGE),
        ("0/0", "txt", Where.BODY),
        ("0/1", "zip", Where.ATTACHMENT),
        ("0/1/0", "docx", Where.ATTACHMENT),
        ("0/1/1", "pdf", Where.ATTACHMENT),
    ]
    assert all(p.read is Read.WHOLE and p.sha256 for p in found.parts)


def test_what_a_scan_says_crosses_the_pipe_unchanged():
    found = scan(SAMPLE, EMPTY)
    frame = frames.pack_reply(frames.Answer(scan=found))[frames.HEAD.size :]
    assert frames.unpack_reply(frame).scan == found


@pytest.mark.parametrize(
    "frame", [b"", b"\xc0", b"\x81\xa1x\x01", msgspec.msgpack.encode({"type": "answer", "scan": 1})]
)
def test_what_is_not_of_a_known_type_does_not_cross(frame):
    with pytest.raises((msgspec.DecodeError, msgspec.ValidationError)):
        frames.unpack_reply(frame)


def test_no_raw_value_stands_in_a_scan():
    """Names of pupils in bodies, file names and cells come out masked."""
    raw = make_message(
        subject="Wilhelmina Warmington",
        body="Wilhelmina Warmington, 943 476 5919\r\n",
        attach=(
            (
                "Wilhelmina Warmington.zip",
                "application/zip",
                plain_zip(**{"Wilhelmina Warmington.txt": b"Wilhelmina Warmington"}),
            ),
        ),
    )
    found = scan(raw, EMPTY)
    assert any(f.kind == "pupil-name" for f in found.findings)
    out = json.dumps(msgspec.to_builtins(found))
    assert "Warmington" not in out
    assert "9434765919" not in out.replace(" ", "")


def test_a_part_that_ended_a_worker_before_is_left_out():
    raw = make_message(
        attach=(("a.txt", "text/plain", b"Wilhelmina Warmington"), ("b.txt", "text/plain", b"x"))
    )
    found = scan(raw, EMPTY, skip={"0/1": "worker-crash"})
    assert [(f.kind, f.part) for f in found.findings if f.kind.startswith("unreadable")] == [
        ("unreadable:worker-crash", "0/1")
    ]
    assert [p.read for p in found.parts] == [Read.WHOLE, Read.WHOLE, Read.NOT, Read.WHOLE]


def test_too_many_findings_are_cut_and_said_to_be():
    body = "".join(f"person{i}@example.org\r\n" for i in range(80))
    found = scan(make_message(body=body), EMPTY, Limits(findings=20))
    assert len(found.findings) == 21
    assert found.findings[-1].kind == "unreadable:too-many-findings"


def test_a_message_that_nobody_could_read_is_one_unread_part():
    found = unread(7, "deadline", "too late", "v")
    assert [(p.path, p.read) for p in found.parts] == [("0", Read.NOT)]
    assert [f.kind for f in found.findings] == ["unreadable:deadline"]


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("The password is correct-horse9 as agreed.\r\n", "password-with-file"),
        ("pw: correct-horse9\r\n", "password-with-file"),
        ("See attached.\r\n", ""),
    ],
)
def test_the_key_under_the_mat(body, finding):
    """A file whose password stands beside it is read, and said to be open."""
    import io

    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user="correct-horse9", owner="other", R=6))
    found = scan(make_message(body=body, attach=(("x.pdf", "application/pdf", out.getvalue()),)), EMPTY)
    kinds = {f.kind for f in found.findings}
    assert "protected:strong" in kinds
    assert (finding in kinds) if finding else not {k for k in kinds if k.startswith("password-with")}
    assert len(found.parts) == (4 if finding else 3)


def test_a_password_that_anybody_would_try_is_found():
    """The pupil's name, when the message names the pupil."""
    import io

    import pyzipper

    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"Warmington")
        archive.writestr("a.txt", b"Wilhelmina Warmington")
    raw = make_message(
        subject="Wilhelmina Warmington", attach=(("x.zip", "application/zip", out.getvalue()),)
    )
    assert "password-guessable" in {f.kind for f in scan(raw, EMPTY).findings}


def test_every_type_has_an_extractor_of_its_own_name():
    assert {"pdf", "docx", "xlsx", "pptx", "zip", "eml", "html", "csv"} <= set(EXTRACTORS)
