"""Text under a bar is a finding of its own; a heading on a dark ground is not."""

import io

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


@pytest.mark.parametrize(
    ("draw", "found"), [(bar_over, 1), (bar_under, 0), (light_over, 0), (bar_beside, 0), (frame_only, 0)]
)
def test_only_text_under_a_dark_bar_is_a_failed_redaction(draw, found):
    out = read_file("x.pdf", page(draw))
    assert [f.count for f in out.findings if f.kind == "failed-redaction"] == [1] * found
    assert "Quill" in text(out)
