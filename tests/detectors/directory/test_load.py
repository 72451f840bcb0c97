"""The directory is right as a whole or refused, with file, line, column and remedy."""

from datetime import date
from pathlib import Path

import pytest

from detectors.directory import DirectoryError, DirectoryPaths, load
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
