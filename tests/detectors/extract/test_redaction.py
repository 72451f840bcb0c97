"""Text under a bar is a finding of its own; a heading on a dark ground is not."""

import io

import pikepdf
import pytest
from reportlab.pdfgen import canvas

from tests.corpus.reading import read_file, text


def page(draw) -> bytes:
    out = io.BytesIO()
    c = canvas.Canvas(out)
    draw(c)
    c.save()
    return out.getvalue()


def bar_over(c):
    c.drawString(72, 700, "The pupil Quill Hidden was seen.")
    c.setFillColorRGB(0, 0, 0)
    c.rect(120, 697, 80, 14, stroke=0, fill=1)


def bar_under(c):
    c.setFillColorRGB(0, 0, 0)
    c.rect(72, 697, 200, 14, stroke=0, fill=1)
    c.setFillColorRGB(1, 1, 1)
    c.drawString(74, 700, "Quill Heading in white")


def light_over(c):
    c.drawString(72, 700, "Quill Marked with a pen")
    c.setFillColorRGB(1, 1, 0.4)
    c.rect(72, 697, 100, 14, stroke=0, fill=1)


def bar_beside(c):
    c.drawString(72, 700, "Quill Beside")
    c.setFillColorRGB(0, 0, 0)
    c.rect(300, 697, 100, 14, stroke=0, fill=1)


def frame_only(c):
    c.drawString(72, 700, "Quill Framed")
    c.rect(72, 697, 100, 14, stroke=1, fill=0)


def text_in_a_form(c):
    c.beginForm("f")
    c.drawString(0, 0, "Quill Formed")
    c.endForm()
    c.translate(72, 700)
    c.scale(2, 2)
    c.doForm("f")
    c.setFillColorRGB(0, 0, 0)
    c.rect(0, -2, 60, 12, stroke=0, fill=1)


def both_in_a_form_elsewhere(c):
    c.beginForm("f")
    c.drawString(0, 0, "Quill Formed")
    c.rect(0, 100, 60, 12, stroke=0, fill=1)
    c.endForm()
    c.translate(72, 300)
    c.doForm("f")


def bar_in_a_form(c):
    c.beginForm("f")
    c.rect(0, 0, 90, 14, stroke=0, fill=1)
    c.endForm()
    c.drawString(72, 700, "Quill Under")
    c.translate(70, 697)
    c.doForm("f")


@pytest.mark.parametrize(
    ("colour", "found"), [([0, 0, 0], 1), ([1, 1, 0.4], 0)], ids=["black", "highlighter"]
)
@pytest.mark.parametrize("kind", ["/Square", "/Redact"])
def test_a_bar_of_a_readers_pen_hides_nothing(kind, colour, found):
    """Preview and Acrobat lay such rectangles over the page; the text stays under them."""
    with pikepdf.open(io.BytesIO(page(lambda c: c.drawString(72, 700, "Quill Hidden")))) as pdf:
        box = pikepdf.Array([70, 697, 170, 711])
        square = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name(kind), Rect=box, IC=pikepdf.Array(colour)
        )
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(square)])
        out = io.BytesIO()
        pdf.save(out)
    reading = read_file("x.pdf", out.getvalue())
    wanted = 1 if kind == "/Redact" else found
    assert [f.count for f in reading.findings if f.kind == "failed-redaction"] == [1] * wanted


@pytest.mark.parametrize(
    ("draw", "found"),
    [
        (text_in_a_form, 1),
        (both_in_a_form_elsewhere, 0),
        (bar_in_a_form, 1),
        (bar_over, 1),
        (bar_under, 0),
        (light_over, 0),
        (bar_beside, 0),
        (frame_only, 0),
    ],
)
def test_only_text_under_a_dark_bar_is_a_failed_redaction(draw, found):
    out = read_file("x.pdf", page(draw))
    assert [f.count for f in out.findings if f.kind == "failed-redaction"] == [1] * found
    assert "Quill" in text(out)
