"""A dozen messages as a teacher would write them, each telling: what it shows, and its real bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from gateway.demo import documents
from gateway.demo.school import DOMAIN, NAME, SENCO, TEACHER, Child, Teacher, parent_address

File = tuple[str, str, bytes]  # name, media type, content


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One message of the demonstration."""

    shows: str  # what the table calls it
    sender: Teacher
    to: str
    subject: str
    body: str
    html: str = ""
    files: tuple[File, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def raw(self, now: datetime, number: int) -> bytes:
        """Its bytes as a mail program hands them in."""
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(self.sender.name, addr_spec=self.sender.address)
        message["To"], message["Subject"] = self.to, self.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{now:%Y%m%d%H%M%S}.{number}@{DOMAIN}>"
        for name, value in self.headers.items():
            message[name] = value
        message.set_content(f"{self.body}\n\nKind regards,\n{self.sender.name}\n{NAME}\n")
        if self.html:
            message.add_alternative(self.html, subtype="html")
        for name, media_type, data in self.files:
            kind, _, subtype = media_type.partition("/")
            message.add_attachment(data, maintype=kind, subtype=subtype, filename=name)
        return message.as_bytes()


def register(children: Sequence[Child]) -> list[tuple[str, ...]]:
    """The rows that a club asks for."""
    head = ("Forename", "Surname", "Class", "Date of birth")
    return [head, *((c.forename, c.surname, c.class_name, c.born) for c in children)]


def class_list(children: Sequence[Child]) -> list[tuple[str, ...]]:
    """The rows that an information system exports for a trip."""
    rows: list[tuple[str, ...]] = [
        ("Forename", "Surname", "Date of birth", "UPN", "Dietary and medical needs")
    ]
    needs = ("", "", "asthma, carries an inhaler", "", "nut allergy, EpiPen in office", "")
    for n, child in enumerate(children):
        year, month, day = child.born.split("-")
        rows.append(
            (child.forename, child.surname, f"{day}/{month}/{year}", child.upn, needs[n % len(needs)])
        )
    return rows


CLUB = "bookings@adventure-centre.example"
COUNCIL = "sen.team@council.example"


def samples(children: Sequence[Child]) -> list[Sample]:
    """The messages in the order in which the table shows them."""
    return [*_letters(children), *_lists(children), *_documents(children)]


def _letters(children: Sequence[Child]) -> list[Sample]:
    """Words alone: what the subject gives away."""
    child, other = children[0], children[3]
    parent = parent_address(child, "Laura")
    return [
        Sample(
            shows="A letter home without anybody's data",
            sender=TEACHER, to=parent, subject="Sports day on Friday",
            body="Dear parents,\n\nSports day is on Friday. Please send a hat, water and a packed lunch.",
        ),
        Sample(
            shows="A pupil's full name in the subject",
            sender=TEACHER, to=COUNCIL, subject=f"{child.name} - attendance",
            body="Could you ring me about this when you have a minute?",
        ),
        Sample(
            shows="The same with initials",
            sender=TEACHER, to=COUNCIL, subject=f"{child.initials} - attendance",
            body="Could you ring me about this when you have a minute?",
        ),
        Sample(
            shows="A full name in an encoded subject",
            sender=SENCO, to=COUNCIL, subject=f"Café meeting: {other.surname}, {other.forename}",
            body="Shall we say Tuesday at four?",
        ),
    ]  # fmt: skip


def _lists(children: Sequence[Child]) -> list[Sample]:
    """The same children in a workbook, a locked archive, a private mailbox and the text itself."""
    rows = class_list(children[:12])
    workbook = documents.xlsx(rows, "Trip")
    return [
        Sample(
            shows="A list that anybody can open",
            sender=TEACHER, to=CLUB, subject="Climbing group",
            body="The group is attached.",
            files=(("climbing.xlsx", documents.XLSX, documents.xlsx(register(children[20:23]), "Group")),),
        ),
        Sample(
            shows="A class list with medical needs",
            sender=TEACHER, to=CLUB, subject="Our visit in June",
            body="The list for our visit is attached.",
            files=(("trip list.xlsx", documents.XLSX, workbook),),
        ),
        Sample(
            shows="The same list, really encrypted",
            sender=TEACHER, to=CLUB, subject="Our visit in June",
            body="The list is attached. I will ring you with the password.",
            files=(("trip list.zip", documents.ZIP, documents.locked_zip({"trip list.xlsx": workbook}, "ladder-otter-51")),),
        ),
        Sample(
            shows="Work sent to a private address",
            sender=SENCO, to=SENCO.private, subject="For this evening",
            body="Marking for tonight.",
            files=(("list.xlsx", documents.XLSX, workbook),),
        ),
        Sample(
            shows="Pupils in a table inside the mail",
            sender=SENCO, to=CLUB, subject="Who is coming",
            body="The group is in the table below.",
            html=_table(rows[:7]),
        ),
    ]  # fmt: skip


def _documents(children: Sequence[Child]) -> list[Sample]:
    """Reports and plans: really locked, locked for show, packed, and broken."""
    child = children[0]
    parent, plan = parent_address(child, "Laura"), _support_plan(children[3])
    report = documents.pdf(
        f"Annual report for {child.name}, born {child.born}",
        "Reading: working towards. Attendance: 71 %. SEN support: speech and language therapy since January.",
    )
    return [
        Sample(
            shows="A PDF that only looks locked",
            sender=TEACHER, to=parent, subject="Your child's report",
            body="The report is attached.",
            files=(("report.pdf", documents.PDF, documents.locked_pdf(report, to_open="", to_change="owner")),),
        ),
        Sample(
            shows="A PDF with a password to open",
            sender=TEACHER, to=parent, subject="Your child's report",
            body="The report is attached. The password is the one that we agreed.",
            files=(("report.pdf", documents.PDF, documents.locked_pdf(report, to_open="ladder-otter-51", to_change="owner")),),
        ),
        Sample(
            shows="A support plan in an open document",
            sender=SENCO, to=COUNCIL, subject="Papers for Thursday",
            body="The draft plan is attached.",
            files=(("plan.docx", documents.DOCX, plan),),
        ),
        Sample(
            shows="The same plan inside an open ZIP",
            sender=SENCO, to=COUNCIL, subject="Papers for Thursday",
            body="All papers in one file.",
            files=(("papers.zip", documents.ZIP, documents.zipped({"papers/plan.docx": plan})),),
        ),
        Sample(
            shows="A file that nobody can read",
            sender=TEACHER, to=CLUB, subject="Photographs",
            body="The photographs from the visit are attached.",
            files=(("photos.zip", documents.ZIP, documents.zipped({"p.txt": b"x" * 4000})[:90]),),
        ),
    ]  # fmt: skip


def _support_plan(child: Child) -> bytes:
    year, month, day = child.born.split("-")
    return documents.docx(
        "Education, health and care plan (draft)",
        f"Name: {child.name}. Date of birth: {day}/{month}/{year}. UPN: {child.upn}.",
        "Diagnosis: autism spectrum condition, under CAMHS since January. Speech therapy weekly.",
        "Social care: child in need plan, allocated social worker.",
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><body><p>Dear team,</p><p>here is the group:</p><table>{cells}</table></body></html>"
