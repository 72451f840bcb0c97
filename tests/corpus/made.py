"""Documents with a needle in each hiding place, made by the libraries and programs that schools' documents come from.

A needle is a made-up full name, `Quill <Place>`, so that each place can be told from the others.
"""

import datetime as dt
import io
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pptx
from docx.oxml import parse_xml
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image
from reportlab.pdfgen import canvas

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@dataclass(frozen=True, slots=True)
class Made:
    """A file, and what stands where in it."""

    name: str
    data: bytes
    needles: dict[str, str]  # place -> needle
    by: str  # the program that wrote it


def _run(text: str) -> str:
    return f'<w:r {_W}><w:t xml:space="preserve">{text}</w:t></w:r>'


def word() -> Made:
    """A Word document by python-docx, with the parts that it cannot write put in by hand."""
    d = docx.Document()
    p = d.add_paragraph()
    for piece in ("Qu", "ill Ru", "ns"):
        p.add_run(piece)
    d.add_comment(p.runs, text="Quill Comment", author="Quill Commenter")
    table = d.add_table(2, 2)
    for i, words in enumerate(("Name", "DOB", "Quill Cell", "12/03/2011")):
        table.cell(i // 2, i % 2).text = words
    section = d.sections[0]
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = "Quill Header", "Quill Footer"
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "Quill Firstpage"
    d.core_properties.title, d.core_properties.author = "Quill Title", "Quill Author"
    body = d.element.body
    for xml in (
        f'<w:p {_W}><w:del w:id="9" w:author="Quill Reviser"><w:r><w:delText>Quill Deleted</w:delText></w:r></w:del></w:p>',
        f'<w:p {_W}><w:ins w:id="8" w:author="x"><w:r><w:t>Quill Ins</w:t></w:r></w:ins><w:r><w:t>erted</w:t></w:r></w:p>',
        f"<w:p {_W}><w:r><w:rPr><w:vanish/></w:rPr><w:t>Quill Vanished</w:t></w:r></w:p>",
        f'<w:p {_W}><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>MERGEFIELD "Quill Field"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
        f'<w:p {_W}><w:bookmarkStart w:id="1" w:name="Quill_Bookmark"/></w:p>',
        f'<w:sdt {_W}><w:sdtPr><w:alias w:val="Quill Control"/></w:sdtPr><w:sdtContent><w:p>{_run("Quill Controlled")}</w:p></w:sdtContent></w:sdt>',
    ):
        body.insert(0, parse_xml(xml))
    picture = io.BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "PNG")
    picture.seek(0)
    shape = d.add_picture(picture)
    shape._inline.docPr.set("descr", "Quill Alternative")
    d.part.relate_to(
        "mailto:quill.link@example.org",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        is_external=True,
    )
    out = io.BytesIO()
    d.save(out)
    data = _with(
        out.getvalue(),
        {
            "word/footnotes.xml": f"<w:footnotes {_W}><w:footnote><w:p>{_run('Quill Footnote')}</w:p></w:footnote></w:footnotes>".encode(),
            "customXml/item9.xml": b"<pupil><n>Quill Customxml</n></pupil>",
            "word/charts/chart1.xml": b'<c:chart xmlns:c="c"><c:v>Quill Chart</c:v></c:chart>',
            "word/embeddings/inner.xlsx": sheet().data,
            "word/afchunk.mht": b"<html><body>Quill Altchunk</body></html>",
            "word/embeddings/note.txt": b"Quill Embedded",
        },
    )
    names = (
        "Runs Comment Commenter Cell Header Footer Firstpage Title Author Reviser Deleted Inserted Vanished Field Bookmark Control Controlled "
        "Alternative Footnote Customxml Chart Altchunk Embedded"
    )
    return Made(
        "word.docx",
        data,
        {n.lower(): f"Quill {n}" for n in names.split()}
        | {"link": "quill.link@example.org", "embedded sheet": "Quill Shared"},
        "python-docx",
    )


def _with(data: bytes, parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet() -> Made:
    """An Excel workbook by openpyxl."""
    w = openpyxl.Workbook()
    s = w.active
    s.title = "Quill Tab"
    s.append(["Forename", "Surname", "DOB", "NHS", "Note"])
    s.append(["Quill", "Neighbour", dt.date(2011, 3, 12), 9434765919, "Quill Shared"])
    s.append(
        [
            "x",
            "y",
            dt.datetime(2012, 4, 5, 10, 30),  # noqa: DTZ001 - a cell knows no zone
            1.5,
            "Quill Hiddenrow",
        ]
    )
    s["H2"], s["H1"] = "Quill Hiddencolumn", "h"
    s.row_dimensions[3].hidden = True
    s.column_dimensions["H"].hidden = True
    s["A2"].comment = Comment("Quill Comment", "Quill Commenter")
    s["A2"].hyperlink = "mailto:quill.link@example.org"
    s["F2"] = '=IF(A2="x","Quill Formula","")'
    s.oddHeader.center.text, s.oddFooter.left.text = "Quill Header", "Quill Footer"
    v = DataValidation(
        type="list", formula1='"Quill Validation,b"', prompt="Quill Prompt", showInputMessage=True
    )
    s.add_data_validation(v)
    v.add("G2")
    for title, state, words in (
        ("Hidden", "hidden", "Quill Hiddensheet"),
        ("Very", "veryHidden", "Quill Veryhidden"),
    ):
        other = w.create_sheet(title)
        other.sheet_state = state
        other["C9"] = words
    chart = BarChart()
    chart.title = "Quill Chart"
    chart.add_data(Reference(s, min_col=4, min_row=1, max_row=3))
    s.add_chart(chart, "J1")
    w.defined_names["Quill_Defined"] = DefinedName("Quill_Defined", attr_text='"Quill Constant"')
    w.properties.title, w.properties.creator = "Quill Title", "Quill Author"
    out = io.BytesIO()
    w.save(out)
    names = "Tab Neighbour Shared Hiddenrow Hiddencolumn Comment Commenter Formula Header Footer Validation Prompt Hiddensheet Veryhidden Chart Defined Constant Title Author"
    needles = {n.lower(): f"Quill {n}" for n in names.split()}
    return Made(
        "sheet.xlsx",
        out.getvalue(),
        needles
        | {
            "neighbour": "Quill\tNeighbour",
            "date": "2011-03-12",
            "number": "9434765919",
            "link": "quill.link@example.org",
        },
        "openpyxl",
    )


def slides() -> Made:
    """A PowerPoint presentation by python-pptx."""
    p = pptx.Presentation()
    one = p.slides.add_slide(p.slide_layouts[1])
    paragraph = one.shapes.title.text_frame.paragraphs[0]
    for piece in ("Qu", "ill Ru", "ns"):
        paragraph.add_run().text = piece
    one.notes_slide.notes_text_frame.text = "Quill Notes"
    table = one.shapes.add_table(2, 2, 0, 0, 99, 99).table
    for i, words in enumerate(("Name", "DOB", "Quill Cell", "12/03/2011")):
        table.cell(i // 2, i % 2).text = words
    one.shapes[0]._element.nvSpPr.cNvPr.set("descr", "Quill Alternative")
    two = p.slides.add_slide(p.slide_layouts[1])
    two._element.set("show", "0")
    two.shapes.title.text = "Quill Hiddenslide"
    p.slide_master.shapes[0].text_frame.text = "Quill Master"
    p.core_properties.title, p.core_properties.author = "Quill Title", "Quill Author"
    out = io.BytesIO()
    p.save(out)
    data = _with(
        out.getvalue(),
        {
            "ppt/comments/comment1.xml": b'<p:cmLst xmlns:p="p"><p:cm><p:text>Quill Comment</p:text></p:cm></p:cmLst>'
        },
    )
    names = "Runs Notes Cell Alternative Hiddenslide Master Title Author Comment"
    return Made("slides.pptx", data, {n.lower(): f"Quill {n}" for n in names.split()}, "python-pptx")


def portable() -> Made:
    """A PDF by reportlab, its hidden places by qpdf's library."""
    out = io.BytesIO()
    c = canvas.Canvas(out)
    c.setTitle("Quill Title")
    c.setAuthor("Quill Author")
    c.drawString(72, 700, "Quill Page")
    c.bookmarkPage("b")
    c.addOutlineEntry("Quill Outline", "b")
    c.acroForm.textfield(name="Quill Fieldname", value="Quill Value", x=72, y=600, tooltip="Quill Tooltip")
    c.linkURL("mailto:quill.link@example.org", (0, 0, 9, 9))
    c.save()
    done = io.BytesIO()
    with pikepdf.open(io.BytesIO(out.getvalue())) as pdf:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Text,
            Rect=[0, 0, 9, 9],
            Contents="Quill Annotation",
            T="Quill Annotator",
        )
        pdf.pages[0].Annots.append(pdf.make_indirect(note))
        pdf.attachments["list.txt"] = pikepdf.AttachedFileSpec(
            pdf, b"Quill Attached", filename="Quill Filename.txt"
        )
        with pdf.open_metadata(update_docinfo=False) as meta:
            meta["dc:description"] = "Quill Xmp"
        pdf.Root.Names.JavaScript = pikepdf.Dictionary(
            Names=["x", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('Quill Script')")]
        )
        pdf.save(done)
    names = "Title Author Page Outline Fieldname Value Tooltip Annotation Annotator Attached Xmp Script"
    return Made(
        "portable.pdf",
        done.getvalue(),
        {n.lower(): f"Quill {n}" for n in names.split()}
        | {"link": "quill.link@example.org", "attachment's name": "Quill Filename"},
        "reportlab and pikepdf",
    )


MADE: dict[str, Callable[[], Made]] = {"docx": word, "xlsx": sheet, "pptx": slides, "pdf": portable}
# LibreOffice drops what its own form has no place for; what it does not write cannot be looked for.
DROPPED = {
    "docx": {
        "control",
        "customxml",
        "chart",
        "altchunk",
        "embedded",
        "embedded sheet",
        "link",
        "footnote",
        "firstpage",
        "field",
        "bookmark",
        "reviser",
    },
    "xlsx": {"commenter", "chart", "formula"},
    "pptx": {"comment", "master"},
}
CONVERSIONS = (
    ("docx", "odt", set()), ("docx", "doc", {"alternative", "reviser", "deleted"}), ("docx", "rtf", {"alternative"}), ("docx", "pdf", {"header", "footer", "comment", "commenter", "deleted", "vanished", "alternative"}),
    ("xlsx", "ods", set()), ("xlsx", "xls", {"prompt"}),
    ("pptx", "odp", set()), ("pptx", "ppt", {"alternative"}),
)  # fmt: skip


def convert(made: Made, form: str, drops: set[str]) -> Made:
    """The same document as LibreOffice writes it in another form."""
    kind = made.name.rsplit(".", 1)[-1]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, made.name)
        source.write_bytes(made.data)
        command = [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            form,
            "--outdir",
            folder,
            str(source),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        data = source.with_suffix(f".{form}").read_bytes()
    left = {place: needle for place, needle in made.needles.items() if place not in DROPPED[kind] | drops}
    return Made(f"{source.stem}.{form}", data, left, "LibreOffice")
