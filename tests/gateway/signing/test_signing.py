"""What a cure changed is signed so that two other programs accept it; what nobody may sign for is left alone."""

import os
import re
import subprocess
import time
from pathlib import Path

import dkim
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import signing
from gateway.settings import Dkim
from quarantine.keys import KeysError
from tests.support.mail import make_message

SENDER = "s.green@example.sch.uk"
RECORD = "s1._domainkey.example.sch.uk"
PERL = Path(__file__).parents[2] / "support/dkim.pl"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Keys that openssl made: one good, one too short, one for another purpose, one with a password."""
    root = tmp_path_factory.mktemp("dkim")
    for name, how in {
        "good": ["genrsa", "2048"],
        "short": ["genrsa", "1024"],
        "curve": ["genpkey", "-algorithm", "ed25519"],
        "locked": ["genrsa", "-aes128", "-passout", "pass:secret", "2048"],
    }.items():
        made = subprocess.run(["openssl", *how], capture_output=True, check=True, timeout=60)
        (root / name).write_bytes(made.stdout)
        (root / name).chmod(0o640)
    (root / "damaged").write_bytes((root / "good").read_bytes()[:400])
    (root / "damaged").chmod(0o600)
    (root / "open").write_bytes((root / "good").read_bytes())
    (root / "open").chmod(0o644)
    return root


def signer_of(folder, *domains):
    return signing.load([Dkim(domain=d, selector="s1", key=folder / "good") for d in domains])


@pytest.fixture(scope="module")
def signer(folder):
    return signer_of(folder, "example.sch.uk")


def record(signer):
    return f"v=DKIM1; k=rsa; p={signer.keys[0].public}"


def verified(raw, signer, index=0):
    """What dkimpy's verifier says, with the record in place of the DNS."""

    def txt(name, timeout=5):
        return record(signer).encode() if name == f"{RECORD}.".encode() else None

    try:
        return dkim.DKIM(raw).verify(idx=index, dnsfunc=txt)
    except dkim.ValidationError:
        return False


def second(raw, signer):
    """What Mail::DKIM says of every signature."""
    ran = subprocess.run(
        ["perl", str(PERL), RECORD, record(signer)], input=raw, capture_output=True, timeout=60, check=True
    )
    return ran.stdout.decode().split("\n")[:-1]


MESSAGES = {
    "plain": make_message(subject="F.B. and her reading"),
    "8bit": make_message(subject="Zoë", body="Grüße – Zoë\r\n"),
    "files": make_message(attach=(("a.bin", "application/octet-stream", bytes(range(256)) * 400),)),
    "no body": b"From: S <s.green@example.sch.uk>\r\nTo: a@x.example\r\nSubject: x\r\n\r\n",
    "blank lines": b"From: s.green@example.sch.uk\r\nSubject:  two   spaces \r\n\r\nx \t y\r\n\r\n\r\n",
    "folded": b"From: S\r\n <s.green@example.sch.uk>\r\nTo: a@x.example,\r\n\tb@x.example\r\nSubject: a\r\n b\r\n\r\nHi\r\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("raw", MESSAGES.values(), ids=MESSAGES)
def test_two_verifiers_accept_it(raw, signer):
    """dkimpy and Mail::DKIM; behind our line stand the bytes as they were."""
    made = signer.sign(raw)
    assert verified(made, signer)
    assert second(made, signer) == ["example.sch.uk s1 pass"]
    assert made.endswith(raw)
    assert max(map(len, made[: len(made) - len(raw)].split(b"\r\n"))) <= 78


@given(st.text(alphabet="\r\n\t a", max_size=60).map(str.encode))
def test_blanks_at_ends_of_lines_go_as_the_library_takes_them(content):
    """RFC 6376 §3.4.4, as dkimpy has it; what stands behind the last line end keeps its own."""
    assert signing.strip_trailing_whitespace(content) == re.sub(b"[\t ]+\r\n", b"\r\n", content)


def test_a_line_of_blanks_does_not_stop_all_delivery(signer):
    """A million blanks in one line once took hours, and whatever else the process delivers waited."""
    head, began = MESSAGES["no body"], time.process_time()
    made = signer.sign(head + b" " * 1_000_000 + b"x\r\n")
    assert verified(made, signer)
    assert time.process_time() - began < 2


def test_a_header_without_end_is_not_signed(signer):
    """It would be put together line by line: it goes without a signature, and that is said as ever."""
    assert signer.sign(b"Subject: x\r\n" + b" x\r\n" * 100_000 + MESSAGES["no body"]) is None


CHANGED = (
    (b"Subject: F.B.", b"Subject: Fatima Begum"),
    (b"\r\n\r\n", b"\r\n\r\nMore "),
    (b"From: ", b"From: x@y.example\r\nFrom: "),
    (b"To: ", b"Cc: x@y.example\r\nTo: "),
)


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new"), CHANGED[:3])
def test_a_change_behind_us_is_seen(old, new, signer):
    """Subject, body, or a second From: neither verifier accepts it."""
    made = signer.sign(MESSAGES["plain"]).replace(old, new, 1)
    assert not verified(made, signer)
    assert second(made, signer) != ["example.sch.uk s1 pass"]


def test_our_old_signature_goes_and_another_domains_stays(signer):
    """The one that no longer fits is replaced; a list's or a provider's is not ours to remove."""
    raw = MESSAGES["plain"]
    foreign = b"DKIM-Signature: v=1; a=rsa-sha256; d=provider.example; s=x;\r\n\tbh=AA==; b=AA==\r\n"
    twice = signer.sign(foreign + signer.sign(raw))
    assert twice.count(b"DKIM-Signature:") == 2
    assert twice.endswith(foreign + raw)
    assert verified(twice, signer)


def test_a_signature_in_the_body_is_text(signer):
    """Only the header block is looked at."""
    raw = MESSAGES["plain"] + b"DKIM-Signature: v=1; d=example.sch.uk; b=AA==\r\n"
    assert signer.sign(raw).endswith(raw)


@pytest.mark.parametrize(
    ("sender", "key"),
    [
        ("S Green <s.green@example.sch.uk>", "example.sch.uk"),
        ("s.green@Example.SCH.uk", "example.sch.uk"),
        ("a@infants.example.sch.uk", "infants.example.sch.uk"),
        ("a@x.juniors.example.sch.uk", "example.sch.uk"),
        ("s.green@notexample.sch.uk", None),
        ("s.green@gmail.com", None),
        ("nobody", None),
        ("", None),
    ],
)
def test_the_key_is_that_of_the_from_domain(folder, sender, key):
    """Or of the nearest domain above it; without one nothing is signed."""
    signer = signer_of(folder, "example.sch.uk", "infants.example.sch.uk")
    made = signer.sign(f"From: {sender}\r\nSubject: x\r\n\r\nHi\r\n".encode())
    assert made is None if key is None else f"d={key};".encode() in made.replace(b"\r\n", b"")


def test_two_from_fields_are_never_signed(signer):
    """Receivers would show one of them, and we cannot know which."""
    raw = b"From: s.green@example.sch.uk\r\nFrom: x@y.example\r\n\r\nHi\r\n"
    assert signer.sign(raw) is None


@pytest.mark.parametrize("name", ["short", "curve", "locked", "damaged", "open", "absent"])
def test_a_key_that_cannot_be_used_is_refused(folder, name):
    """At the start, with what to do; never its content."""
    with pytest.raises(KeysError) as refused:
        signing.load([Dkim(domain="example.sch.uk", selector="s1", key=folder / name)])
    assert str(folder / name) in refused.value.problem
    assert refused.value.remedy
    assert "BEGIN" not in str(refused.value)


def test_no_key_signs_nothing():
    """The default."""
    assert signing.load(()).sign(MESSAGES["plain"]) is None


def test_a_key_shows_itself_nowhere(signer):
    """Not in a repr, where a traceback would show it."""
    assert "BEGIN" not in repr(signer)
    assert os.linesep not in repr(signer)
