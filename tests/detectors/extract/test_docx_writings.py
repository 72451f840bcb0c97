"""A Word document says the same whatever program wrote its XML, and a word that the page shows whole is read whole."""

import io
import zipfile

import pytest

from tests.corpus.reading import kinds, read_file, text

NAME = "Naomi Marton"
FIRST, REST = NAME[:3], NAME[3:]
SPACES = 'xmlns:w="urn:w" xmlns:r="urn:r" xmlns:o="urn:o"'
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'
LINKED = '<Relationships xmlns="urn:l"><Relationship Id="a" TargetMode="External" Target="http://x.example/Naomi%20Marton"/></Relationships>'
SETTINGS = f'<w:settings {SPACES}><w:docVars><w:docVar w:name="a" w:val="{NAME}"/></w:docVars></w:settings>'


def run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def document(body: str, *parts: tuple[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("[Content_Types].xml", "<Types/>")
        out.writestr(
            "word/document.xml", f"{DECLARED}<w:document {SPACES}><w:body>{body}</w:body></w:document>"
        )
        for name, data in parts:
            out.writestr(name, data)
    return made.getvalue()


BODIES = {
    "a text box inside a name": paragraph(
        run(FIRST)
        + f"<w:r><w:pict><w:txbxContent>{paragraph(run('Dear all'))}</w:txbxContent></w:pict></w:r>"
        + run(REST)
    ),
    "a large first letter": paragraph(
        f'<w:pPr><w:framePr w:dropCap="drop" w:lines="3"/></w:pPr>{run(NAME[0])}'
    )
    + paragraph(run(NAME[1:])),
    "words of no run": paragraph(f"<w:r>{NAME}</w:r>"),
    "words in another language": paragraph(f"<o:p>{NAME}</o:p>"),
}


@pytest.mark.parametrize("body", BODIES)
def test_a_name_is_read_wherever_a_page_shows_it(body):
    """Text boxes cut the paragraph in which they stand, and a large first letter was a paragraph of its own."""
    assert NAME in text(read_file("letter.docx", document(BODIES[body])))


def test_a_text_box_is_read_behind_its_paragraph():
    assert "Naomi Marton\nDear all" in text(read_file("a.docx", document(BODIES["a text box inside a name"])))


PARTS = {
    "custom XML in UTF-16 without a mark": ("customXml/item1.xml", f"<a><b>{NAME}</b></a>".encode("utf-16-le")),
    "a comment": ("customXml/item1.xml", f"<a><!-- {NAME} --></a>"),
    "an instruction": ("customXml/item1.xml", f"<a><?who {NAME}?></a>"),
    "an instruction in a name": ("customXml/item1.xml", f"<a>{FIRST}<?x y?>{REST}</a>"),
    "blanks around equals signs": ("customXml/item1.xml", f'<a who = "{NAME}">x</a>'),
    "a link in quotes of the other kind": ("word/_rels/document.xml.rels", LINKED.replace('"', "'")),
    "a link with its target first": ("word/_rels/document.xml.rels", LINKED.replace(' Id="a" TargetMode="External"', "").replace('"/>', '" TargetMode = "External" Id="a" />')),
    "a link with a prefix": ("word/_rels/document.xml.rels", LINKED.replace("<R", "<p:R").replace("</R", "</p:R").replace("xmlns=", "xmlns:p=")),
    "a variable": ("word/settings.xml", SETTINGS),
    "a variable in quotes of the other kind": ("word/settings.xml", SETTINGS.replace('"', "'")),
    "a variable with another prefix": ("word/settings.xml", SETTINGS.replace("w:", "ns0:").replace("xmlns:w", "xmlns:ns0")),
}  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_no_writing_of_a_part_hides_its_words(part):
    """Patterns read parts as most programs write them; any other is parsed."""
    out = read_file("letter.docx", document(paragraph(run("Dear all")), PARTS[part]))
    assert NAME in text(out)
    assert not kinds(out)


def test_a_part_that_ends_too_early_is_read_and_said_to_be_damaged():
    """The quick way took what it found for all there was."""
    chart = f'<c:chartSpace xmlns:c="x"><c:v>{NAME}</c:v><c:v>ab'
    out = read_file("letter.docx", document(paragraph(run("Dear all")), ("word/charts/chart1.xml", chart)))
    assert NAME in text(out)
    assert kinds(out) == {"unreadable:corrupt"}
