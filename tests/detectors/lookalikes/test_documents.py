"""Words of a document in a place that programs keep for themselves are read; what programs keep there is no finding."""

import io
import random
import struct
import zipfile
import zlib

import pytest

from detectors.extract.walk import read_message
from detectors.limits import Limits
from tests.corpus.plain import plain_pdf
from tests.support.mail import make_message
from tests.support.needle import NEEDLE, TOLD, found
from tests.support.pictures import photograph, saved

SAID = NEEDLE.encode()


def attached(name: str, data: bytes) -> bytes:
    return make_message(attach=((name, "application/octet-stream", data),))


def rtf(inner: str) -> bytes:
    return attached("a.rtf", ("{\\rtf1\\ansi " + inner + " Hello}").encode())


@pytest.mark.parametrize(
    "word",
    [
        "fonttbl",
        "stylesheet",
        "generator",
        "themedata",
        "datastore",
        "pict",
        "nonshppict",
        "pgptbl",
        "objdata",
    ],
)
def test_a_sentence_in_a_group_that_no_rtf_reader_shows_is_read(word: str) -> None:
    assert found(rtf("{\\*\\" + word + " " + NEEDLE + "}")) >= TOLD


def test_words_in_bytes_of_rtf_and_in_the_labels_of_its_lists_are_read() -> None:
    assert found(rtf(f"\\bin{len(NEEDLE)} {NEEDLE}")) >= TOLD
    assert found(rtf(f"\\bin99999 {NEEDLE}")) >= TOLD
    assert found(rtf("{\\*\\listtable{\\list{\\listlevel{\\leveltext " + NEEDLE + ";}}}}")) >= TOLD


@pytest.mark.parametrize("written", ["hexadecimal", "binary"])
def test_a_picture_in_rtf_is_looked_at(written: str) -> None:
    """It was passed over, and the document counted as read whole."""
    png = saved(photograph(), "PNG")
    raw = png.hex().encode() if written == "hexadecimal" else b"\\bin%d " % len(png) + png
    data = (
        b"{\\rtf1 Hello{\\*\\shppict{\\pict{\\*\\picprop{\\sp{\\sn a}{\\sv b}}}\\pngblip\\picw9\n"
        + raw
        + b"}}}"
    )
    picture = next(n for n in read_message(attached("a.rtf", data), Limits()).nodes if n.type == "png")
    assert picture.size == len(png)


def test_rtf_as_word_writes_it_is_no_finding() -> None:
    head = "{\\fonttbl{\\f0\\fswiss Calibri;}{\\f1 Times New Roman;}}{\\*\\generator Riched20 10.0;}{\\stylesheet{\\s1 heading 1;}}"
    assert not found(rtf(head + "{\\*\\themedata 504b0304}"))


def pdf(item: str) -> bytes:
    return attached("a.pdf", plain_pdf().replace(b"trailer", f"7 0 obj\n{item}\nendobj\ntrailer".encode(), 1))


@pytest.mark.parametrize(
    "item",
    [
        f"[({NEEDLE})]",
        f"<</Opt 8 0 R>>\nendobj\n8 0 obj\n[({NEEDLE})]",
        f"<</Notes [({NEEDLE})]>>",
        f"<</Producer ({NEEDLE})>>",
        f"<</NM ({NEEDLE})>>",
    ],
)
def test_words_in_lists_and_under_any_key_of_a_pdf_are_read(item: str) -> None:
    assert found(pdf(item)) >= TOLD


def test_what_lies_too_deep_in_a_pdf_is_said() -> None:
    assert "unreadable:too-many-objects" in found(pdf("<</A " * 12 + f"({NEEDLE})" + ">>" * 12))


def test_words_beside_the_objects_of_a_pdf_are_read() -> None:
    assert found(attached("a.pdf", SAID + b"\n" + plain_pdf())) >= TOLD
    assert found(attached("a.pdf", plain_pdf().replace(b"trailer", b"% " + SAID + b"\ntrailer", 1))) >= TOLD


MAIN = ("word/document.xml", "<w:document xmlns:w='w'><w:body/></w:document>")
TEXT = ("mimetype", "application/vnd.oasis.opendocument.text")


def packed(name: str, *parts: tuple[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for part, data in parts:
            archive.writestr(part, data)
    return attached(name, target.getvalue())


def word(part: str, data: str | bytes) -> bytes:
    return packed(
        "a.docx", ("[Content_Types].xml", "<Types/>"), *([] if part == MAIN[0] else [MAIN]), (part, data)
    )


def body(inner: str) -> bytes:
    return word(MAIN[0], f"<w:document xmlns:w='w' xmlns:v='v'><w:body>{inner}</w:body></w:document>")


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("word/fonts/a.odttf", SAID),
        ("word/_rels/a.rels", SAID),
        ("word/printerSettings/a.bin", SAID),
        ("docProps/thumbnail.jpeg", SAID),
        ("word/numbering.xml", f'<w:numbering xmlns:w="w"><w:lvl><w:lvlText w:val="{NEEDLE} %1"/></w:lvl></w:numbering>'),
        ("word/settings.xml", f'<w:settings xmlns:w="w"><w:x w:val="{NEEDLE}"/></w:settings>'),
        ("word/styles.xml", f'<w:styles xmlns:w="w"><w:style w:customStyle="1"><w:name w:val="{NEEDLE}"/></w:style></w:styles>'),
    ],
)  # fmt: skip
def test_words_in_parts_that_a_document_keeps_for_programs_are_read(part: str, data: str | bytes) -> None:
    assert found(word(part, data)) >= TOLD


@pytest.mark.parametrize(
    "inner",
    [
        '<w:p><w:r><w:ffData><w:ddList><w:listEntry w:val="Amelia Thompson"/><w:listEntry w:val="diabetes"/></w:ddList></w:ffData></w:r></w:p>',
        "<w:p><w:r><w:t>Ameli</w:t><w:sym w:font='Arial' w:char='F061'/><w:t> Thompson has diabetes</w:t></w:r></w:p>",
        f"<w:tbl><w:tc><w:p><w:r><w:t>{NEEDLE}</w:t></w:r></w:p></w:tc></w:tbl>",
        f"<w:txbxContent><w:r><w:t>{NEEDLE}</w:t></w:r></w:txbxContent>",
        f"<!--{NEEDLE}-->",
    ],
)
def test_words_in_odd_elements_of_a_document_are_read(inner: str) -> None:
    assert "pupil-name" in found(body(inner))


def book(sheet: str, styles: str = "<styleSheet/>", name: str = "A", link: str = "r1") -> bytes:
    relation = '<Relationships><Relationship Id="{}" Type="x/{}" Target="{}"/></Relationships>'
    return packed(
        "a.xlsx",
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", relation.format("a", "officeDocument", "xl/workbook.xml")),
        (
            "xl/workbook.xml",
            f'<workbook xmlns:r="r"><sheets><sheet name="{name}" r:id="{link}"/></sheets></workbook>',
        ),
        ("xl/_rels/workbook.xml.rels", relation.format("r1", "worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/styles.xml", styles),
    )


def cell(content: str, attributes: str = "") -> str:
    return (
        f'<worksheet><sheetData><row r="1"><c r="A1"{attributes}>{content}</c></row></sheetData></worksheet>'
    )


@pytest.mark.parametrize(
    "raw",
    [
        book(cell(f"<v>{NEEDLE}</v>", ' t="s"')),
        book(cell(f"<v>x</v><v>{NEEDLE}</v>", ' t="str"')),
        book(cell(f"<f>'{NEEDLE}'!A1</f><v>1</v>")),
        book(cell("<v>1</v>"), f'<styleSheet><numFmts><numFmt numFmtId="170" formatCode="&quot;{NEEDLE}&quot;"/></numFmts></styleSheet>'),
        book(cell("<v>1</v>"), name=NEEDLE, link="r9"),
        book(f'<worksheet><sheetPr codeName="{NEEDLE}"/><sheetData/></worksheet>'),
        book(f'<worksheet><sheetData/><conditionalFormatting><cfRule text="{NEEDLE}"/></conditionalFormatting></worksheet>'),
    ],
)  # fmt: skip
def test_words_in_odd_places_of_a_workbook_are_read(raw: bytes) -> None:
    assert found(raw) >= TOLD


def test_what_stands_far_behind_the_rows_is_said_to_be_unread() -> None:
    sheet = "<worksheet><sheetData/><x>" + "<y a='b'/>" * 600_000 + "</x></worksheet>"
    assert "unreadable:too-big" in found(book(sheet))


@pytest.mark.parametrize(
    "part",
    ["Configurations2/a.txt", "Thumbnails/thumbnail.png", "ObjectReplacements/Object 1", "layout-cache"],
)
def test_words_in_parts_that_opendocument_keeps_for_programs_are_read(part: str) -> None:
    content = ("content.xml", "<o/>")
    assert found(packed("a.odt", TEXT, ("META-INF/manifest.xml", "<m/>"), content, (part, SAID))) >= TOLD


@pytest.mark.parametrize(
    "cell",
    [f'<c:table-cell office:value="-1"><p>{NEEDLE}</p></c:table-cell>', f'<c:table-cell office:date-value="2014-05-14"><p>{NEEDLE}</p></c:table-cell>'],
)  # fmt: skip
def test_words_beside_the_value_of_a_cell_are_read(cell: str) -> None:
    table = f'<o xmlns:c="c" xmlns:office="f"><c:table><c:table-row>{cell}</c:table-row></c:table></o>'
    assert found(packed("a.odt", TEXT, ("META-INF/manifest.xml", "<m/>"), ("content.xml", table))) >= TOLD


def test_words_in_the_lists_of_an_opendocument_file_are_read() -> None:
    assert (
        found(packed("a.odt", TEXT, ("META-INF/manifest.xml", f"<m>{NEEDLE}</m>"), ("content.xml", "<o/>")))
        >= TOLD
    )
    prefix = f'<o xmlns:style="s"><x style:num-prefix="{NEEDLE}"/></o>'
    assert found(packed("a.odt", TEXT, ("META-INF/manifest.xml", "<m/>"), ("content.xml", prefix))) >= TOLD


def test_words_in_a_presentation_outside_its_paragraphs_are_read() -> None:
    slide = ("ppt/slides/slide1.xml", f"<p:sld xmlns:p='p'><x>{NEEDLE}</x></p:sld>")
    assert found(packed("a.pptx", ("[Content_Types].xml", "<Types/>"), slide)) >= TOLD


def test_words_beside_a_lock_are_read() -> None:
    assert found(attached("a.rpmsg", b"\x76\xe8\x04\x60\xc4\x11\xe3\x86" + SAID)) >= TOLD
    assert found(packed("a.pages", ("Index/Document.iwa", b""), ("Data/notes.txt", SAID))) >= TOLD


@pytest.mark.parametrize("texts", [[b"x"] * 120, [random.Random(8).randbytes(120_000)]])
def test_more_packed_texts_of_a_picture_than_are_read_are_said(texts: list[bytes]) -> None:
    png = saved(photograph(), "PNG")
    blocks = [b"zTXt" + b"Note\0\0" + zlib.compress(text) for text in texts]
    chunks = (
        struct.pack(">I", len(block) - 4) + block + struct.pack(">I", zlib.crc32(block)) for block in blocks
    )
    whole = png[:33] + b"".join(chunks) + png[33:]
    assert "unreadable:too-much-text" in found(attached("a.png", whole))
    assert "unreadable:too-much-text" not in found(attached("a.png", png))
