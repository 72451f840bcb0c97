"""The demonstration: its documents are real, and the whole of it runs from the first message to the table."""

import io
import os
import re
import signal
import subprocess
import urllib.request
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pikepdf
import pypdf
import pytest
import pyzipper
from docx import Document
from openpyxl import load_workbook
from stdnum.gb import upn

from gateway.demo import documents, school
from gateway.demo.messages import samples
from tests.support.gate import SCHOOLGATE
from tests.support.servers import free_port, until

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def test_the_workbook_and_the_letter_open_in_the_usual_libraries() -> None:
    """What we write by hand is what Office reads."""
    book = load_workbook(io.BytesIO(documents.xlsx([("Zoë", "<b>"), ("a & b", "")], "Trip")))
    assert [[cell.value or "" for cell in row] for row in book["Trip"].rows] == [
        ["Zoë", "<b>"],
        ["a & b", ""],
    ]
    letter = Document(io.BytesIO(documents.docx("Zoë & <b>", "second")))
    assert [p.text for p in letter.paragraphs] == ["Zoë & <b>", "second"]


def test_the_locks_are_what_the_table_says() -> None:
    """Owner password only: everybody opens it. Password to open: nobody without it. AES in the ZIP."""
    plain = documents.pdf("Report (draft)", "Zoë")
    assert "Report (draft)" in pypdf.PdfReader(io.BytesIO(plain)).pages[0].extract_text()
    with pikepdf.open(io.BytesIO(documents.locked_pdf(plain, to_open="", to_change="x"))) as lookalike:
        assert lookalike.is_encrypted
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(documents.locked_pdf(plain, to_open="y", to_change="x")))
    locked = documents.locked_zip({"a.txt": b"secret"}, "pass")
    with pyzipper.AESZipFile(io.BytesIO(locked)) as archive, pytest.raises(RuntimeError):
        archive.read("a.txt")


def test_the_school_is_made_up_and_the_same_each_time(tmp_path: Path) -> None:
    """Sixty children, no two of one name, each with a well-formed number; the files are read by the real loader."""
    children = school.write(tmp_path)
    assert children == school.pupils()
    assert len({c.name for c in children}) == 60
    assert all(upn.is_valid(c.upn) for c in children)
    assert len((tmp_path / "pupils.csv").read_text().splitlines()) == 61


def test_a_dozen_messages_of_different_kinds() -> None:
    """Each has a subject and an address, and is a message that parses without a defect."""
    found = samples(school.pupils())
    assert len(found) >= 12
    for number, sample in enumerate(found):
        message = message_from_bytes(sample.raw(NOW, number))
        assert message["Subject"]
        assert not message.defects
        assert b"\n" not in sample.raw(NOW, number).replace(b"\r\n", b"")


def ports() -> dict[str, int]:
    return {name: free_port() for name in ("smtp", "next-hop", "console", "metrics", "pages")}


def command(folder: Path, at: dict[str, int], *more: str) -> list[str]:
    return [SCHOOLGATE, "demo", "--dir", str(folder), *(f"--{n}-port={p}" for n, p in at.items()), *more]


@pytest.mark.slow
def test_the_demonstration_shows_every_verdict_and_ends(tmp_path: Path) -> None:
    """Passed, asked, held and refused: each with what its sender was told; held mail got a notice; nothing is left running."""
    at = ports()
    done = subprocess.run(
        command(tmp_path / "demo", at, "--exit"), capture_output=True, text=True, timeout=180, check=False
    )
    log = (tmp_path / "demo/serve.log").read_text()
    assert done.returncode == 0, done.stdout + done.stderr + log
    words = re.findall(r" (allow|log|ask|quarantine|block)  ", done.stdout)
    assert {"allow", "log", "ask", "quarantine", "block"} == set(words)
    assert "550 5.7.1" in done.stdout
    assert done.stdout.count("mail: Your e-mail was not sent") >= 8
    mail = [message_from_bytes(f.read_bytes()) for f in (tmp_path / "demo/mail").glob("*.eml")]
    assert sum(m["Auto-Submitted"] is not None for m in mail) >= 8
    for child in school.pupils():
        assert child.name not in log


def link_of_a_notice(folder: Path) -> str:
    """Where a sender who was asked can mend their mail."""
    mails = [message_from_bytes(f.read_bytes(), policy=policy.default) for f in sorted(folder.glob("*.eml"))]
    texts = [m.get_body(("plain",)).get_content() for m in mails if "action needed" in str(m["Subject"])]
    return next(
        match[0] for text in texts if (match := re.search(r"http://[^>\s]+/m/[^>\s/]+/(?!incident)", text))
    )


@pytest.mark.slow
def test_the_demonstration_stays_up_with_a_console_to_sign_in_to(tmp_path: Path) -> None:
    """After the table it prints addresses and sign-ins, the console answers, and Ctrl-C ends all of it."""
    at = ports()
    with (tmp_path / "out").open("w+") as out:
        process = subprocess.Popen(
            command(tmp_path / "demo", at), stdout=out, stderr=out, start_new_session=True
        )
        try:
            until(lambda: "Ctrl-C" in (tmp_path / "out").read_text(), "the table has ended", 180)
            with urllib.request.urlopen(link_of_a_notice(tmp_path / "demo/mail"), timeout=10) as page:
                assert "Your e-mail waits for you" in page.read().decode()
            with urllib.request.urlopen(f"http://127.0.0.1:{at['console']}/", timeout=10) as page:
                assert page.status == 200
            assert "password" in (tmp_path / "out").read_text()
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_at_once(tmp_path: Path) -> None:
    """The first thing that goes wrong for a newcomer is one clear line."""
    at = ports()
    at["console"] = at["smtp"]
    import socket

    with socket.create_server(("127.0.0.1", at["smtp"])):
        done = subprocess.run(
            command(tmp_path / "demo", at, "--exit"), capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert f"port {at['smtp']}" in done.stderr
