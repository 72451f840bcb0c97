"""Every format of export becomes the same kind of people; what must not be imported never is; broken ones change nothing."""

import io
import zipfile
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from detectors.directory import Contact, DirectoryError, DirectoryPaths, Pupil, load, members
from detectors.directory.changes import compare, refuse_shrinking, with_leavers
from detectors.directory.export import read_export
from detectors.directory.load import snapshot
from detectors.fingerprints import Fingerprints

PRINTS = Fingerprints(b"k" * 32)
TODAY = date(2026, 3, 2)
SECRET = ("SECRETSEN", "SECRETETH", "SECRETFSM", "SECRETREL", "SECRETPW")

CTF = """<?xml version="1.0" encoding="UTF-8"?>
<CTfile xmlns="urn:example"><Header><DocumentName>Common Transfer File</DocumentName><CTFversion>21.0</CTFversion>
<SourceSchool><LEA>999</LEA><Estab>1234</Estab><SchoolName>Elsewhere School</SchoolName></SourceSchool></Header>
<CTFpupilData>
 <Pupil><UPN>N999000123001</UPN><Surname>Thompson</Surname><Forename>Amelia</Forename><DOB>2014-05-14</DOB><Sex>F</Sex>
  <BasicDetails><PreferredSurname>Thompson</PreferredSurname><PreferredForename>Millie</PreferredForename><MiddleNames>Jane</MiddleNames>
   <FormerSurname>Walsh</FormerSurname><Ethnicity>SECRETETH</Ethnicity><Religion>SECRETREL</Religion></BasicDetails>
  <SENhistory><SEN><SENprovision>SECRETSEN</SENprovision></SEN></SENhistory><FSMhistory><FSM>SECRETFSM</FSM></FSMhistory>
  <Email>parent@example.org</Email>
  <Contacts><Contact><Order>1</Order><Title>Mrs</Title><Surname>Thompson</Surname><Forename>Jo</Forename><Relationship>MOT</Relationship>
   <Phones><Phone><PhoneNo>07700 900111</PhoneNo></Phone></Phones><Email>jo.t@gmail.com</Email></Contact></Contacts>
 </Pupil>
 <Pupil><UPN>M99900012301A</UPN><Surname>Khan</Surname><Forename>Yusuf</Forename><DOB>2013-09-02</DOB><Gender>M</Gender>
  <Email>y.khan@pupils.example.sch.uk</Email></Pupil>
</CTFpupilData></CTfile>"""

ONEROSTER_11 = {
    "users.csv": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
    "u1,active,2026-01-01,true,org1,student,at,,Amelia,Thompson,Jane,,a.thompson@example.sch.uk,,,u3,04,SECRETPW\n"
    "u2,active,2026-01-01,true,org1,teacher,sg,,Sarah,Green,,,s.green@example.sch.uk,,,,,SECRETPW\n"
    "u3,active,2026-01-01,true,org1,guardian,,,Jo,Thompson,,,Jo.T@gmail.com,07700900111,,u1,,\n"
    "u4,tobedeleted,2026-01-01,false,org1,student,x,,Old,Leaver,,,,,,,,\n",
    "demographics.csv": "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative\nu1,active,2026-01-01,2014-05-14,female,SECRETETH\n",
    "orgs.csv": "sourcedId,status,name\norg1,active,Example\n",
}
ONEROSTER_12 = {
    "users.csv": "\ufeffsourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns\n"
    "u1,active,,true,at,,Amelia,Thompson,Jane,,a.thompson@example.sch.uk,,,u3,04,SECRETPW,,,Millie,,Thompson,org1,\n"
    "u2,active,,true,sg,,Sarah,Green,,,s.green@example.sch.uk,,,,,SECRETPW,,,,,,org1,\n"
    "u3,active,,true,,,Jo,Thompson,,,jo.t@gmail.com,,07700 900111,u1,,,,,,,,org1,\n",
    "roles.csv": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
    "r1,active,,u1,primary,student,,,org1,\nr2,active,,u2,primary,teacher,,,org1,\nr3,active,,u3,primary,parent,,,org1,\n",
    "demographics.csv": "sourcedId,birthDate\nu1,2014-05-14\n",
}
SDS_21 = {
    "orgs.csv": "sourcedId,name,type\norg1,Example,school\n",
    "users.csv": "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms\n"
    "u1,at,Amelia,Thompson,SECRETPW,,a.thompson@example.sch.uk,,\nu2,sg,Sarah,Green,SECRETPW,,s.green@example.sch.uk,,\n"
    "u3,,Jo,Thompson,,,jo.t@gmail.com,,07700900111\nu5,,Dr,House,,,doctor@example.org,,\n",
    "roles.csv": "userSourcedId,orgSourcedId,role\nu1,org1,student\nu2,org1,teacher\n",
    "relationships.csv": "userSourcedId,relationshipUserSourcedId,relationshipRole\nu1,u3,guardian\nu1,u5,doctor\n",
    "demographics.csv": "userSourcedId,birthDate,ethnicity\nu1,2014-05-14,SECRETETH\n",
}
SDS_1 = {
    "student.csv": "SIS ID,School SIS ID,First Name,Last Name,Middle Name,Username,Password,Student Number,Birthdate\n"
    "u1,org1,Amelia,Thompson,Jane,a.thompson@example.sch.uk,SECRETPW,004213,2014-05-14\n",
    "teacher.csv": "SIS ID,School SIS ID,First Name,Last Name,Username,Password,Title\nu2,org1,Sarah,Green,s.green@example.sch.uk,SECRETPW,Teacher\n",
    "user.csv": "Email,First Name,Last Name,Phone,SIS ID\njo.t@gmail.com,Jo,Thompson,+447700900111,g1\ndoctor@example.org,Dr,House,,g2\n",
    "guardianrelationship.csv": "SIS ID,Email,Role\nu1,jo.t@gmail.com,Parent\nu1,doctor@example.org,Doctor\n",
}
MIS = {
    "pupils.csv": "Adm No;UPN;Legal Forename;Middle Names;Legal Surname;Preferred Forename;Date of Birth;Reg Group;SEN Status;Ethnicity;FSM;Religion;Parent Email 1;Parent Email 2\n"
    "004213;N999000123001;Amelia;Jane;Thompson;Millie;14/05/2014;4B;SECRETSEN;SECRETETH;SECRETFSM;SECRETREL;jo.t@gmail.com;al@example.org\n",
    "staff.csv": "Staff Code,Forename,Surname,Work Email,Home Email,Job Title\nSGR,Sarah,Green,s.green@example.sch.uk,sarahgreen84@gmail.com,Teacher\n",
    "contacts.csv": "Adm No,Forename,Surname,Email Address,Mobile,Relationship,Court Order\n004213,Sam,Walsh,sam@example.org,07700 900112,Father,Yes\n",
}


def folder(tmp_path: Path, files: dict[str, str]) -> list[Path]:
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    return [tmp_path]


def as_zip(tmp_path: Path, files: dict[str, str]) -> list[Path]:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"export/{name}", text)
    return [tmp_path / "export.zip"]


def read(paths):
    return read_export(paths, PRINTS, domains=("example.sch.uk",), today=TODAY)


FORMATS = [
    ("common transfer file", {"9991234_CTF_9994321_001.xml": CTF}),
    ("OneRoster 1.1", ONEROSTER_11),
    ("OneRoster 1.2", ONEROSTER_12),
    ("School Data Sync version 2.1", SDS_21),
    ("School Data Sync version 1", SDS_1),
    ("tables", MIS),
]


@pytest.mark.parametrize("pack", [folder, as_zip])
@pytest.mark.parametrize(("name", "files"), FORMATS, ids=[f[0] for f in FORMATS])
def test_every_format_gives_pupil_birthday_and_parent(tmp_path, pack, name, files):
    """Amelia, her birthday, her parent; never a doctor; nothing of the forbidden columns."""
    export = read(pack(tmp_path, files))
    assert export.format == name
    amelia = next(p for p in export.pupils if p.legal_surname == "Thompson")
    assert (amelia.legal_forename, amelia.dob) == ("Amelia", date(2014, 5, 14))
    hers = {c.email for c in export.contacts if c.pupil_id == amelia.id}
    assert "jot@gmail.com" in hers
    assert "doctor@example.org" not in hers
    values = [
        str(getattr(p, f.name)) for p in (*export.pupils, *export.staff, *export.contacts) for f in fields(p)
    ]
    assert not [v for v in values for s in SECRET if s.casefold() in v.casefold()]
    assert not [s for s in SECRET if s in repr(export)]


@pytest.mark.parametrize(("name", "files"), FORMATS[1:], ids=[f[0] for f in FORMATS[1:]])
def test_staff_come_with_their_work_address(tmp_path, name, files):
    export = read(folder(tmp_path, files))
    assert [(s.surname, s.work_emails) for s in export.staff] == [("Green", ("s.green@example.sch.uk",))]


WITH_DEPARTMENTS = [
    {
        **ONEROSTER_11,
        "users.csv": ONEROSTER_11["users.csv"].replace("true,org1,teacher", 'true,"sci, org1",teacher'),
        "orgs.csv": "sourcedId,status,name,type,parentSourcedId\norg1,active,Example,school,\nsci,active,Science ,department,org1\n",
    },
    {
        **ONEROSTER_12,
        "roles.csv": ONEROSTER_12["roles.csv"].replace("teacher,,,org1", "teacher,,,sci"),
        "users.csv": ONEROSTER_12["users.csv"].replace("SECRETPW,,,,,,org1,\nu3", "SECRETPW,,,,,,,\nu3"),
        "orgs.csv": "sourcedId,name,type,parentSourcedId\norg1,Example,school,\nsci,Science,department,org1\n",
    },
    {
        **SDS_21,
        "roles.csv": SDS_21["roles.csv"] + "u2,sci,teacher\n",
        "orgs.csv": SDS_21["orgs.csv"] + "sci,Science,department\n",
    },
    *({**MIS, "staff.csv": MIS["staff.csv"].replace("Title\n", f"Title,{header}\n").replace("Teacher\n", "Teacher,Science\n")}
      for header in ("Department", "Dept", "Faculty", "Team", "Subject Area")),
]  # fmt: skip


@pytest.mark.parametrize("files", WITH_DEPARTMENTS)
def test_staff_come_with_their_department(tmp_path, files):
    """From a column, or from an organisation of that type; which is nobody's school, but the one above it is."""
    (green,) = read(folder(tmp_path, files)).staff
    assert green.department == "Science"
    assert green.school == ("org1" if "users.csv" in files else "")


def test_a_departments_name_is_one_bounded_line(tmp_path):
    """Whatever the cell holds, it can stand in a report."""
    cell = '"Science\n\x07 and  Technology ' + "of the whole trust " * 9 + '"'
    files = {**MIS, "staff.csv": f"Forename,Surname,Work Email,Dept\nSarah,Green,s.green@example.sch.uk,{cell}\n"}  # fmt: skip
    (green,) = read(folder(tmp_path, files)).staff
    assert green.department.startswith("Science and Technology of the whole trust of")
    assert len(green.department) <= 60
    assert green.department.isprintable()


def test_a_transfer_file_tells_names_apart(tmp_path):
    """Legal, known-as and former names; the pupil's address is the pupil's only at the school's domain."""
    export = read(folder(tmp_path, {"a.xml": CTF}))
    amelia, yusuf = export.pupils
    assert (amelia.preferred_forename, amelia.middle_names, amelia.former_surname) == (
        "Millie",
        "Jane",
        "Walsh",
    )
    assert (amelia.email, yusuf.email) == ("", "y.khan@pupils.example.sch.uk")
    assert {c.email for c in export.contacts} == {"jot@gmail.com", "parent@example.org"}
    assert "N999000123001" not in amelia.id


def test_the_preview_says_what_each_column_was_taken_for(tmp_path):
    """Known, unknown and never imported columns are shown before anything is taken."""
    preview = read(folder(tmp_path, MIS)).previews["pupils.csv"]
    taken = {c.header: c.field or ("never" if c.never else "left out") for c in preview}
    assert taken["Adm No"] == "admission_number"
    assert taken["Reg Group"] == "class"
    assert {taken[h] for h in ("SEN Status", "Ethnicity", "FSM", "Religion")} == {"never"}


def test_a_workbook_reads_like_its_csv(tmp_path):
    """XLSX of the same rows gives the same people, leading zeros and dates included."""
    book = openpyxl.Workbook()
    book.active.append(["Adm No", "UPN", "Forename", "Surname", "DOB", "Class", "Ethnicity"])
    book.active.append(
        ["004213", "N999000123001", "Amelia", "Thompson", date(2014, 5, 14), "4B", "SECRETETH"]
    )
    book.save(tmp_path / "pupils.xlsx")
    (pupil,) = read([tmp_path / "pupils.xlsx"]).pupils
    assert (pupil.admission_number, pupil.dob, pupil.class_name) == ("004213", date(2014, 5, 14), "4B")


def test_court_orders_come_through(tmp_path):
    export = read(folder(tmp_path, MIS))
    assert {c.email: c.no_contact for c in export.contacts} == {
        "jot@gmail.com": False,
        "al@example.org": False,
        "sam@example.org": True,
    }


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "yyyy"><!ENTITY z "&x;&x;">]><CTfile>&z;</CTfile>'
BROKEN = [
    ({"a.xml": BOMB}, "a.xml", "not XML that may be read"),
    ({"a.xml": "<CTfile><CTFpupilData/></CTfile>"}, "a.xml", "holds no pupil"),
    ({"a.xml": "<other/>"}, "a.xml", "no common transfer file"),
    ({"a.xml": CTF.replace("2014-05-14", "14 May")}, "a.xml", "not a date"),
    ({"users.csv": "SourcedId,givenName,familyName\n"}, "users.csv", "no such column"),
    ({"users.csv": "sourcedId,givenName,familyName,role\n"}, "users.csv", "no rows"),
    ({"users.csv": "sourcedId,givenName,familyName,role\n1,A,B,teacher\n"}, "users.csv", "names no student"),
    (
        {**SDS_1, "guardianrelationship.csv": "SIS ID,Email,Role\nu9,a@example.org,Parent\n"},
        "guardianrelationship.csv",
        "names no student",
    ),
    ({"pupils.csv": "Colour,Shape\nred,round\n"}, "pupils.csv", "no such column"),
    (
        {**MIS, "contacts.csv": "Adm No,Surname,Email\n999,A,a@example.org\n"},
        "contacts.csv",
        "names no pupil",
    ),
]


@pytest.mark.parametrize(("files", "file", "problem"), BROKEN, ids=[f"{b[1]} {b[2]}" for b in BROKEN])
def test_broken_exports_are_refused(tmp_path, files, file, problem):
    """File, problem and remedy; nothing is returned."""
    with pytest.raises(DirectoryError) as caught:
        read(folder(tmp_path, files))
    assert (caught.value.file, problem in caught.value.problem, bool(caught.value.remedy)) == (
        file,
        True,
        True,
    )


def test_broken_zips_and_empty_folders_are_refused(tmp_path, monkeypatch):
    (tmp_path / "x.zip").write_bytes(b"PK\x05nothing")
    with pytest.raises(DirectoryError, match="not a zip"):
        read([tmp_path / "x.zip"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(DirectoryError, match="holds no CSV"):
        read([tmp_path / "empty"])
    monkeypatch.setattr(members, "MAX_BYTES", 50_000)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.csv", b"0" * 100_000)
    (tmp_path / "bomb.zip").write_bytes(target.getvalue())
    with pytest.raises(DirectoryError, match="unpacks to more"):
        read([tmp_path / "bomb.zip"])


def made(*pupils: Pupil, contacts: tuple[Contact, ...] = ()):
    return snapshot(
        school_names=("S",),
        domains=("s.example",),
        fingerprints=PRINTS,
        today=TODAY,
        pupils=pupils,
        contacts=contacts,
    )


TEN = tuple(Pupil(id=str(n), legal_forename="A", legal_surname="B") for n in range(10))


def test_changes_are_told_by_ids():
    new = made(
        *TEN[1:],
        Pupil(id="x", legal_forename="C", legal_surname="D"),
        contacts=(Contact(pupil_id="x", email="a@b.example", no_contact=True),),
    )
    new = replace(new, pupils=(replace(new.pupils[0], class_name="4B"), *new.pupils[1:]))
    changes = compare(made(*TEN), new)
    assert (changes.new, changes.gone, changes.changed, changes.contacts, changes.newly_forbidden) == (
        ("x",),
        ("0",),
        ("1",),
        1,
        1,
    )


def test_half_an_export_is_refused_until_confirmed():
    """A fall by a fifth passes, by more does not."""
    refuse_shrinking(made(*TEN), made(*TEN[:8]))
    with pytest.raises(DirectoryError, match="holds 7 pupils where the directory has 10"):
        refuse_shrinking(made(*TEN), made(*TEN[:7]))
    refuse_shrinking(made(*TEN), made(*TEN[:7]), confirmed=True)


def test_leavers_stay_for_a_year():
    kept = with_leavers(made(*TEN), made(*TEN[1:]), TODAY)
    assert [(p.id, p.left) for p in kept.pupils if p.left] == [("0", TODAY)]
    later = with_leavers(kept, made(*TEN[1:]), date(2027, 6, 1))
    assert [p.id for p in later.pupils] == [str(n) for n in range(1, 10)]


@pytest.mark.parametrize("name", ["pupils.csv", "export.xml", "anything"])
def test_the_settings_may_name_an_export_as_it_is(tmp_path, name):
    """A transfer file in place of the pupils' table is told by its content, whatever its name."""
    (tmp_path / name).write_text(CTF, "utf-8")
    directory = load(
        DirectoryPaths(pupils=(tmp_path / name,)), ["S"], ["example.sch.uk"], PRINTS, today=TODAY
    )
    assert [p.legal_surname for p in directory.pupils] == ["Thompson", "Khan"]
    assert {c.email for c in directory.contacts} == {"jot@gmail.com", "parent@example.org"}


def test_a_zip_of_oneroster_gives_all_three_lists(tmp_path):
    (path,) = as_zip(tmp_path, ONEROSTER_12)
    directory = load(DirectoryPaths(pupils=(path,)), ["S"], ["example.sch.uk"], PRINTS, today=TODAY)
    assert (len(directory.pupils), len(directory.staff), len(directory.contacts)) == (1, 1, 1)


def test_a_workbook_in_the_settings_is_a_table(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["id", "legal_forename", "legal_surname"])
    book.active.append(["1", "Amelia", "Thompson"])
    book.save(tmp_path / "pupils.xlsx")
    directory = load(
        DirectoryPaths(pupils=(tmp_path / "pupils.xlsx",)), ["S"], ["example.sch.uk"], PRINTS, today=TODAY
    )
    assert [p.id for p in directory.pupils] == ["1"]
