"""The quick ways into a sheet say what the slow one says, for tidy sheets and for odd ones."""

import io
import zipfile
from unittest import mock

from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors.extract import xlsx, xlsx_grid
from tests.corpus.reading import kinds, read_file

CELLS = st.sampled_from(
    [
        '<c r="{at}"><v>7</v></c>', '<c r="{at}" t="n"><v>0.5</v></c>', '<c r="{at}" s="1"><v>40611</v></c>', '<c r="{at}" t="s"><v>0</v></c>',
        '<c r="{at}" t="s"><v>9</v></c>', '<c r="{at}" t="inlineStr"><is><t>Amelia  Thompson </t></is></c>', '<c r="{at}" t="str"><v>Zoë</v></c>',
    ]
)  # fmt: skip
ODD = st.sampled_from(
    [
        '<c r="{at}"/>', '<c r="{at}" s="1"/>', '<c t="s" r="{at}"><v>0</v></c>', '<c r="{at}"><f>"Secret words"&amp;A1</f><v>8</v></c>', "<c><v>3</v></c>",
        '<c r="{at}" t="inlineStr"><is><r><t>Ame</t></r><r><t>lia</t></r></is></c>', '<c r="{at}" t="str"><v>a &amp; b_x0041_</v></c>', '<x:c r="{at}"><v>4</v></x:c>',
        '<c r="{at}" t="b"><v>1</v></c>', '<c r="{at}" t="inlineStr"><v>1</v></c>', '<c r="ZZ9"><v>5</v></c>', "",
    ]
)  # fmt: skip
ROWS = st.sampled_from(
    ['<row r="{n}">'] * 9
    + ['<row r="{n}" hidden="1">', '<row r="2">', "<row>", '<row r="{n}" spans="1:3" ht="15">']
)


@st.composite
def sheets(draw):
    cell = CELLS if draw(st.booleans()) else st.one_of(CELLS, CELLS, ODD)
    width, height = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    row = st.just('<row r="{n}">') if draw(st.booleans()) else ROWS
    rows = [
        draw(row).format(n=n)
        + "".join(draw(cell).format(at=f"{'ABCD'[c]}{n}") for c in range(width))
        + "</row>"
        for n in range(1, height + 1)
    ]
    return "".join(rows)


VALUES = st.sampled_from(
    ["7", "0", "0.5", "12.0", "-3", "1e3", " 4 ", "40611", "0.99999999999999999", "1_0", "x", "a  b", "Zo\u00eb", "_x0041_", "a &amp; b", "1", "9", "nan",
     "-05", "-0.5", "12.50", "5.", ".", "1-5", "9.5e-05", "6E2", "1e400", "0.30000000000000004", "12.300000000000001", "123456789.00000001", "12345678901234567890", "9999999999999999.9", "1.2.3", "\x00", "\uff15"]
)  # fmt: skip


@st.composite
def uniform_sheets(draw):
    """Rows built alike, as programs write them, the first one perhaps otherwise."""
    width, height = draw(st.integers(1, 4)), draw(st.integers(2, 6))
    shapes = ['<c r="{at}"{of}><v>{v}</v></c>', '<c r="{at}"{of}><is><t{keep}>{v}</t></is></c>']
    keeps = st.sampled_from(["", "", ' xml:space="preserve"']) if draw(st.booleans()) else st.just("")
    kinds = ["", ' t="n"', ' s="1"', ' t="s"', ' t="inlineStr"', ' t="str"', ' t="b"', ' s="0" t="n"']
    cell = st.tuples(st.sampled_from(shapes), st.sampled_from(kinds))
    head, body = ([draw(cell) for _ in range(width)] for _ in range(2))
    head = body if draw(st.booleans()) else head
    opened = draw(st.sampled_from(['<row r="{n}">', '<row r="{n}" spans="1:3" ht="15">', "<row>"]))
    rows = [
        opened.format(n=n)
        + "".join(
            shape.format(at=f"{'ABCD'[c]}{n}", of=of, v=draw(VALUES), keep=draw(keeps))
            for c, (shape, of) in enumerate(head if n == 1 else body)
        )
        + "</row>"
        for n in range(1, height + 1)
    ]
    odd = draw(
        st.sampled_from(
            [""] * 6 + ['<row r="2" hidden="1"><c r="A2"><v>5</v></c></row>', "<x:row/>", " ", "<row/>"]
        )
    )
    at = draw(st.integers(0, height))
    return "".join([*rows[:at], odd, *rows[at:]])


@st.composite
def gappy_sheets(draw):
    """Rows as people save them: cells of any kind, with gaps, and now and then one that is no plain cell."""
    width, height = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    gaps = [
        "",
        "",
        '<c r="{at}" s="1"/>',
        '<c r="{at}"></c>',
        '<c r="{at}"><v></v></c>',
        '<c r="{at}" t="inlineStr"><is><t></t></is></c>',
        '<c r="{at}" t="inlineStr"><v>4</v></c>',
    ]
    shapes = [
        '<c r="{at}"{of}><v>{v}</v></c>',
        '<c r="{at}"{of}><is><t xml:space="preserve">{v}</t></is></c>',
    ]
    kinds = st.sampled_from(["", ' s="1"', ' t="s"', ' t="str"', ' s="1" t="n"', ' t="b"'])
    cell = st.sampled_from(gaps) | st.sampled_from(shapes)
    row = st.sampled_from(['<row r="{n}">'] * 5 + ['<row r="{n}" spans="1:3" ht="15">'])
    between = draw(st.sampled_from(["", "", "", "\n ", "<row/>", "x"]))
    return between.join(
        draw(row).format(n=n)
        + "".join(draw(cell).format(at=f"{'ABCDE'[c]}{n}", of=draw(kinds), v=draw(VALUES)) for c in range(width))
        + "</row>"
        for n in range(1, height + 1)
    )  # fmt: skip


def book(rows):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("[Content_Types].xml", "<Types/>")
        out.writestr(
            "xl/workbook.xml",
            '<workbook xmlns:r="r"><sheets><sheet name="One" r:id="r1"/></sheets></workbook>',
        )
        out.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/s.xml"/></Relationships>',
        )
        out.writestr("xl/sharedStrings.xml", "<sst><si><t>Shared words</t></si></sst>")
        out.writestr(
            "xl/styles.xml",
            '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        )
        out.writestr(
            "xl/worksheets/s.xml", f"<worksheet><sheetData>{rows}</sheetData><pageSetup/></worksheet>"
        )
    return made.getvalue()  # fmt: skip


def said(rows):
    out = read_file("one.xlsx", book(rows))
    return [(e.text, e.table, e.place, e.hidden) for e in out.extracts], sorted(kinds(out))


@settings(deadline=None)
@given(st.one_of(sheets(), uniform_sheets(), gappy_sheets()))
@example('<row r="1"><c r="A1"><v>7</v></c><c r="B1"><v>8</v></c></row>')
@example('<row r="1"><c r="A1"><v>7</v></c><c r="A2"><v>8</v></c></row><row r="2"></row>')
def test_the_quick_ways_say_what_the_slow_one_says(rows):
    """Text, table, place and what is hidden are equal, whichever way read it."""
    quick = said(rows)
    with (
        mock.patch.object(xlsx, "alike", return_value=None),
        mock.patch.object(xlsx, "grid", return_value=None),
        mock.patch.object(xlsx, "_plain_cells", return_value=None),
    ):
        assert said(rows) == quick


FIGURES = st.one_of(
    st.text("0123456789.", min_size=1, max_size=24),
    st.text("0123456789.eE-+ _\0x", min_size=1, max_size=8),
    st.floats(allow_nan=False).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.sampled_from(["9" * 17, "0." + "9" * 17, "1." + "0" * 17 + "1", "0." + "0" * 330 + "1", "-0", "-0.0", "1e-400", "5e-324", "4.0E0"]),
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.lists(FIGURES.map(str.encode), min_size=1, max_size=4))
def test_figures_read_together_show_what_each_shows_by_itself(values):
    def alone(style, kind, value, words):
        return xlsx._plain(xlsx.Book(), style, kind, value, words)

    column = xlsx_grid._Column(b"", b"n", words=False)
    assert column.texts(values, alone) == [alone(b"", b"n", value, b"") for value in values]


def test_a_plain_grid_goes_the_quick_way():
    """Else the test above would compare the slow way with itself."""
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}" t="inlineStr"><is><t>w{n}</t></is></c></row>'
        for n in (1, 2, 5)
    )
    with mock.patch.object(xlsx, "grid", side_effect=AssertionError):
        extracts, _ = said(rows)
    with (
        mock.patch.object(xlsx, "alike", return_value=None),
        mock.patch.object(xlsx, "_plain_cells", side_effect=AssertionError),
    ):
        assert said(rows)[0] == extracts
    (table,) = [table for _, table, _, _ in extracts if table]
    assert table.rows == (("1", "w1"), ("2", "w2"), ("5", "w5"))
    assert table.places[-1] == "sheet 1, row 5"


def test_a_sheet_with_gaps_goes_a_quick_way():
    """Nearly every list that a person keeps has empty cells."""
    rows = "".join(
        f'<row r="{n}" spans="1:3"><c r="A{n}" t="s"><v>0</v></c>{extra}</row>'
        for n, extra in ((1, '<c r="C1" t="str"><v>late</v></c>'), (2, '<c r="B2" s="1"/>'), (5, '<c r="C5" s="1"><v>40611</v></c>'))
    )  # fmt: skip
    with mock.patch.object(xlsx, "_plain_cells", side_effect=AssertionError):
        extracts, _ = said(rows)
    assert "Shared words\t\tlate\nShared words\nShared words\t\t2011-03-09" in [text for text, *_ in extracts]
