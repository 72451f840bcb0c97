"""The directory is right as a whole or refused, with file, line, column and remedy."""

from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from detectors.directory import DirectoryError, DirectoryPaths, build, load
from detectors.directory.columns import PUPIL_ALIASES
from detectors.directory.people import Pupil
from detectors.directory.sheets import Row, parse
from detectors.fingerprints import Fingerprints

PRINTS = Fingerprints(b"k" * 32)
TODAY = date(2026, 3, 2)
PUPILS = (
    "id,upn,legal_forename,middle_names,legal_surname,preferred_forename,preferred_surname,dob,class\n"
    "p1,N999000123001,Amelia,Jane,Thompson,Millie,Thompson,2014-05-14,4B\n"
    "p2,,Zoë,,O'Brien,,,14/05/2014,6C\n"
)
STAFF = "id,forename,surname,work_email,personal_email,personal_phone,role\ns1,Sarah,Green,S.Green@example.sch.uk,sarahgreen84@gmail.com,07700 900123,teacher\n"
CONTACTS = "pupil_id,forename,surname,email,phone,relationship,no_contact\np1,Jo,Thompson,Jo.Thompson@gmail.com,,mother,\np2,Al,O'Brien,al@example.org,,father,yes\n"


def files(tmp_path: Path, **texts: str | bytes) -> DirectoryPaths:
    paths = {}
    for kind, text in texts.items():
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        paths[kind] = (path,)
    return DirectoryPaths(**paths)


def read(paths: DirectoryPaths, **more):
    return load(paths, ["Example Primary School"], ["Example.sch.uk"], PRINTS, today=TODAY, **more)


def test_three_files_become_one_snapshot(tmp_path):
    """Names, dates and flags are read; private addresses become fingerprints."""
    directory = read(files(tmp_path, pupils=PUPILS, staff=STAFF, contacts=CONTACTS))
    assert [p.id for p in directory.pupils] == ["p1", "p2"]
    assert directory.pupils[1].dob == date(2014, 5, 14)
    assert directory.staff[0].work_emails == ("s.green@example.sch.uk",)
    assert directory.staff[0].private_emails == (PRINTS.of("email", "sarahgreen84@gmail.com"),)
    assert directory.staff[0].private_phones == (PRINTS.of("phone", "+447700900123"),)
    assert [c.email for c in directory.contacts] == ["jothompson@gmail.com", "al@example.org"]
    assert [c.no_contact for c in directory.contacts] == [False, True]
    assert directory.domains == ("example.sch.uk",)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + PUPILS.encode(),
        PUPILS.replace(",", ";").encode("cp1252"),
        PUPILS.replace(",", "\t").encode("utf-16"),
        PUPILS.replace("\n", "\r\n").encode("cp1252"),
    ],
    ids=["byte order mark", "semicolons and cp1252", "tabs and UTF-16", "CRLF"],
)
def test_exports_differ_in_spelling_only(tmp_path, data):
    """The same pupils come out whatever the encoding, separator and line ends."""
    assert read(files(tmp_path, pupils=data)).version == read(files(tmp_path, pupils=PUPILS)).version


def test_headers_of_school_systems_are_known(tmp_path):
    """An export by its own headers is understood; what must never be imported is not."""
    text = (
        "Adm No,UPN,Legal Forename,Legal Surname,Chosen Name,Date of Birth,Reg Group,SEN Status,Pupil Premium,Ethnicity,Password\n"
        "004213,N999000123001,Amelia,Thompson,Millie,14/05/2014,4B,K,Y,WBRI,secret\n"
    )
    (pupil,) = read(files(tmp_path, pupils=text)).pupils
    assert (pupil.admission_number, pupil.preferred_forename, pupil.class_name) == ("004213", "Millie", "4B")
    values = [str(getattr(pupil, s)) for s in pupil.__slots__]
    assert not {"K", "Y", "WBRI", "secret"} & set(values)


BROKEN = [
    ("pupils", "", 1, "has no such column"),
    ("pupils", "id,legal_forename\n1,A\n", 1, "has no such column"),
    ("pupils", PUPILS.split("\n", 1)[0] + "\n", 0, "holds no pupil"),
    ("pupils", PUPILS + "p1,,A,,B,,,,\n", 4, "earlier line"),
    ("pupils", PUPILS + "p3,,A,,B,,,31/02/2014,\n", 4, "not a date"),
    ("pupils", PUPILS + "p3,,,,B,,,,\n", 4, "is empty"),
    ("pupils", PUPILS + "p3,12,A,,B,,,,\n", 4, "eleven digits"),
    ("pupils", PUPILS + "p3,,A,,B,,,,4B,extra\n", 4, "more cells"),
    ("pupils", PUPILS + 'p3,,"A,,B,,,,4B\n', 4, "not well-formed"),
    ("pupils", b"\0\1\2\3", 0, "not a text file"),
    ("pupils", b"PK\x03\x04[Content_Types].xml broken", 0, "not a workbook"),
    ("staff", STAFF + "s2,A,B,not-an-address,,,\n", 3, "not an e-mail address"),
    ("staff", STAFF + "s2,A,B,,,12,\n", 3, "not a telephone number"),
    ("contacts", CONTACTS + "p9,A,B,a@example.org,,,\n", 4, "names no pupil"),
    ("contacts", CONTACTS + "p1,A,B,a@example.org,,,perhaps\n", 4, "neither yes nor no"),
    ("partners", "domain,tls\nnonsense,T1\n", 2, "not a mail domain"),
    ("partners", "domain,tls\ncouncil.gov.uk,T9\n", 2, "not a grade"),
    ("outsiders", "email,role\nx,governor\n", 2, "not an e-mail address"),
]


@pytest.mark.parametrize(
    ("kind", "text", "line", "problem"), BROKEN, ids=[b[3] + str(n) for n, b in enumerate(BROKEN)]
)
def test_a_broken_file_is_refused_with_its_place(tmp_path, kind, text, line, problem):
    """The error names file, line and remedy, and no value of the file."""
    given = {"pupils": PUPILS, kind: text}
    with pytest.raises(DirectoryError) as caught:
        read(files(tmp_path, **given))
    assert caught.value.file == f"{kind}.csv"
    assert caught.value.line == line
    assert problem in caught.value.problem
    assert caught.value.remedy
    assert "perhaps" not in str(caught.value)


def test_empty_is_refused_unless_allowed(tmp_path):
    """Without pupils nothing is protected: that has to be somebody's decision."""
    with pytest.raises(DirectoryError, match="holds no pupil"):
        read(DirectoryPaths())
    assert read(DirectoryPaths(), allow_empty=True).pupils == ()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DirectoryError, match=r"gone\.csv: cannot be read"):
        read(DirectoryPaths(pupils=(tmp_path / "gone.csv",)))


def test_leavers_are_kept_for_a_year(tmp_path):
    text = "id,legal_forename,legal_surname,leaving date\n1,A,B,2025-07-20\n2,C,D,2024-07-20\n3,E,F,\n"
    assert [p.id for p in read(files(tmp_path, pupils=text)).pupils] == ["1", "3"]


def test_a_repr_names_nobody(tmp_path):
    directory = read(files(tmp_path, pupils=PUPILS, staff=STAFF, contacts=CONTACTS))
    shown = repr(directory) + repr(directory.pupils) + repr(directory.staff) + repr(directory.contacts)
    assert not [v for v in ("Amelia", "Thompson", "Green", "gmail", "2014") if v in shown]


def test_pupil_and_staff_with_one_number_are_two_people(tmp_path):
    """Two systems count from 1 each: what is about a pupil is never taken for being about the teacher."""
    same = read(
        files(
            tmp_path,
            pupils=PUPILS.replace("p1,", "1,"),
            staff=STAFF.replace("s1,", "1,"),
            contacts=CONTACTS.replace("p1,", "1,"),
        )
    )
    assert not {p.id for p in same.pupils} & {s.id for s in same.staff}


@pytest.mark.parametrize(
    "text", ["2014-05-14", "2014-5-4", "14/05/2014", "20140514", "\u0662\u0660\u0661\u0664-05-14"]
)
def test_a_date_is_the_same_whichever_way_reads_it(text):
    row = Row("pupils.csv", 2, {"dob": (text,)})
    slowly = next(found for form in build._DATES if (found := _tried(text, form)))
    assert build.day(row, "dob") == slowly


def _tried(text, form):
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007  a birthday has no time zone
    except ValueError:
        return None


def test_a_day_that_no_month_has_is_refused(tmp_path):
    with pytest.raises(DirectoryError, match="is not a date"):
        read(files(tmp_path, pupils="forename,surname,dob\nAmelia,Thompson,2014-02-30\n"))


def test_what_many_pupils_share_is_kept_once(tmp_path):
    pupils = "forename,surname,class\nAmelia,Thompson,7B\nAmelia,Khan,7B\nNoah,Khan,7B\n"
    amelia, other, noah = read(files(tmp_path, pupils=pupils)).pupils
    for a, b in ((amelia, other), (other, noah)):
        sent = msgspec.msgpack.decode(msgspec.msgpack.encode((a, b)), type=tuple[Pupil, Pupil])
        assert sent == (a, b)
        for one, two in ((a, b), sent):
            assert one.class_name is two.class_name
    assert amelia.legal_forename is other.legal_forename
    assert other.legal_surname is noah.legal_surname


def test_rows_are_read_as_they_are_gone_through():
    """All rows of a list at once take several times what is kept of them."""
    text = b'forename,surname\nAmelia,Thompson\n"Noah"x,Khan\n'
    rows = parse(text, "pupils.csv", PUPIL_ALIASES, build.PUPIL_REQUIRED).rows
    assert next(rows).line == 2
    with pytest.raises(DirectoryError, match="not well-formed"):
        next(rows)
