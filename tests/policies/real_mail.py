"""Real messages for every cell of rule by school, each with what each pack must say to it."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.policies.real_files import (
    CP,
    NAMED,
    PHRASE,
    REPORT,
    SEN,
    class_list,
    damaged,
    invite,
    lesson,
    letter,
    locked,
    own_child,
    owner_only,
    payslip,
    payslip_in_lines,
    picture,
    plan,
    prize,
    report,
    sound,
    telling,
    transfer,
    weak,
    zipped,
)
from tests.support.documents import DOCX, docx
from tests.support.mail import make_message

TEACHER, OFFICE, DSL = "s.green@example.sch.uk", "office@example.sch.uk", "dsl@example.sch.uk"
OWN = "sarahgreen84@gmail.com"
KIM, PAT, FORBIDDEN = "kim.thompson@gmail.com", "pat.osei@btinternet.com", "max.thompson@yahoo.co.uk"
STRANGER, PRESS, GOVERNOR = "somebody@gmail.com", "news@paper.example", "gov.ernor@gmail.com"
COUNCIL, SECURE, PARTNER = "sen@council.gov.uk", "team@mash.example.org", "bookings@tripcentre.example"
PUPIL, AI = "amelia.t.2014@gmail.com", "upload@openai.com"
CIRCLE = tuple(f"family{n}@families.example" for n in range(6))


@dataclass(frozen=True, slots=True)
class Real:
    """One message and what 000, 001, 002, 003, 004 and the default pack say; "log*" is a tip, ":dpo" who decides."""

    label: str
    raw: bytes
    expected: str


def mail(
    to: str | tuple[str, ...] = KIM,
    *files: tuple[str, str, bytes],
    subject: str = "From your school",
    body: str = "Dear reader,\r\n\r\nPlease see below.\r\n\r\nSarah Green\r\n",
    sender: str = TEACHER,
    shown: str = "",
    **headers: str,
) -> bytes:
    people = (to,) if isinstance(to, str) else to
    more = {"Return-Path": f"<{sender}>"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return make_message(
        subject=subject, sender=f"Sarah Green <{shown or sender}>", to=", ".join(people), body=body, attach=files,
        headers=more,
    )  # fmt: skip


def bulk(words: str) -> str:
    return f"Dear reader,\r\n\r\n{words}\r\n\r\nSarah Green\r\n"


HELD_BY_ALL = (
    "quarantine:dpo quarantine:dpo quarantine:it+dpo quarantine:dpo quarantine:head+dpo quarantine:dpo"
)


def all_of_them() -> list[Real]:
    """The table. Each line of domain knowledge §1.5 has its messages, with the corrections of §1.5a."""
    return [
        Real(*row) for row in (*_names(), *_files(), *_texts(), *_people(), *_own(), *_secrets(), *_rest())
    ]


def _names() -> Iterator[tuple[str, bytes, str]]:
    yield "subject: full name", mail(subject="Amelia Thompson trip"), "log* log* log* block log* block"
    yield (
        "subject: full name in a thread",
        mail(subject="Re: Amelia Thompson", In_Reply_To="<x@y.example>"),
        "log* log* log* ask log* ask",
    )
    yield "subject: weak name", mail(STRANGER, subject="Will Field"), "log* log* log* ask log* ask"
    yield "text: full name to the parent", mail(body=bulk(NAMED)), "allow allow allow log* allow log"
    yield (
        "text: full name to a secure partner",
        mail(SECURE, body=bulk(NAMED)),
        "allow allow allow ask allow log",
    )


def _files() -> Iterator[tuple[str, bytes, str]]:
    yield "file P1 to the parent", mail(KIM, prize()), "allow allow allow ask allow allow"
    yield "file P2 to the parent", mail(KIM, report()), "log log log ask log log"
    yield "file P3 to the parent", mail(KIM, letter()), "ask ask ask ask log* ask"
    yield "file P4 to the parent", mail(KIM, plan()), HELD_BY_ALL
    yield "file P1 to a stranger", mail(STRANGER, prize()), "log log log ask log log"
    yield "file P2 to a stranger", mail(STRANGER, report()), "ask ask ask ask log* ask"
    yield (
        "file P3 to a stranger",
        mail(STRANGER, letter()),
        "quarantine:head+dpo quarantine:dpo quarantine:it+dpo quarantine:dpo log* quarantine:dpo",
    )
    yield "file P4 to a stranger", mail(STRANGER, class_list()), HELD_BY_ALL
    yield "file P3 to a public body", mail(COUNCIL, letter()), "ask ask ask ask log* ask"
    yield "file P4 to a public body", mail(COUNCIL, class_list()), HELD_BY_ALL
    yield "file P3 to a governor", mail(GOVERNOR, letter()), "ask ask ask ask log* ask"
    yield "file P2 to a secure partner", mail(SECURE, report()), "allow allow allow ask allow allow"
    yield "file P3 to a secure partner", mail(SECURE, letter()), "allow allow allow ask allow allow"
    yield "file P4 to a secure partner", mail(SECURE, class_list()), "ask ask ask ask log* ask"
    yield "file P3 to a partner", mail(PARTNER, letter()), "ask ask ask ask log* ask"
    yield "file P4 to a colleague", mail(OFFICE, class_list()), "log log log log log log"
    yield "file P3, well locked", mail(KIM, locked()), "log log log log log log"
    yield "file P3, weak lock", mail(KIM, weak()), "ask ask ask ask log* ask"
    yield "file P3, owner password", mail(KIM, owner_only()), "ask ask ask ask log* ask"
    yield "locked file with a telling name", mail(KIM, telling()), "ask ask ask ask log* ask"
    yield "damaged file", mail(KIM, damaged()), HELD_BY_ALL


def _texts() -> Iterator[tuple[str, bytes, str]]:
    yield "text P2 to the parent", mail(body=bulk(REPORT)), "allow allow allow log* allow log"
    yield (
        "text P2 to the parent, with a file",
        mail(KIM, lesson(), body=bulk(REPORT)),
        "allow allow allow ask allow log",
    )
    yield "text P3 to the parent", mail(body=bulk(SEN)), "ask ask ask ask log* ask"
    yield (
        "text P4 to the parent",
        mail(body=bulk(CP)),
        "quarantine:dpo quarantine:dpo quarantine:it+dpo quarantine:dpo log* quarantine:dpo",
    )
    yield "text P1 to a stranger", mail(STRANGER, body=bulk(NAMED)), "log log log ask log log"
    yield "text P2 to a stranger", mail(STRANGER, body=bulk(REPORT)), "ask ask ask ask log* ask"
    yield "text P3 to a stranger", mail(STRANGER, body=bulk(SEN)), "ask ask ask ask log* ask"
    yield "clean letter", mail(), "allow allow allow allow allow allow"


def _people() -> Iterator[tuple[str, bytes, str]]:
    yield (
        "wrong family",
        mail(PAT, prize()),
        "quarantine:head+dpo quarantine:dpo quarantine:it+dpo quarantine:dpo log* quarantine:dpo",
    )
    yield "no contact", mail(FORBIDDEN), " ".join(["quarantine:dsl"] * 6)
    yield "six families in To", mail(CIRCLE), "log* log* log* log* log* ask"
    yield (
        "six families in To, sensitive",
        mail(CIRCLE, body=bulk("Peter Harrison has epilepsy.")),
        ("ask ask ask ask log* quarantine:dpo"),
    )
    yield (
        "another family's address",
        mail(PAT, body=bulk(f"Please write to {KIM}.")),
        "ask ask ask ask log* ask",
    )
    yield "one letter off", mail("pat.ossei@btinternet.com"), "log* log* log* log* log* ask"
    yield "pupil's private address", mail(PUPIL), "log* log* log* log* block block"
    yield "AI service with data", mail(AI, body=bulk(NAMED)), "log* log* block ask log* block"
    yield "AI service without data", mail(AI), "log log log log log log"


def _own() -> Iterator[tuple[str, bytes, str]]:
    yield "own private, data", mail(OWN, class_list()), "block block block block log* block"
    yield "own private, locked", mail(OWN, zipped()), "block block block block log* block"
    yield "own private, a name", mail(OWN, body=bulk(NAMED)), "ask ask ask ask log* ask"
    yield "own private, a file without data", mail(OWN, lesson()), "ask ask ask ask log* ask"
    yield "own private, a note", mail(OWN, body="remember milk\r\n"), "log log log log log log"
    yield "own private, own payslip", mail(OWN, payslip()), "log log log log log log"
    yield "own private, own payslip in lines", mail(OWN, payslip_in_lines()), "log log log log log log"
    yield "own private, own child", mail(OWN, own_child()), "ask ask ask ask log* ask"
    yield (
        "private address to the parent",
        mail(sender=OFFICE, body=bulk("Write to me at ola.wren77@outlook.com.")),
        "block block block log* block block",
    )
    yield (
        "likely private address to the parent",
        mail(body=bulk("Mail me at s.green.home@outlook.com.")),
        "ask ask ask log* ask ask",
    )
    yield (
        "private phone to the parent",
        mail(body=bulk("Ring me on 07700 900123.")),
        "block block block block block block",
    )
    yield (
        "private phone to the pupil",
        mail(PUPIL, body=bulk("Ring me on 07700 900123.")),
        "block block block log* block block",
    )
    yield (
        "likely private phone to the parent",
        mail(body=bulk("My mobile is 07700 900456.")),
        "ask ask ask ask ask ask",
    )
    yield "From is private, to the parent", mail(shown=OWN), "block block block block block block"
    yield "From is private, to a secure partner", mail(SECURE, shown=OWN), "block block block block log block"
    yield "Reply-To is free mail", mail(Reply_To="x.green@gmail.com"), "block block block block block block"
    yield "invitation from a private address", mail(KIM, invite(), shown=OWN), "log log log log log log"
    yield "auto-forward", mail(OWN, Auto_Submitted="auto-forwarded"), "block block block block log* block"


def _secrets() -> Iterator[tuple[str, bytes, str]]:
    yield (
        "password in the same message",
        mail(KIM, locked(), body=bulk(f"The password is {PHRASE}")),
        "log* log* log* block log* block",
    )
    yield (
        "password words beside a locked file",
        mail(KIM, locked(), body=bulk("The password for the file is Blue-Heron-42")),
        ("log* log* log* ask log* ask"),
    )
    yield (
        "credentials to outside",
        mail(STRANGER, body=bulk("The wifi password is Gr33nLeaf!")),
        "block block block block block block",
    )
    yield (
        "credentials to the own parent",
        mail(body=bulk("Username: amelia.t\r\nPassword: Fox!2234")),
        "log log log log log log",
    )
    yield (
        "credentials to a colleague",
        mail(OFFICE, body=bulk("Username: amelia.t\r\nPassword: Fox!2234")),
        "log log log log log log",
    )


def _rest() -> Iterator[tuple[str, bytes, str]]:
    yield "offensive word", mail(body=bulk("This is fucking useless.")), "ask ask ask ask ask ask"
    yield (
        "offensive word, from the DSL",
        mail(sender=DSL, body=bulk("He called her a fucking liar.")),
        "allow allow allow log allow allow",
    )
    yield "harm", mail(body=bulk("I will kill you if you tell anybody.")), " ".join(["quarantine:dsl"] * 6)
    yield (
        "named picture to the press",
        mail(PRESS, picture(), body=bulk("Here is the photo of Amelia Thompson.")),
        ("log* log* log* block quarantine:head ask"),
    )
    yield (
        "named picture to the parent",
        mail(KIM, picture(), body=bulk("Here is the photo of Amelia Thompson.")),
        ("log log log ask log log"),
    )
    yield "picture to the press", mail(PRESS, picture()), "log log log log ask log"
    yield (
        "chain letter",
        mail(
            subject="Fwd: Fwd: Fwd: good luck",
            body=bulk("Forward this to everyone you know. Send this to 10 people today."),
        ),
        ("allow allow allow block allow log"),
    )
    yield "copyright media", mail(KIM, sound()), "ask ask ask ask ask log"
    yield "transfer file to the council", mail(COUNCIL, transfer()), HELD_BY_ALL
    yield (
        "child protection file to a partner",
        mail(PARTNER, ("chronology.docx", DOCX, docx("Child protection chronology", CP))),
        ("ask ask ask ask log* ask"),
    )
    yield (
        "WhatsApp invitation",
        mail(body=bulk("Join https://chat.whatsapp.com/Ab12Cd34Ef56")),
        "log* log* ask allow log* ask",
    )
    yield (
        "shared link",
        mail(body=bulk("https://example-my.sharepoint.com/:w:/g/personal/x/EabcDEF")),
        "log log log* log log log",
    )
