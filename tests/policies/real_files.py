"""Real files for the policy tests, made by the libraries that people's programs stand on, about the made-up school."""

import io
from functools import cache

import pikepdf
import pyzipper
from PIL import Image

from tests.support.documents import DOCX, PDF, XLSX, docx, locked_office, pdf, xlsx

DIRECTORY = {
    "pupils.csv": """\
id,upn,legal_forename,middle_names,legal_surname,preferred_forename,preferred_surname,dob,class,email
1,N999000123001,Amelia,,Thompson,,,2014-05-14,4B,amelia.t.2014@gmail.com
2,,Aiden,,Thompson,,,2016-02-01,2B,
3,,Kofi,,Osei,,,2014-03-03,4B,
4,,Jack,,Green,,,2013-04-04,5A,
5,,Will,,Field,,,2014-09-09,4B,
6,,Zuleika,,Marchbanks,,,2014-05-05,4B,
7,,Ivor,,Penhaligon,,,2014-06-06,4B,
8,,Oluwaseun,,Adeyemi,,,2014-07-07,4B,
9,,Esme,,Vasquez,,,2014-08-08,4B,
10,,Jaspreet,,Kaur,,,2014-10-10,4B,
11,,Niamh,,Dhonaill,,,2014-11-11,4B,
""",
    "staff.csv": """\
id,forename,surname,work_email,personal_email,personal_phone,role
1,Sarah,Green,s.green@example.sch.uk,sarahgreen84@gmail.com,07700 900123,Teacher
2,Ola,Wren,office@example.sch.uk,ola.wren77@outlook.com,,Office
3,Dee,Ellwood,dsl@example.sch.uk,,,DSL
""",
    "contacts.csv": """\
pupil_id,forename,surname,email,phone,relationship,no_contact
1,Kim,Thompson,kim.thompson@gmail.com,07700 900321,mother,
2,Kim,Thompson,kim.thompson@gmail.com,,mother,
1,Max,Thompson,max.thompson@yahoo.co.uk,,father,yes
3,Pat,Osei,pat.osei@btinternet.com,,father,
4,Sarah,Green,sarahgreen84@gmail.com,,mother,
"""
    + "".join(f"{n + 6},P,Family,family{n}@families.example,,mother,\n" for n in range(6)),
    "partners.csv": "domain,tls,reason\nmash.example.org,T3,Children's services\ntripcentre.example,T1,Trips\n",
    "outsiders.csv": "email,role\ngov.ernor@gmail.com,governor\n",
}


NAMED = "Amelia Thompson won the reading prize."
REPORT = "School report. Amelia Thompson, born 14/05/2014. Grade in maths: 5."
SEN = "Amelia Thompson has autism and an EHCP."
CP = "Amelia Thompson is on a child protection plan after the strategy meeting."
LIST = [
    ("Name", "Date of birth", "UPN"),
    ("Amelia Thompson", "14/05/2014", "N999000123001"),
    ("Kofi Osei", "03/03/2014", ""),
    ("Jack Green", "04/04/2013", ""),
    ("Zuleika Marchbanks", "05/05/2014", ""),
    ("Ivor Penhaligon", "06/06/2014", ""),
    ("Oluwaseun Adeyemi", "07/07/2014", ""),
]
PHRASE = "tR7-piano-violet"


@cache
def prize() -> tuple[str, str, bytes]:
    return "certificate.docx", DOCX, docx("Certificate", NAMED)


@cache
def report() -> tuple[str, str, bytes]:
    return "report.docx", DOCX, docx(REPORT)


@cache
def letter() -> tuple[str, str, bytes]:
    return "letter.pdf", PDF, pdf("Dear reader,", SEN)


@cache
def plan() -> tuple[str, str, bytes]:
    return "minutes.docx", DOCX, docx(CP)


@cache
def class_list() -> tuple[str, str, bytes]:
    return "list.xlsx", XLSX, xlsx(LIST)


@cache
def locked() -> tuple[str, str, bytes]:
    return "letter.docx", DOCX, locked_office(docx(SEN), PHRASE)


@cache
def telling() -> tuple[str, str, bytes]:
    return "Amelia Thompson EHCP.docx", DOCX, locked_office(docx(SEN), PHRASE)


@cache
def owner_only() -> tuple[str, str, bytes]:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter()[2])) as document:
        document.save(out, encryption=pikepdf.Encryption(owner=PHRASE, user=""))
    return "letter.pdf", PDF, out.getvalue()


@cache
def weak() -> tuple[str, str, bytes]:
    """An old lock: RC4 with 40 bits."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter()[2])) as document:
        lock = pikepdf.Encryption(owner=PHRASE, user=PHRASE, R=2, aes=False, metadata=False)
        document.save(out, encryption=lock)
    return "letter.pdf", PDF, out.getvalue()


@cache
def zipped() -> tuple[str, str, bytes]:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(PHRASE.encode())
        archive.writestr("list.xlsx", class_list()[2])
    return "list.zip", "application/zip", out.getvalue()


@cache
def lesson() -> tuple[str, str, bytes]:
    return "lesson.docx", DOCX, docx("Lesson plan: fractions. Starter, main activity, plenary.")


@cache
def payslip() -> tuple[str, str, bytes]:
    return (
        "payslip.pdf",
        PDF,
        pdf("Payslip", "Sarah Green, National Insurance number AB123456C, salary 2,450.00"),
    )


@cache
def payslip_in_lines() -> tuple[str, str, bytes]:
    """As payrolls print it: the number far from the name."""
    return (
        "payslip.pdf",
        PDF,
        pdf("Payslip May 2026", "Sarah Green", *["Basic pay 2,450.00"] * 30, "NI number", "AB 12 34 56 C"),
    )


@cache
def own_child() -> tuple[str, str, bytes]:
    return "report.docx", DOCX, docx("School report. Jack Green, born 04/04/2013. Grade in maths: 5.")


@cache
def picture(name: str = "IMG_0042.jpg") -> tuple[str, str, bytes]:
    out = io.BytesIO()
    noise = Image.effect_noise((640, 480), 90).convert("RGB")
    noise.save(out, "JPEG")
    return name, "image/jpeg", out.getvalue()


@cache
def transfer() -> tuple[str, str, bytes]:
    body = (
        b'<?xml version="1.0"?><CTfile><Header><DocumentName>Common Transfer File</DocumentName></Header>'
        b"<CTFpupilData><Pupil><UPN>N999000123001</UPN><Surname>Thompson</Surname><Forename>Amelia</Forename>"
        b"<DOB>2014-05-14</DOB></Pupil></CTFpupilData></CTfile>"
    )
    return "9991234_CTF_9994321_001.xml", "application/xml", body


@cache
def sound(name: str = "song.mp3") -> tuple[str, str, bytes]:
    return name, "audio/mpeg", b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + bytes(4000)


def damaged() -> tuple[str, str, bytes]:
    return "plan.pdf", PDF, b"%PDF-1.7\n\x00garbage"


def invite() -> tuple[str, str, bytes]:
    body = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    return "invite.ics", "text/calendar", body.encode()
