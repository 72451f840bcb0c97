"""What is encrypted for a recipient opens with the password, and only with it."""

import io

import msoffcrypto
import pikepdf
import pytest
import pyzipper

from detectors.findings import Protection
from detectors.limits import Limits
from detectors.protect import ProtectError, protect
from tests.corpus.plain import plain_docx, plain_pdf, plain_pptx, plain_xlsx
from tests.corpus.reading import read_file

PASSWORD = "Grün-Apfel-47"


def test_a_pdf_opens_with_the_password_alone():
    name, made = protect(plain_pdf(), kind="pdf", name="report.pdf", password=PASSWORD)
    assert name == "report.pdf"
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(made))
    with pikepdf.open(io.BytesIO(made), password=PASSWORD) as pdf:
        assert (pdf.encryption.R, pdf.encryption.bits) == (6, 256)


@pytest.mark.parametrize(("kind", "make"), [("docx", plain_docx), ("xlsx", plain_xlsx), ("pptx", plain_pptx)])
def test_an_office_file_comes_back_byte_for_byte(kind, make):
    whole = make()
    _, made = protect(whole, kind=kind, name=f"x.{kind}", password=PASSWORD)
    office = msoffcrypto.OfficeFile(io.BytesIO(made))
    office.load_key(password=PASSWORD, verify_password=True)
    back = io.BytesIO()
    office.decrypt(back)
    assert back.getvalue() == whole


@pytest.mark.parametrize("kind", ["txt", "doc", "png", "eml", "zip"])
def test_anything_else_goes_into_a_zip_that_tells_no_name(kind):
    name, made = protect(b"Quill", kind=kind, name=f"Amara Okafor.{kind}", password=PASSWORD)
    assert name == "attachment.zip"
    with pyzipper.AESZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == [f"attachment.{kind}"]
        archive.setpassword(PASSWORD.encode())
        assert archive.read(archive.namelist()[0]) == b"Quill"


@pytest.mark.parametrize(("kind", "data"), [("pdf", plain_pdf()), ("docx", plain_docx()), ("txt", b"Quill")])
def test_our_own_lock_counts_as_strong(kind, data):
    name, made = protect(data, kind=kind, name=f"x.{kind}", password=PASSWORD)
    assert read_file(name, made, Limits(try_seconds=0)).nodes[1].protection is Protection.STRONG


@pytest.mark.parametrize(
    ("data", "kind", "password", "reason"),
    [
        (b"x", "txt", "", "password"),
        (b"x", "txt", "x" * 121, "password"),
        (b"no pdf", "pdf", "abc", "damaged"),
        (b"no zip", "docx", "abc", "damaged"),
    ],
)
def test_what_cannot_be_locked_is_said(data, kind, password, reason):
    with pytest.raises(ProtectError) as told:
        protect(data, kind=kind, name="Amara.x", password=password)
    assert told.value.reason == reason
    assert "Amara" not in str(told.value)
