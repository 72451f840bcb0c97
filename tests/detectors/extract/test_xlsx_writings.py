"""A workbook says the same however its XML is written: what patterns see is what a parser sees, and damage is said."""

import io
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.extract import xlsx_xml
from tests.corpus.reading import kinds, read_file, text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAME, NUMBER = "Naomi Marton", "441 777 6318"
LINE = f"{NAME}\t{NUMBER}\t7"
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="One" r:id="r1"/></sheets></workbook>'
)
TOP = f'<Relationships><Relationship Id="r0" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
LINKS = f'<Relationships><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
NAMES = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml")  # fmt: skip


def written(*, shared: bool) -> tuple[str, str]:
    """The XML of a sheet and of its strings."""
    words = ["Name", "NHS number", "Room", "timber", "gravel", NAME, NUMBER]
    rows = [[0, 1, 2], *([[3, 4, "9"]] * 3), [5, 6, "7"], *([[3, 4, "9"]] * 2)]

    def cell(at: str, value: int | str) -> str:
        if isinstance(value, str):
            return f'<c r="{at}"><v>{value}</v></c>'
        return (
            f'<c r="{at}" t="s"><v>{value}</v></c>'
            if shared
            else f'<c r="{at}" t="inlineStr"><is><t>{words[value]}</t></is></c>'
        )

    body = "".join(
        f'<row r="{n}">{"".join(cell(f"{letter}{n}", v) for letter, v in zip("ABC", row, strict=True))}</row>'
        for n, row in enumerate(rows, 1)
    )
    sheet = f'{DECLARED}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
    strings = "".join(f"<si><t>{word}</t></si>" for word in words)
    return sheet, f'{DECLARED}<sst xmlns="{MAIN}">{strings}</sst>'


def workbook(sheet: str | bytes, strings: str | bytes, names: tuple[str, ...] = NAMES) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for name, data in zip(names, ("<Types/>", TOP, BOOK, LINKS, sheet, strings), strict=True):
            out.writestr(name, data)
    return made.getvalue()


def prefixed(source: str, prefix: str) -> str:
    return re.sub(r"<(/?)(\w)", rf"<\1{prefix}:\2", source).replace(" xmlns=", f" xmlns:{prefix}=")


def named(change: str) -> tuple[str, str]:
    """The name as others write it."""
    return NAME, change.format(first=NAME[:3], rest=NAME[3:], whole=NAME)


WRITINGS = {
    "quotes of the other kind": lambda x: x.replace('"', "'"),
    "white space around equals signs": lambda x: re.sub(r'(\w)="', r'\1 = "', x),
    "white space at the end of tags": lambda x: re.sub(r"(</\w+)>", "\\1\n>", x),
    "attributes on lines of their own": lambda x: re.sub(r' (\w+)="', r'\n\t\1="', x),
    "a plain prefix": lambda x: prefixed(x, "x"),
    "a prefix with a hyphen": lambda x: prefixed(x, "a-b"),
    "a prefix with a dot": lambda x: prefixed(x, "a.b"),
    "a prefix with an accent": lambda x: prefixed(x, "é"),
    "a value with a bracket": lambda x: x.replace("<c r=", '<c a="b>c" r=').replace("<t>", '<t a="b>c">'),
    "a type in signs": lambda x: x.replace('t="s"', 't="&#x73;"').replace('t="inl', 't="&#105;nl'),
    "a place in another language": lambda x: x.replace("<c r=", '<c xmlns:o="urn:o" o:t="n" o:r="Z9" r='),
    "a number in signs": lambda x: re.sub(r"<v>(\d)", lambda m: f"<v>&#{ord(m[1])};", x),
    "a number as a float": lambda x: re.sub(r'(t="s"><v>\d)', r"\1.0", x),
    "words in signs": lambda x: x.replace(NAME, "".join(f"&#x{ord(c):x};" for c in NAME)),
    "a comment in words": lambda x: x.replace(*named("{first}<!-- </t> -->{rest}")),
    "words between comments that are words": lambda x: x.replace(
        *named("<![CDATA[<!--]]>{whole}<![CDATA[-->]]>")
    ),
    "an instruction in words": lambda x: x.replace(*named("{first}<?x </t> ?>{rest}")),
    "words above words": lambda x: x.replace(
        *named('{whole}</t><rPh sb="0" eb="1"><t>na</t></rPh><t>')
    ),
    "empty words above words": lambda x: x.replace(
        *named('</t><rPh/><t>{whole}</t><rPh sb="0" eb="1"><t>na</t></rPh><t>')
    ),
    "signs that control a printer": lambda x: x.replace(*named("{first}_x0000_{rest}")),
    "UTF-16": lambda x: x.replace("UTF-8", "UTF-16").encode("utf-16"),
    "UTF-16 without a mark": lambda x: x.replace("UTF-8", "UTF-16").encode("utf-16-le"),
    "UTF-16 without a mark, large end first": lambda x: x.replace("UTF-8", "UTF-16").encode("utf-16-be"),
    "Latin 1": lambda x: x.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
}  # fmt: skip


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("writing", WRITINGS)
def test_no_writing_of_xml_hides_a_cell(writing, shared):
    """Patterns lost cells behind quotes, prefixes and signs of other makers, and words behind comments and instructions."""
    sheet, strings = written(shared=shared)
    change = WRITINGS[writing]
    out = read_file("list.xlsx", workbook(change(sheet), change(strings)))
    assert re.sub(r"<!--|-->", "", text(out)).count(LINE) == 1
    assert not kinds(out)


OF_TAGS = [w for w in WRITINGS if w.startswith(("attributes", "white", "quotes"))][::-1]
OF_NAMES = [w for w in WRITINGS if "prefix" in w]
OF_WORDS = [w for w in WRITINGS if w not in {*OF_TAGS, *OF_NAMES} and not w.startswith(("UTF", "Latin"))]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(OF_WORDS), unique=True, max_size=3),
    st.lists(st.sampled_from(OF_NAMES), max_size=1),
    st.lists(st.sampled_from(OF_TAGS), unique=True, max_size=3).map(lambda w: sorted(w, key=OF_TAGS.index)),
    st.booleans(),
)
def test_patterns_see_what_a_parser_sees(words, names, tags, shared):
    """Several at once, read by patterns where they are plain, and all of it written anew."""
    sheet, strings = written(shared=shared)
    for writing in words + names + tags:
        sheet, strings = WRITINGS[writing](sheet), WRITINGS[writing](strings)
    quick = read_file("list.xlsx", workbook(sheet, strings))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx_xml, "_is_plain", lambda _: False)
        slow = read_file("list.xlsx", workbook(sheet, strings))
    assert [(e.text, e.place, e.table) for e in quick.extracts] == [
        (e.text, e.place, e.table) for e in slow.extracts
    ]
    assert kinds(quick) == kinds(slow)


@pytest.mark.parametrize("shared", [True, False])
def test_xml_that_ends_too_early_is_said_to_be_damaged(shared):
    """What stood before its end was read, and nobody said that more had stood there."""
    sheet, strings = written(shared=shared)
    end = sheet.index('<row r="6"') + 30
    out = read_file("list.xlsx", workbook(sheet[:end], strings))
    assert LINE in text(out)
    assert kinds(out) == {"unreadable:corrupt"}


def test_words_of_a_workbook_that_no_cell_shows_are_read():
    """Programs that take a row away leave its words among the strings."""
    sheet, strings = written(shared=True)
    out = read_file("list.xlsx", workbook(sheet.replace("<v>5</v>", "<v>3</v>"), strings))
    (left,) = [e for e in out.extracts if NAME in e.text]
    assert left.hidden
    assert left.place == "words that no cell shows"


def test_how_a_name_is_spoken_is_read():
    sheet, strings = written(shared=True)
    above = strings.replace("timber</t>", f'timber</t><rPh sb="0" eb="1"><t>{NAME}</t></rPh>')
    out = read_file("list.xlsx", workbook(sheet.replace("<v>5</v>", "<v>3</v>"), above))
    assert any(NAME in e.text and e.place == "words above words" for e in out.extracts)


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda n: "/" + n, lambda n: n.replace("/", "\\")])
def test_parts_of_a_package_are_found_in_any_writing_of_their_names(change):
    """A part named xl/SharedStrings.xml was taken for none, and its cells for empty ones."""
    made = workbook(*written(shared=True), tuple(map(change, NAMES)))
    assert LINE in text(read_file("list.xlsx", made))


def test_two_parts_of_one_name_are_both_read():
    """Programs show the first or the last of them."""
    sheet, strings = written(shared=True)
    made = io.BytesIO(workbook(sheet, strings))
    with zipfile.ZipFile(made, "a") as out, pytest.warns(UserWarning, match="Duplicate"):
        out.writestr(NAMES[-1], f'<sst xmlns="{MAIN}"/>')
    out = read_file("list.xlsx", made.getvalue())
    assert NAME in text(out)
    assert kinds(out) == {"unreadable:ambiguous"}


def test_a_workbook_in_front_of_another_is_read():
    """Programs that look for the first entry open that one."""
    other = workbook(*(x.replace(NAME, "plank").replace(NUMBER, "12") for x in written(shared=True)))
    out = read_file("list.xlsx", workbook(*written(shared=True)) + other)
    assert LINE in text(out)
