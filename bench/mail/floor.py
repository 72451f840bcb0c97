"""What a message of the mix costs at the least: the calls of the libraries alone, without a line of ours between them.

  python -m bench.mail.floor [--n 200] [--write]

Each step is made for all messages at once, in one process, and the quickest of several rounds counts: no socket, no sandbox, no
policy, no names, nothing judged. Nothing that is built on these libraries can be quicker.
"""

import io
import re
import sqlite3
import struct
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path

import pybase64
import pypdfium2
from isal import isal_zlib

from bench.mail import report
from bench.mail.same import mix
from detectors.recognize.first_pass import look

ROUNDS = 5
WORDS = re.compile(rb">([^<]+)<")  # of XML, as one list: which cell is whose is lost
ROW = b"x" * 700  # bytes of a record, and of its event in the audit


def parts(messages: list[bytes]) -> Iterator[tuple[str, str]]:
    """Transfer encoding and content of each part."""
    for raw in messages:
        for part in message_from_bytes(raw).walk():
            if not part.is_multipart():
                yield str(part.get("Content-Transfer-Encoding", "")), str(part.get_payload())


def print_of(files: list[bytes]) -> list[str]:
    """The text of PDF files, page by page."""
    texts = []
    for file in files:
        book = pypdfium2.PdfDocument(file)
        for page in book:
            text = page.get_textpage()
            texts.append(text.get_text_range())
            text.close()
            page.close()
        book.close()
    return texts


def entries(files: list[bytes]) -> Iterator[tuple[bool, bytes]]:
    """The entries of ZIP files as they stand there, and whether they are deflated."""
    for file in files:
        for one in zipfile.ZipFile(io.BytesIO(file)).infolist():
            name, extra = struct.unpack_from("<HH", file, one.header_offset + 26)
            start = one.header_offset + 30 + name + extra
            yield one.compress_type == zipfile.ZIP_DEFLATED, file[start : start + one.compress_size]


def commits(folder: Path, count: int) -> None:
    """A record and an event for each message, each pair on the disk before the next."""
    file = folder / f"{time.monotonic_ns()}.sqlite3"
    base = sqlite3.connect(file, isolation_level=None)
    base.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE one (a, b); CREATE INDEX two ON one (a)"
    )
    for number in range(count):
        base.execute("BEGIN IMMEDIATE")
        for kind in ("record", "event"):
            base.execute("INSERT INTO one VALUES (?, ?)", (f"{kind} {number}", ROW))
        base.execute("COMMIT")
    base.close()


def steps(messages: list[bytes], folder: Path) -> dict[str, Callable[[], object]]:
    """What is measured, by its name."""
    found = list(parts(messages))
    packed = [content.encode() for encoding, content in found if encoding == "base64"]
    files = [pybase64.b64decode(one) for one in packed]
    books = [one for one in files if one.startswith(b"%PDF")]
    zipped = list(entries([one for one in files if one.startswith(b"PK")]))

    def inflate() -> list[bytes]:
        return [isal_zlib.decompress(one, -15) if deflated else one for deflated, one in zipped]

    sheets = [one for one in inflate() if b"<c " in one[:20_000] or b"<w:t" in one]

    def words() -> list[list[bytes]]:
        return [WORDS.findall(one) for one in sheets]

    texts = [b" ".join(some).decode("utf-8", "replace") for some in words()] + print_of(books)
    texts += [content for encoding, content in found if encoding != "base64"]
    folded = [text.casefold() for text in texts]
    return {
        "base64 (libbase64)": lambda: [pybase64.b64decode(one) for one in packed],
        "text of PDF (pdfium)": lambda: print_of(books),
        "entries unpacked (ISA-L)": inflate,
        "words of sheets and Word files (one pattern)": words,
        "one look at the text (Hyperscan)": lambda: [
            look(text, low) for text, low in zip(texts, folded, strict=True)
        ],
        "a record on the disk (SQLite)": lambda: commits(folder, len(messages)),
    }


def quickest(step: Callable[[], object]) -> float:
    """CPU seconds."""
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        step()
        took.append(time.process_time() - began)
    return min(took)


def main() -> int:
    args = report.options(__doc__, n=200)
    with tempfile.TemporaryDirectory() as folder:
        _, messages = mix(Path(folder), n=args.n, leaks=0.0, seed=7)
        made = steps(messages, Path(folder))
        found = {name: 1000 * quickest(step) / len(messages) for name, step in made.items()}
    lines = ["| the libraries alone | CPU ms a message of the mix |", "|---|---|"]
    lines += [f"| {name} | {ms:.2f} |" for name, ms in found.items()]
    report.tell("floor", [*lines, f"| together | {sum(found.values()):.2f} |"], into_page=args.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
