"""Every kind of locked file opens in a program that did not make it, with the password alone, and says what it said before."""

import json
import subprocess
from pathlib import Path

import pytest

import tests.support
from detectors.protect import protect
from tests.corpus.plain import plain_docx, plain_pdf, plain_pptx, plain_xlsx, plain_zip

pytestmark = pytest.mark.slow
PASSWORD = "lake-otter-violin-sandal-thumb"
OFFICE = Path(tests.support.__path__[0]) / "open_office.py"
OFFICE_FILES = (
    ("docx", plain_docx(), "Quill Word"),
    ("xlsx", plain_xlsx(), "Quill Sheet"),
    ("pptx", plain_pptx(), "Quill Slide"),
)
ANYTHING = (
    ("notes.txt", "txt", "Quill – Zoë\n".encode()),
    ("old.doc", "doc", b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 20),
    ("photo.png", "png", bytes(range(256)) * 50),
    ("pack.zip", "zip", plain_zip()),
    ("mail.eml", "eml", b"Subject: Quill\r\n\r\nHi\r\n"),
    ("empty.csv", "csv", b""),
    ("damaged.pdf", "", b"%PDF-1.7 cut off"),
)


def ran(*command, cwd, check=True):
    return subprocess.run(command, cwd=cwd, capture_output=True, check=check, timeout=180)


def locked(folder, data, *, kind, name):
    made, content = protect(data, kind=kind, name=name, password=PASSWORD)
    file = folder / f"{len(list(folder.iterdir()))}-{made}"
    file.write_bytes(content)
    return file


def opened_by_office(password, files):
    """What LibreOffice reads of each file; None where it does not open."""
    done = ran("/usr/bin/python3", str(OFFICE), password, *map(str, files), cwd=files[0].parent)
    return json.loads(done.stdout)


def test_libreoffice_opens_office_files(tmp_path):
    """Word, Excel and PowerPoint files, with their text; with another password none of them."""
    files = [locked(tmp_path, data, kind=kind, name=f"x.{kind}") for kind, data, _ in OFFICE_FILES]
    assert [text.strip() for text in opened_by_office(PASSWORD, files)] == [said for *_, said in OFFICE_FILES]
    assert opened_by_office("another", files) == [None] * 3


def test_qpdf_opens_pdf(tmp_path):
    """It finds AES-256, no fault, and after unlocking the page that it was."""
    file = locked(tmp_path, plain_pdf(), kind="pdf", name="x.pdf")
    plain, out = tmp_path / "plain.pdf", tmp_path / "out.pdf"
    plain.write_bytes(plain_pdf())
    checked = ran("qpdf", f"--password={PASSWORD}", "--check", "--show-encryption", str(file), cwd=tmp_path)
    assert b"AESv3" in checked.stdout
    assert b"No syntax or stream encoding errors found" in checked.stdout
    ran("qpdf", f"--password={PASSWORD}", "--decrypt", str(file), str(out), cwd=tmp_path)
    texts = [
        ran("qpdf", "--qdf", "--object-streams=disable", str(f), "-", cwd=tmp_path).stdout
        for f in (plain, out)
    ]
    assert all(b"(Quill Page) Tj" in text for text in texts)
    assert ran("qpdf", "--password=another", "--check", str(file), cwd=tmp_path, check=False).returncode != 0


@pytest.mark.parametrize(("name", "kind", "data"), ANYTHING, ids=[name for name, *_ in ANYTHING])
def test_7zip_opens_everything_else(tmp_path, name, kind, data):
    """An AES-256 archive with one file in it, byte for byte; without the password nothing comes out."""
    file = locked(tmp_path, data, kind=kind, name=name)
    listed = ran("7zz", "l", "-slt", str(file), cwd=tmp_path).stdout.decode()
    assert "AES-256" in listed
    ran("7zz", "x", f"-p{PASSWORD}", "-oout", str(file), cwd=tmp_path)
    [found] = (tmp_path / "out").iterdir()
    assert found.read_bytes() == data
    wrong = ran("7zz", "x", "-panother", "-oother", str(file), cwd=tmp_path, check=False)
    assert wrong.returncode != 0 or not data
