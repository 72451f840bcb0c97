"""Words that a page holds and does not show are read wherever programs and people leave them."""

import pytest

from tests.corpus.reading import read_file, text

NAME = "Naomi Marton"
PAGES = {
    "what a spreadsheet notes of a cell": f"<table><tr><td data-sheets-note='{NAME}'>7</td></tr></table>",
    "what is said to those who do not see": f'<p aria-description="{NAME}">x</p>',
    "a remark among styles": f"<style>/* {NAME} */ p {{ color: red }}</style>",
    "a comment that does not end": f"<p>x</p><!-- and then {NAME}",
    "a tag that does not end": f'<p>x</p><p title="{NAME}',
}


@pytest.mark.parametrize("page", PAGES)
def test_words_behind_a_page_are_read(page):
    out = read_file("page.html", f"<html><body><p>Dear Sam</p>{PAGES[page]}".encode())
    (found,) = [e for e in out.extracts if NAME in e.text]
    assert found.hidden


def test_what_stands_above_a_word_does_not_cut_a_name():
    """A reading of the first name, small above it, stood between it and the surname."""
    page = "<html><body><ruby>Naomi<rp>(</rp><rt>nah-OH-mee</rt><rp>)</rp></ruby> Marton</body></html>"
    out = read_file("page.html", page.encode())
    assert NAME in text(out)
    assert "nah-OH-mee" in text(out)


def test_a_line_of_a_page_is_a_line_and_not_a_paragraph():
    """A break was two, so that a name, a number or a sentence that went on behind one was cut there."""
    out = read_file(
        "page.html",
        b"<html><body><p>We met the mother of Naomi<br>Marton today<br><br>Regards</p></body></html>",
    )
    assert "mother of Naomi\nMarton today\n\nRegards" in text(out)
