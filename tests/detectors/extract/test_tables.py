"""Tables keep their headings: below a title, in few rows, in odd words, and on the pages of a PDF."""

import io
from email.message import EmailMessage

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from detectors.extract.extracts import Table
from detectors.extract.tables import heading_words, is_heading
from detectors.extract.walk import read_message
from detectors.limits import Limits

ROWS = [
    ("Jama, Liban", "4B", "566632023"),
    ("Butt, Mahnoor", "5A", "560348100"),
    ("Hersi, Hodan", "", "523902874"),
]
HEAD = ("Name (Last, First)", "Class", "Passport No")

HEADINGS = [
    ("Surname", "Forename", "DOB"), ("Name (Last, First)", "Adm No"), ("Volunteer", "Helps in", "TRN"), ("Employee", "Post", "DBS #"), ("Child", "Att %", "NHSNumber"),
    ("S/C", "A/C"), ("Legal Surname", "Passport no. (as printed)"), ("Name", "2025 target", "Class"),
]  # fmt: skip
NO_HEADINGS = [
    ("Amelia Thompson", "4B"), ("Jack Green", "07700 900123"), ("jo@example.org", "Name"), ("CONFIDENTIAL",), ("Thompson", "123456"),
    ("12/05/2014", "autism"), (), ("", ""),
]  # fmt: skip


@pytest.mark.parametrize("row", HEADINGS)
def test_a_heading_row(row):
    assert is_heading(row)


@pytest.mark.parametrize("row", NO_HEADINGS)
def test_no_heading_row(row):
    assert not is_heading(row)


def tables(name: str, data: bytes) -> list[Table]:
    mail = EmailMessage()
    mail.set_content("See attached.")
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return [e.table for e in read_message(mail.as_bytes(), Limits()).extracts if e.table]


@pytest.mark.parametrize(
    "title",
    [
        "CONFIDENTIAL",
        "Arbor report: custom list",
        "Export 02/03/2026 08:14",
        "Run by,Ms Green",
        "\nTrip list\n",
    ],
)
def test_a_title_above_hides_no_heading(title):
    """What stands above stays in the table, too."""
    text = f"{title}\n" + "\n".join(",".join(f'"{c}"' for c in row) for row in (HEAD, *ROWS))
    (table,) = tables("list.csv", text.encode())
    assert table.header == HEAD
    assert table.rows[-1][:3] == ROWS[-1]
    assert any(title.strip().split(",")[0] in row for row in table.rows)


def page(canvas: Canvas, rows, top: float = 700, columns=(40, 220, 420), size: float = 10) -> None:
    canvas.setFont("Helvetica", size)
    for n, row in enumerate(rows):
        for x, cell in zip(columns, row, strict=False):
            canvas.drawString(x, top - 14 * n, cell)


def pdf(*pages) -> bytes:
    held = io.BytesIO()
    canvas = Canvas(held, pagesize=A4)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def test_the_table_of_a_pdf_is_a_table():
    """Each cell stands below its heading, also where one is missing; the page's text is there as before."""
    data = pdf(lambda c: (c.drawString(40, 760, "Bromcom quick report"), page(c, [HEAD, *ROWS])))
    (table,) = tables("report.pdf", data)
    assert table.header == HEAD
    assert table.rows == tuple(ROWS)
    assert table.places[0] == "page 1, table, row 2"


def test_numbers_set_to_the_right_stay_in_their_column():
    def draw(canvas: Canvas) -> None:
        page(canvas, [("Pupil", "Form"), ("Liban Jama", "4B"), ("Mahnoor Butt", "5A")])
        for n, cell in enumerate(("NHS number", "9990000018", "9434765919")):
            canvas.drawRightString(540, 700 - 14 * n, cell)

    (table,) = tables("list.pdf", pdf(draw))
    assert table.header == ("Pupil", "Form", "NHS number")
    assert [row[2] for row in table.rows] == ["9990000018", "9434765919"]


def test_two_tables_of_a_page_and_a_letter_without_any():
    both = pdf(
        lambda c: (
            page(c, [HEAD, *ROWS]),
            page(c, [("Staff name", "Role", "TRN"), ("Jo Moor", "head", "1234567")], top=400),
        )
    )
    assert [t.header for t in tables("two.pdf", both)] == [HEAD, ("Staff name", "Role", "TRN")]
    letter = pdf(
        lambda c: page(
            c,
            [("Dear parents, the first name and date of birth of your child are needed.",), ("Best wishes",)],
        )
    )
    assert tables("letter.pdf", letter) == []


@pytest.mark.parametrize(
    "line", ["Payee SortCode AccountNumber", "Tchr Ref P'port No", "Child's name Adm.No", "S/name F/name DoB"]
)
def test_headings_of_programs_and_of_haste_have_words_of_headings(line):
    """A page of a PDF is only searched for tables where some line has two of them."""
    assert heading_words(line) > 1


def test_headings_are_read_in_any_letters():
    """The pattern no longer folds for itself: the text is folded before."""
    assert heading_words("DATE of Bırth") == heading_words("date of birth") > 1
