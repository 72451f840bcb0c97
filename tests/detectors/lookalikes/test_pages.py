"""Words of an HTML page that stand in a place for something else are read; what pages are made of is no finding."""

import base64

import pytest

from tests.support.needle import HEAD, NEEDLE, TOLD, found, text

ROWS = "<tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr>"
PACKED = base64.b64encode(NEEDLE.encode()).decode()


@pytest.mark.parametrize(
    "page",
    [
        f"<table><caption>{NEEDLE}</caption>{ROWS}</table>",
        f"<noscript><img alt='{NEEDLE}'></noscript>",
        "<p>Ame<noscript>lia Thom</noscript>pson has diabetes</p>",
        f"<template><p title='{NEEDLE}'>x</p></template>",
        "<iframe>Ame<b>lia</b> Thompson has diabetes</iframe>",
        "<noframes>Ame<b>lia</b> Thompson has diabetes</noframes>",
        "<p>Amelia <rt>Thompson</rt> has diabetes</p>",
        "<p><ruby>Amelia<rt>Thompson</rt></ruby> has diabetes</p>",
    ],
)
def test_words_in_rare_elements_are_read(page: str) -> None:
    assert found(text(page, "text/html")) >= TOLD


@pytest.mark.parametrize(
    "page",
    [
        f"<style title='{NEEDLE}'>p{{}}</style>",
        f"<style>{NEEDLE}</style>",
        f"<style style='display:block'>{NEEDLE}{{}}</style>",
        f"<style>style{{display:block}} {NEEDLE}{{}}</style>",
        f"<style>p{{color:red;{NEEDLE}}}</style>",
        "<style>p:before{content:'Am\\65 lia' \" Thompson has diabetes\"}</style>",
        "<style>.x{color:red;display:none}</style><p>Ame<span class='y x'>zz</span>lia Thom<i class=x>q</i>pson has diabetes</p>",
        "<style>@media screen{b#x,u{font-size:0}}</style><p>Ame<b id=x>zz</b>lia Thom<u>q</u>pson has diabetes</p>",
    ],
)
def test_words_in_styles_are_read_and_what_styles_hide_parts_no_name(page: str) -> None:
    assert found(text(page, "text/html")) >= TOLD


@pytest.mark.parametrize(
    "page",
    [
        f"<img longdesc='{NEEDLE}'>",
        f"<a download='{NEEDLE}.txt'>x</a>",
        f"<video poster='{NEEDLE}'></video>",
        f"<p dAtA-note='{NEEDLE}'>x</p>",
        f"<a href='cid:{NEEDLE}'>x</a>",
        f"<a href='data:{NEEDLE};base64,AAAA'>x</a>",
        f"<a href='data:text/plain;base64,{PACKED}'>x</a>",
        f"<iframe srcdoc='<img alt=&quot;{NEEDLE}&quot;>'></iframe>",
        f"<!--[if mso]><img alt='{NEEDLE}'><![endif]-->",
        f"<!-- <{NEEDLE}> -->",
        f"<{NEEDLE}>x",
        f"</p {NEEDLE}>x",
        f'<!DOCTYPE html "{NEEDLE}"><p>x</p>',
        f"<?{NEEDLE}?><p>x</p>",
        f"<![CDATA[{NEEDLE}]]><p>x</p>",
    ],
)
def test_words_in_tags_comments_and_links_are_read(page: str) -> None:
    assert found(text(page, "text/html")) >= TOLD


@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
@pytest.mark.parametrize("charset", ["utf-16", "utf-16le", "utf-7", "iso-2022-kr", "utf-32"])
def test_a_charset_that_the_words_are_not_in_hides_none(kind: str, charset: str) -> None:
    """Declared as sixteen bits, or as one of those that write other letters with ASCII."""
    body = f"<p>{NEEDLE}</p>".ljust(60)
    assert found(text(body, f"{kind}; charset={charset}; x=y").replace(b"; x=y; charset=utf-8", b"")) >= TOLD


def test_names_in_a_page_of_no_charset_are_found() -> None:
    page = "<p>Zoë O'Brien has diabetes</p>".encode("cp1252")
    assert found(HEAD + b"Content-Type: text/html\r\n\r\n" + page) >= TOLD


def test_what_pages_are_made_of_is_no_finding() -> None:
    page = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- @font-face{font-family:"Cambria Math";}'
        "p.MsoNormal{margin:0cm;mso-style-priority:99} .wide{display:none} --></style><!--[if gte mso 9]><xml>"
        '<o:shapedefaults v:ext="edit" spidmax="1026"/></xml><![endif]--></head><body lang=EN-GB nowrap noshade>'
        "<p class=MsoNormal>Dear parents,<o:p></o:p></p><div class=wide>Menu</div>"
        "<img src='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'></body></html>"
    )
    assert not found(text(page, "text/html"))
