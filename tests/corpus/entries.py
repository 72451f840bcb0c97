"""The doors through which hostile bytes come in, and what must hold behind each of them whatever the bytes are."""

from collections.abc import Callable
from dataclasses import dataclass

from detectors.extract.reading import Node, Reading
from detectors.extract.walk import drain, try_locks
from detectors.findings import Read
from detectors.limits import Limits
from detectors.sniff import disguised, sniff
from tests.corpus import made, plain
from tests.corpus.cfb import compound
from tests.corpus.files import locked_files, needle_files
from tests.corpus.locks.mail import pgps, smimes
from tests.corpus.locks.office import opendocuments
from tests.corpus.reading import message
from tests.corpus.tnef import winmail
from tests.support.mail import make_message

TIGHT = Limits(part_seconds=4, seconds=8, try_seconds=0.5, out_bytes=60_000_000, entry_bytes=30_000_000)


@dataclass(frozen=True, slots=True)
class Entry:
    """A door: the name, the way in, and good files to begin with."""

    name: str
    enter: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]


class BrokenPromiseError(AssertionError):
    """Something that must hold for every file does not."""


def read_as(*types: str) -> Callable[[bytes], None]:
    """Read bytes as these types, whatever they look like, and as what they look like."""

    def enter(data: bytes) -> None:
        for kind in (*types, ""):
            out = Reading(limits=TIGHT)
            root = Node(path="0", data=b"", type="eml")
            out.nodes.append(root)
            out.child(root, data, type=kind)
            drain(out)
            try_locks(out)
            drain(out)
            promises(out)

    return enter


def promises(out: Reading) -> None:
    """Every part ends as read, read in part or not read, with a reason; every text can be written down."""
    for node in out.nodes:
        if node.read is not Read.WHOLE and not (node.why or [f for f in out.findings if f.part == node.path]):
            raise BrokenPromiseError("a part was not read and nothing says why")
    for extract in out.extracts:
        extract.text.encode("utf-8")
    if len(out.nodes) > TIGHT.parts or sum(len(e.text) for e in out.extracts) > TIGHT.text_chars:
        raise BrokenPromiseError("a budget was exceeded")


def sniffed(data: bytes) -> None:
    """A word for every file, and no error."""
    for name in ("", "list.csv", "page.html"):
        if not disguised(sniff(data, name), name).isascii():
            raise BrokenPromiseError("a type that is no word")


def _mime(data: bytes) -> None:
    promises(message(data, TIGHT))


def _of(*kinds: str) -> list[bytes]:
    """Seeds from the committed files, by their endings."""
    rows = [*needle_files(), *locked_files()]
    return [row.data for row in rows if row.name.endswith(kinds) and len(row.data) < 100_000]


def _letters() -> list[bytes]:
    attached = (
        ("a.docx", "application/octet-stream", plain.plain_docx()),
        ("a.eml", "message/rfc822", b""),
    )
    return [
        make_message(),
        make_message(html="<p><b>Jo</b>hn &amp; co</p>", attach=attached[:1]),
        b"Subject: =?utf-8?B?UXVpbGw=?=\r\nContent-Type: text/plain; charset=x; format=flowed\r\n\r\nbegin 644 a\r\n#0V%T\r\n`\r\nend\r\n",
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny\r\n--b--\r\n',
    ]


ENTRIES: tuple[Entry, ...] = (
    Entry("sniff", sniffed, lambda: [*_of(""), plain.plain_zip(), plain.plain_pdf()]),
    Entry("mime", _mime, lambda: [*_letters(), *_of(".mhtml", ".eml")]),
    Entry("zip", read_as("zip"), lambda: [plain.plain_zip(), plain.plain_zip(**{"a.zip": plain.plain_zip(), "b.txt": b"Quill"}), *_of(".zip")]),
    Entry("ooxml", read_as("docx", "xlsx", "pptx"), lambda: [plain.plain_docx(), plain.plain_xlsx(), plain.plain_pptx(), made.word().data, made.sheet().data]),
    Entry("odf", read_as("odt"), lambda: [*_of(".odt", ".ods", ".odp", ".odg"), *(d for _, d, _ in opendocuments())]),
    Entry("ole", read_as("doc", "xls", "ppt", "msg", "ooxml-encrypted"), lambda: [*_of(".doc", ".xls", ".msg", ".ppt"), compound({"WordDocument": b"\0" * 900, "1Table": b"\1" * 90})]),
    Entry("pdf", read_as("pdf"), lambda: [plain.plain_pdf(), made.portable().data, *_of(".pdf")]),
    Entry("tnef", read_as("tnef"), lambda: [winmail()]),
    Entry("cms", read_as("cms", "pem", "pgp"), lambda: [*(d for _, d, _ in smimes()), *(d for _, d, _ in pgps())]),
    Entry("text", read_as("rtf", "html", "ics", "csv", "json", "svg", "xml"), lambda: _of(".rtf", ".html", ".ics", ".vcf", ".svg", ".json", ".csv")),
    Entry("picture", read_as("png", "jpeg", "tiff", "emf"), lambda: _of(".png", ".jpg")),
)  # fmt: skip
