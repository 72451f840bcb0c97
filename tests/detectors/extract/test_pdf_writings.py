"""A PDF that ends too early, or whose letters have no codes, is said to be read in part."""

import pytest

from tests.corpus.reading import kinds, read_file, text

NAME = "Naomi Marton"
LINE = f"{NAME}, NHS number 441 777 6318"


def page(content: str, font: str = "", *more: str) -> bytes:
    """A PDF of one page."""
    resources = f"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica {font} >> >> >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} /Contents 4 0 R >>",
        stream(content),
        *more,
    ]
    made, starts = b"%PDF-1.7\n", []
    for number, written in enumerate(objects, 1):
        starts.append(len(made))
        made += f"{number} 0 obj\n{written}\nendobj\n".encode()
    places = "".join(f"{start:010d} 00000 n \n" for start in starts)
    table = f"xref\n0 {len(starts) + 1}\n0000000000 65535 f \n{places}"
    last = f"trailer << /Size {len(starts) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return made + (table + last).encode()


def stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def shown(words: str) -> str:
    return f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET"


def codes(first: int) -> str:
    """A font's table that names its letters otherwise."""
    letters = sorted(set(LINE))
    pairs = "\n".join(f"<{ord(c):02x}> <{first and first + ord(c):04x}>" for c in letters)
    return stream(
        f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange {len(letters)} beginbfchar\n{pairs}\nendbfchar endcmap"
    )


def test_a_plain_page_is_whole():
    out = read_file("a.pdf", page(shown(LINE)))
    assert LINE in text(out)
    assert not kinds(out)


@pytest.mark.parametrize("end", [b"441 777", b"endstream", b"xref"])
def test_a_pdf_that_ends_too_early_is_said_to_be_damaged(end):
    """Its page was read as an empty one, and the file was said to be whole."""
    whole = page(shown(LINE))
    assert "unreadable:corrupt" in kinds(read_file("a.pdf", whole[: whole.index(end)]))


@pytest.mark.parametrize("first", [0, 0xE000])
def test_letters_whose_codes_are_nobodys_are_said_to_be_unread(first):
    """Codes of nothing, or of what each font may define for itself, are no words; the page must be looked at."""
    out = read_file("a.pdf", page(shown(LINE), "/ToUnicode 5 0 R", codes(first)))
    assert kinds(out) == {"unreadable:image"}


def test_a_version_with_a_remark_before_its_end_is_one():
    """A remark between the place of the list and the end of the file hid the version before the last."""
    whole = page(shown(LINE)).replace(b"\n%%EOF", b"\n% saved\n%%EOF")
    start = len(whole)
    added = f"4 0 obj\n{stream('BT ET')}\nendobj\n"
    table = f"xref\n4 1\n{start:010d} 00000 n \n"
    before = whole.rindex(b"xref\n0")
    last = f"trailer << /Size 5 /Root 1 0 R /Prev {before} >>\nstartxref\n{start + len(added)}\n%%EOF\n"
    out = read_file("a.pdf", whole + (added + table + last).encode())
    assert any(NAME in e.text and e.place.startswith("earlier version") for e in out.extracts)
