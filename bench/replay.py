"""A term of generated mail, judged again by `schoolgate policy replay`: how long it takes, and what the DPO reads.

    python -m bench.replay [messages] [folder]

It keeps one promise: the same numbers give the same mail, and the output is that of the real command.
"""

import mailbox
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from importlib import resources
from pathlib import Path
from random import Random

from bench.mail.corpus import para, roster
from quarantine import keys
from tests.support.documents import DOCX, docx
from tests.support.gate import Gate, make_gate

MESSAGES = 10_000
PACK = resources.files("policies") / "packs/default.toml"
DRAFT = (  # what a DPO might wish to try
    ("[set]\n", '[set]\nsubject_names = "initials"\n'),
    (
        'P2 = ["allow", "allow", "log", "log", "log", "ask:encrypt+confirm+remove"',
        'P2 = ["allow", "allow", "log", "log", "ask:encrypt+confirm+remove", "ask:encrypt+confirm+remove"',
    ),
)
TERM = timedelta(weeks=12)
FIRST = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
TEACHERS = 40
OUTSIDE = (
    "news@paper.example",
    "orders@books.example",
    "sen@council.gov.uk",
    "head@oak.sch.uk",
    "pat.moss@gmail.com",
)
ODD = 8  # of a hundred messages, those with a pupil in them
Pupil = tuple[str, str, str, str]


def main() -> int:
    """Make the mail, run the command, say what it said."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(temporary) / "school"
        gate, pupils = school(root)
        box = mailbox.mbox(root / "term.mbox")
        for message in term(count, pupils):
            box.add(message)
        box.close()
        start = time.monotonic()
        done = gate.run("policy", "replay", str(draft(root)), str(root / "term.mbox"), limit=3600)
        print(done.stdout)
        print(f"{count} messages in {time.monotonic() - start:.0f} s, scanned and judged twice")
    return 0


def draft(root: Path) -> Path:
    """The default rules with two changes."""
    text = PACK.read_text(encoding="utf-8")
    for old, new in DRAFT:
        assert old in text
        text = text.replace(old, new, 1)
    file = root / "draft.toml"
    file.write_text(text)
    return file


def school(root: Path) -> tuple[Gate, list[Pupil]]:
    """300 pupils with a parent each, and forty teachers."""
    rng = Random(5)
    pupils = roster(300, rng)
    gate = make_gate(root, next_hop=2, extra="[scan]\nocr = false\n")
    rows = [f"{n},{p[3]},{p[0]},,{p[1]},,,{_iso(p[2])},{n % 7}A" for n, p in enumerate(pupils)]
    head = "id,upn,legal_forename,middle_names,legal_surname,preferred_forename,preferred_surname,dob,class"
    (root / "pupils.csv").write_text("\n".join((head, *rows)) + "\n")
    staff = [f"{n},Sam,Tutor{n},{_teacher(n)},,,teacher" for n in range(TEACHERS)]
    (root / "staff.csv").write_text(
        "\n".join(("id,forename,surname,work_email,personal_email,personal_phone,role", *staff)) + "\n"
    )
    families = [f"{n},P,{p[1]},{_parent(n)},,mother," for n, p in enumerate(pupils)]
    (root / "contacts.csv").write_text(
        "\n".join(("pupil_id,forename,surname,email,phone,relationship,no_contact", *families)) + "\n"
    )
    keys.make(root / "var/keys")
    return gate, pupils


def term(count: int, pupils: list[Pupil]) -> Iterator[EmailMessage]:
    """Mail of twelve weeks: mostly letters about nobody, some about one pupil to their parent, few that go astray."""
    rng = Random(7)
    for number in range(count):
        message = EmailMessage()
        message["From"] = _teacher(rng.randrange(TEACHERS))
        message["Date"] = format_datetime(FIRST + TERM * number / count)
        message["Message-ID"] = f"<term-{number}@example.sch.uk>"
        child = rng.randrange(len(pupils))
        _write(message, rng, pupils[child], _parent(child), odd=rng.randrange(100) < ODD)
        yield message


def _write(message: EmailMessage, rng: Random, pupil: Pupil, parent: str, *, odd: bool) -> None:
    name, subject, body, to = f"{pupil[0]} {pupil[1]}", "This week", para(rng, 400), parent
    if not odd:
        to = rng.choice((parent, parent, parent, "office@example.sch.uk", *OUTSIDE))
        _put(message, to, subject, body)
        return
    match rng.randrange(8):
        case 0:
            subject = f"{name} and the trip"
        case 1:
            body = f"{name} did well this week.\n\n{body}"
        case 2:
            body = f"{name} has autism and an EHCP; please talk to us.\n\n{body}"
        case 3:
            to = rng.choice(OUTSIDE)
            body = f"{name}, born {pupil[2]}, will join you.\n\n{body}"
        case 4:
            to = rng.choice(OUTSIDE)
            body = f"{name} did well this week.\n\n{body}"
        case 5:
            body = f"The password is Blue-Heron-{rng.randrange(99)}.\n\n{body}"
        case _:
            to = rng.choice((parent, *OUTSIDE))
            _put(message, to, subject, body)
            words = docx("Report", f"{name}, born {pupil[2]}. Grade in maths: 5.")
            kind, _, subtype = DOCX.partition("/")
            message.add_attachment(words, maintype=kind, subtype=subtype, filename="report.docx")
            return
    _put(message, to, subject, body)


def _put(message: EmailMessage, to: str, subject: str, body: str) -> None:
    message["To"], message["Subject"] = to, subject
    message.set_content(body)


def _teacher(number: int) -> str:
    return f"t{number}@example.sch.uk"


def _parent(number: int) -> str:
    return f"parent{number}@families.example"


def _iso(day: str) -> str:
    return "-".join(reversed(day.split("/")))


if __name__ == "__main__":
    raise SystemExit(main())
