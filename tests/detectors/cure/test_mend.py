"""Mending changes what the plan names and no other byte; what it cannot prove it refuses."""

import hashlib
import io
from email import message_from_bytes
from email.policy import default

import msoffcrypto
import pikepdf
import pytest
import pyzipper
from hypothesis import given
from hypothesis import strategies as st

from detectors.cure.apply import CureError, mend
from detectors.cure.plan import Plan, Target
from detectors.cure.structure import leaves
from detectors.scan import scan
from tests.support.documents import CLASS_LIST, PDF, XLSX, docx, pdf, xlsx
from tests.support.mail import make_message
from tests.support.people import SCHOOL

pytestmark = pytest.mark.slow

PASSWORD = "lake-otter-violin-sandal-thumb"
TEXT = b"Dear Jo,\r\n\r\nsee the list.\r\n"


def message(*attach, **fields):
    return make_message(attach=attach, **fields)


def target(raw, n):
    """The attachment n as the scan describes it."""
    part = next(p for p in scan(raw, SCHOOL).parts if p.path == f"0/{n}")
    return Target(path=part.path, sha256=part.sha256, kind=part.sniffed)


def attachments(raw):
    return {
        part.get_filename(): part.get_content()
        for part in message_from_bytes(raw, policy=default).iter_attachments()
    }


SUBJECTS = (
    ("Amelia Thompson", "M.T."),
    ("Re: Amelia Thompson and her reading", "Re: M.T. and her reading"),
    ("AW: Thompson, Amelia", "AW: M.T."),
    ("Zoë O'Brien is away – today", "Z.O. is away – today"),
    ("Amelia Thompson and Fatima Begum", "M.T. and F.B."),
)


@pytest.mark.parametrize(("before", "after"), SUBJECTS)
def test_initials_change_the_subject_alone(before, after):
    """Encoded or plain, the new subject decodes to initials; all other bytes, thread headers too, are as they were."""
    raw = message(
        subject=before, headers={"References": "<a@x.example> <b@x.example>", "In-Reply-To": "<b@x.example>"}
    )
    made = mend(raw, Plan(initials=True), SCHOOL)
    assert message_from_bytes(made, policy=default)["subject"] == after
    rest = [line for line in raw.split(b"\r\n") if not line.startswith((b"Subject:", b" =?"))]
    assert [line for line in made.split(b"\r\n") if not line.startswith((b"Subject:", b" =?"))] == rest


def test_the_subject_that_outlook_repeats_changes_too():
    """Thread-Topic is the subject once more."""
    raw = message(
        subject="RE: Amelia Thompson", headers={"Thread-Topic": "Amelia Thompson", "Thread-Index": "AdX1"}
    )
    made = message_from_bytes(mend(raw, Plan(initials=True), SCHOOL), policy=default)
    assert (made["subject"], made["thread-topic"], made["thread-index"]) == ("RE: M.T.", "M.T.", "AdX1")


def test_a_long_subject_is_folded_right():
    """No line over 78 letters, and not a word lost."""
    words = "word " * 30
    made = mend(message(subject=f"Zoë O'Brien {words}ende"), Plan(initials=True), SCHOOL)
    assert message_from_bytes(made, policy=default)["subject"] == f"Z.O. {words}ende"
    assert max(len(line) for line in made.split(b"\r\n\r\n")[0].split(b"\r\n")) <= 78


def test_a_subject_that_names_nobody_is_nothing_to_do():
    """Never a message that claims to be mended and is not."""
    with pytest.raises(CureError) as refused:
        mend(message(), Plan(initials=True), SCHOOL)
    assert refused.value.reason == "nothing-to-do"


FILES = (
    ("list.xlsx", XLSX, xlsx(CLASS_LIST), "xlsx"),
    ("report.pdf", PDF, pdf("Amelia Thompson reads well"), "pdf"),
    ("notes.txt", "text/plain", b"Amelia Thompson\r\n", "zip"),
    ("old.rtf", "application/rtf", rb"{\rtf1 Amelia Thompson}", "zip"),
)


def opened(kind, data, password):
    """What the recipient reads after typing the password."""
    if kind == "pdf":
        with pikepdf.open(io.BytesIO(data), password=password) as document:
            return document.encryption.bits, document.encryption.R
    if kind == "xlsx":
        out = io.BytesIO()
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=password)
        office.decrypt(out)
        return out.getvalue()
    with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
        return archive.read(archive.infolist()[0], pwd=password.encode())


@pytest.mark.parametrize(("name", "media", "data", "kind"), FILES, ids=[f[0] for f in FILES])
def test_the_offending_file_is_locked_in_place(name, media, data, kind):
    """The password opens it, no other does, a scan calls it strong; the other parts keep their bytes."""
    other = ("menu.pdf", PDF, pdf("Menu"))
    raw = message(other, (name, media, data), other, body=TEXT.decode())
    there, after = leaves(raw), None
    made = mend(raw, Plan(encrypt=(target(raw, 2),), password=PASSWORD), SCHOOL)
    after = leaves(made)
    assert [raw[p.start : p.end] for n, p in enumerate(there) if n != 2] == [
        made[p.start : p.end] for n, p in enumerate(after) if n != 2
    ]
    assert made[: there[2].start] == raw[: there[2].start]
    assert made.endswith(raw[there[2].end :])
    locked = after[2].content(made)
    expected = (256, 6) if kind == "pdf" else data
    assert opened(kind, locked, PASSWORD) == expected
    with pytest.raises((pikepdf.PasswordError, msoffcrypto.exceptions.InvalidKeyError, RuntimeError)):
        opened(kind, locked, "something-else")
    assert next(p for p in scan(made, SCHOOL).parts if p.path == "0/2").protection == "strong"


def test_a_file_name_that_names_a_pupil_is_replaced():
    """Everybody can read a name, even of a locked file; another name stays."""
    raw = message(
        ("Amelia Thompson IEP.docx", "application/octet-stream", docx("x")),
        ("plan.docx", "application/octet-stream", docx("y")),
    )
    made = mend(raw, Plan(encrypt=(target(raw, 1), target(raw, 2)), password=PASSWORD), SCHOOL)
    assert list(attachments(made)) == ["attachment.docx", "plan.docx"]
    assert b"Amelia" not in made


def test_a_locked_file_is_locked_again_in_an_archive():
    """A lock that does not hold cannot be replaced without its password: the archive around it does."""
    weak = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Amelia"))) as document:
        document.save(
            weak, encryption=pikepdf.Encryption(user="x", owner="x", R=3, aes=False, metadata=False)
        )
    raw = message(("a.pdf", PDF, weak.getvalue()))
    made = mend(raw, Plan(encrypt=(target(raw, 1),), password=PASSWORD), SCHOOL)
    assert opened("zip", leaves(made)[1].content(made), PASSWORD) == weak.getvalue()


def test_removing_takes_one_part_out():
    """The others keep their bytes and their order."""
    raw = message(("a.pdf", PDF, pdf("a")), ("b.pdf", PDF, pdf("b")), ("c.pdf", PDF, pdf("c")))
    made = mend(raw, Plan(remove=(target(raw, 2),)), SCHOOL)
    assert list(attachments(made)) == ["a.pdf", "c.pdf"]
    gone = leaves(raw)[2]
    assert made == raw[: gone.cut_from] + raw[gone.cut_to :]


def test_several_changes_at_once():
    """Initials, a lock and a removal in one message."""
    raw = message(("a.pdf", PDF, pdf("a")), ("b.xlsx", XLSX, xlsx(CLASS_LIST)), subject="Amelia Thompson")
    plan = Plan(initials=True, encrypt=(target(raw, 2),), remove=(target(raw, 1),), password=PASSWORD)
    made = mend(raw, plan, SCHOOL)
    parsed = message_from_bytes(made, policy=default)
    assert (parsed["subject"], list(attachments(made))) == ("M.T.", ["b.xlsx"])
    assert opened("xlsx", leaves(made)[1].content(made), PASSWORD) == xlsx_of(raw)


def xlsx_of(raw):
    return leaves(raw)[2].content(raw)


def test_hidden_recipients_leave_the_header():
    """Named ones go, the others stay with their names; an emptied To keeps an empty group, an emptied Cc goes."""
    raw = make_message(
        to="Jo Thompson <jo@x.example>, Zoë Ok <zoe@x.example>",
        headers={"Cc": "a@x.example, b@x.example"},
    )
    made = message_from_bytes(
        mend(raw, Plan(hide=("JO@x.example", "a@x.example", "b@x.example")), SCHOOL), policy=default
    )
    assert (made["to"], made["cc"]) == ("Zoë Ok <zoe@x.example>", None)
    made = message_from_bytes(mend(raw, Plan(hide=("jo@x.example", "zoe@x.example")), SCHOOL), policy=default)
    assert made["to"] == "undisclosed-recipients:;"
    assert made["cc"] == "a@x.example, b@x.example"


def test_another_part_than_the_one_scanned_is_refused():
    """A wrong hash or a place that is not there changes nothing."""
    raw = message(("a.pdf", PDF, pdf("a")))
    for wrong in (
        Target(path="0/1", sha256="0" * 64),
        Target(path="0/9", sha256="0" * 64),
        Target(path="0", sha256=""),
    ):
        with pytest.raises(CureError) as refused:
            mend(raw, Plan(remove=(wrong,)), SCHOOL)
        assert refused.value.reason == "another-part"


def test_a_message_that_is_a_file_can_be_locked_but_not_emptied():
    """The root itself is the attachment."""
    data = pdf("Amelia Thompson")
    head = b"From: a@x.example\r\nTo: b@x.example\r\nSubject: File\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    import base64

    raw = head + base64.encodebytes(data).replace(b"\n", b"\r\n")
    made = mend(raw, Plan(encrypt=(target(raw, 0),), password=PASSWORD), SCHOOL)
    assert made.startswith(b"From: a@x.example\r\nTo: b@x.example\r\nSubject: File\r\nMIME-Version: 1.0\r\n")
    assert opened("pdf", leaves(made)[0].content(made), PASSWORD) == (256, 6)
    with pytest.raises(CureError):
        mend(raw, Plan(remove=(target(raw, 0),)), SCHOOL)


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5), st.booleans())
def test_every_leaf_has_the_hash_of_the_scan(contents, nested):
    """For any contents, the n-th place in the bytes is the part that the scan calls 0/n."""
    raw = message(
        *((f"f{n}.bin", "application/octet-stream", data) for n, data in enumerate(contents)),
        html="<p>Hi</p>" if nested else "",
    )
    there = leaves(raw)
    for n, place in enumerate(there[-len(contents) :]):
        assert hashlib.sha256(contents[n]).hexdigest() == hashlib.sha256(place.content(raw)).hexdigest()
        assert place.is_part(raw, hashlib.sha256(contents[n]).hexdigest())
