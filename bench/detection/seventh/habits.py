"""How this trust's staff write: letters, quick answers, telephones in the yard, lists, and notes out of the register's own mail; the same words give the same bytes."""

import html
import re
from collections.abc import Sequence
from random import Random

from bench.detection import mail
from bench.detection.house import Enclosed, Habit, Letter, thumbed
from bench.detection.sample import Adult, Place, School
from bench.detection.seventh import people

WRITES = {f"t{n}": row[4] for n, row in enumerate(people.STAFF)}
SLIPS = ((" the ", " teh "), ("tomorrow", "tommorow"), ("definitely", "definately"), ("receive", "recieve"), ("necessary", "neccessary"), ("until", "untill"), ("their ", "thier "), ("because", "becuase"), ("please", "plese"), ("which", "wich"), ("again", "agian"), (" and ", " adn "))  # fmt: skip
HURRY = (("please", "pls"), (" and ", " & "), ("thank you", "ty"), (" you ", " u "), ("tomorrow", "tmrw"), ("with ", "w/ "), ("because", "cos"))  # fmt: skip
CLOSE = ("Kind regards", "Kindest regards,", "Many thanks", "Regards", "Best wishes", "Thanks,", "Yours sincerely", "With thanks and every blessing")  # fmt: skip
PHONES = ("Sent from my iPhone", "Sent from Gmail Mobile", "Sent from my Samsung", "Get Outlook for iOS")
FOOTS = (
    "St Wilfrid's and Harclough High Church of England Trust. Life in all its fullness (John 10:10).",
    "Disclaimer: this message is for the named recipient only. If it reached you in error please tell us and delete it. Views are the writer's own.",
    "Company limited by guarantee, registered in England and Wales no. 0{} | Registered office as above",
    "We are a Rights Respecting School and a School Games Platinum school.",
    "I work Monday to Wednesday. I do not expect an answer outside your own hours.",
    "Safeguarding is everyone's responsibility. Worried about a child? Speak to the safeguarding team.",
)
ADDRESS = "St Wilfrid's C of E Primary School, Tenterfield Street, Harclough, Lancashire BB12 8ZQ"
DATES = (
    "Tue, 24 Feb",
    "Wed, 25 Feb",
    "Thu, 26 Feb",
    "Fri, 27 Feb",
    "Mon, 02 Mar",
    "Tue, 03 Mar",
    "Fri, 06 Mar",
)
PROGRAMS = ("Microsoft Outlook 16.0", "iPhone Mail (23C55)", "", "", "", "", "Zimbra 9.0.0")


def as_typed(rng: Random, template: str, sender: Adult) -> str:
    """A template before numbers stand in it: some thumbs slip, some words are shortened, never a placeholder."""
    if WRITES[sender.id] == "phone":
        return thumbed(rng, template, HURRY, 0.35)
    return thumbed(rng, template, SLIPS, 0.12) if rng.random() < 0.25 else template


def letter(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    """The body by its writer's habit; nothing of the wanted `kinds` is added."""
    if rng.random() < 0.16 and "email-address" not in kinds:
        return _thread(rng, words, sender, school)
    return HABITS[WRITES[sender.id]](rng, words, sender, school, kinds)


def _letter(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds, often=0.7)
    hello = rng.choice(("Good morning", "Good afternoon,", "Dear all,", "Dear colleagues,", "Dear friends,", "To whom it may concern"))  # fmt: skip
    text = f"{hello}\n\n{words}\n\n{rng.choice(CLOSE)}\n\n{sign}\n"
    return Letter(text=text, html=_page(text), also=also)


def _chatty(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds, often=0.35)
    hello = rng.choice(("Hiya,", "Hello!", "Hi there", "Hope you had a good weekend.", "Hi, hope you're well", "Morning :)"))  # fmt: skip
    text = f"{hello}\n\n{words}\n\n{rng.choice(('Thank you so much!', 'Have a great day', 'Thanks again x', *CLOSE))}\n{sign}\n"
    return Letter(text=text, html=_page(text) if rng.random() < 0.6 else "", also=also)


def _terse(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    if rng.random() < 0.6:
        return Letter(text=f"{words}\n\n{rng.choice((sender.forename[0], sender.forename, 'Ta', 'Thx'))}\n")
    sign, also = _signed(rng, sender, school, kinds, often=0.4)
    return Letter(text=f"{words}\n\n{sign}\n", also=also)


def _phone(rng: Random, words: str, sender: Adult, *_: object) -> Letter:
    return Letter(text=f"{rng.choice(('Hi', 'Hiya', 'Morning', 'All,', 'Hey'))} {words}\n\n{sender.forename}\n{rng.choice(PHONES)}\n")  # fmt: skip


def _list(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    """Points, where the words are sentences in one paragraph."""
    sign, also = _signed(rng, sender, school, kinds, often=0.5)
    lines = (
        "* " + re.sub(r"(?<=[a-z]{3})\. (?=[A-Z])", ".\n* ", words)
        if "\n" not in words and rng.random() < 0.4
        else words
    )
    text = f"{rng.choice(('Hi all', 'FAO as above', 'Please note', 'Hello'))}\n\n{lines}\n\n{sign}\n"
    return Letter(text=text, html=_page(text) if rng.random() < 0.3 else "", also=also)


def _system(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    """Written in the register's own mail, which puts a line above and below."""
    sign, also = _signed(rng, sender, school, kinds, often=0.4)
    text = f"Message from St Wilfrid's and Harclough High\n\n{words}\n\n{sign}\n\nThis message was sent from the school's information system.\n"  # fmt: skip
    page = f'<div style="max-width:600px;margin:auto;border-top:4px solid #6b1f3a">{_paragraphs(text)}</div>'
    return Letter(text=text, html=f"<!DOCTYPE html>\n<html><body>\n{page}\n</body></html>", also=also)


HABITS: dict[str, Habit] = {
    "letter": _letter,
    "chatty": _chatty,
    "terse": _terse,
    "phone": _phone,
    "list": _list,
    "system": _system,
}


def _signed(rng: Random, sender: Adult, school: School, kinds: frozenset[str], *, often: float) -> tuple[str, frozenset[Place]]:  # fmt: skip
    """The school's own signature: its telephone, address and the writer's work address."""
    lines, also = [f"{sender.title} {sender.forename} {sender.surname}", sender.role], set[Place]()
    if "postcode" not in kinds and rng.random() < often:
        lines.append(ADDRESS)
        also.add(("body", "postcode"))
    if "phone" not in kinds and rng.random() < often:
        lines.append(rng.choice(("Tel {}", "t: {} (option {})", "School office: {}, ext {}")).format(school.office, rng.randrange(1, 9)))  # fmt: skip
        also.add(("body", "phone"))
    if "email-address" not in kinds and rng.random() < often:
        lines.append(f"{sender.email}  |  www.{school.domain}")
        also.add(("body", "email-address"))
    if rng.random() < often:
        lines += ["--", rng.choice(FOOTS).format(rng.randrange(7000000, 8999999))]
    return "\n".join(lines), frozenset(also)


def _thread(rng: Random, words: str, sender: Adult, school: School) -> Letter:
    """Answered or passed on: the words stand above or below what a colleague wrote."""
    other = rng.choice([a for a in school.staff[: len(people.STAFF)] if a.id != sender.id])
    who = f"{other.forename} {other.surname} <{other.email}>"
    clock = f"{rng.randrange(8, 17):02}:{rng.randrange(10, 60)}"
    note = rng.choice(("See below", "FYI", "Passing this on.", "Is this yours?", "Forwarding as discussed.", "As promised, below."))  # fmt: skip
    asked = rng.choice(("Any update on this please?", "Can you sort this one?", "Sorry to nag, did this go?", "Who is dealing with this?"))  # fmt: skip
    shape = rng.randrange(4)
    if shape == 0:
        text = f"{words}\n\n{sender.forename}\n\nOn Tue, 24 Feb 2026 at {clock}, {who} wrote:\n\n> {asked}\n>\n> {other.forename}\n"
        page = f'<div dir="ltr">{_paragraphs(words)}<div>{sender.forename}</div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Tue, 24 Feb 2026 at {clock}, {html.escape(who)} wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid">{_paragraphs(asked)}</blockquote></div>'
        return Letter(text=text, html=f"<html><body>{page}</body></html>", also=frozenset({("body", "email-address")}))  # fmt: skip
    text = (
        f"{note}\n{sender.forename}\n\n---------- Forwarded message ---------\nFrom: {who}\nDate: Tue, 24 Feb 2026 at {clock}\nSubject: to pass on\nTo: <{sender.email}>\n\n\n{words}\n",
        f"{words}\n\n{sender.forename}\n\nFrom: {who}\nSent: 24 February 2026 {clock}\nTo: {sender.forename} {sender.surname} <{sender.email}>\nSubject: RE: quick one\n\n{asked}\n{other.forename}\n",
        f"{note}\n\nBegin forwarded message:\n\nFrom: {who}\nDate: 24 February 2026 at {clock}:09 GMT\nTo: {sender.forename} {sender.surname} <{sender.email}>\nSubject: to pass on\n\n{words}\n",
    )[shape - 1]  # fmt: skip
    return Letter(text=text, also=frozenset({("body", "email-address")}))


def _paragraphs(text: str) -> str:
    return "".join(f"<div>{html.escape(line) or '<br>'}</div>\n" for line in text.split("\n"))


def _page(text: str) -> str:
    return f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>\n<body style="font-family:Verdana;font-size:10pt">\n{_paragraphs(text)}</body></html>'


def sealed(
    rng: Random, *, number: int, sender: Adult, to: Sequence[str], subject: str, body: Letter, attached: Sequence[Enclosed]
) -> bytes:  # fmt: skip
    """The message as it leaves the mail program."""
    shown = rng.choice((f"{sender.forename} {sender.surname}", f"{sender.title} {sender.surname}", f"{sender.surname}, {sender.forename[0]}"))  # fmt: skip
    name = f'"{shown}"' if "," in shown else shown
    headers = {
        "Date": f"{rng.choice(DATES)} 2026 {rng.randrange(7, 19):02}:{rng.randrange(60):02}:{rng.randrange(60):02} +0000",
        "From": f"{name} <{sender.email}>", "To": ", ".join(to), "Subject": subject, "Message-ID": f"<seventh.{number}@bench.invalid>",
    }  # fmt: skip
    coded = rng.choice(("", "", "utf-8", "iso-8859-1"))
    if program := rng.choice(PROGRAMS):
        headers["X-Mailer"] = program
    return mail.sealed(
        headers, charset=coded, fold=72, text=body.text, cte=rng.choice(("quoted-printable", "quoted-printable", "base64", "8bit")), html_body=body.html,
        html_cte=rng.choice(("quoted-printable", "base64")), attached=[(*p.written(), p.name) for p in attached], boundary=f"----=_Part_7{number}_{{}}.k",
    )  # fmt: skip
