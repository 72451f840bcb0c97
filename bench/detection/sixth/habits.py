"""How this school's staff write: letters, notices, quick answers, a telephone in the corridor, the help desk; the same words give the same bytes."""

import html
from collections.abc import Sequence
from random import Random

from bench.detection import mail
from bench.detection.house import Enclosed, Habit, Letter
from bench.detection.sample import Adult, Place, School
from bench.detection.sixth import people

WRITES = {f"t{n}": row[4] for n, row in enumerate(people.STAFF)}
SLIPS = (("please", "pls"), ("tomorrow", "tmrw"), ("you ", "u "), ("thanks", "thx"), ("about", "abt"), ("because", "bc"), (" and ", " & "), ("I am", "im"))  # fmt: skip
CLOSINGS = (
    "Kind regards,",
    "Kind regards",
    "Many thanks,",
    "Regards,",
    "Best wishes,",
    "Thanks,",
    "With best wishes",
)
MOBILE = (
    "Sent from my iPhone",
    "Sent from Outlook for iOS",
    "Get Outlook for Android",
    "Sent from my Galaxy",
)
NOTICES = (
    "This email and any files sent with it are confidential and meant only for the person they are addressed to. If you have it by mistake, please let the sender know and delete it.",
    "Trentholme Academy is an exempt charity and a company limited by guarantee registered in England and Wales (no. 0{}).",
    "Please consider your own working pattern before replying. There is no expectation of an answer at evenings or weekends.",
    "Ambition. Respect. Kindness. | Ofsted: Good in all areas",
)
ADDRESS = "Trentholme Academy, Ferry Lane, Stapenhill, Burton upon Trent DE15 9ZT"
DATES = ("Mon, 15", "Tue, 16", "Wed, 17", "Thu, 18", "Fri, 19")
PROGRAMS = ("Microsoft Outlook 16.0", "Microsoft-MacOutlook/16.89", "iPhone Mail (22E240)", "", "", "")


def hurried(rng: Random, template: str, sender: Adult) -> str:
    """A template before numbers stand in it: who writes on a telephone shortens some words, never a placeholder."""
    if WRITES[sender.id] != "phone" or rng.random() < 0.5:
        return template
    for right, short in SLIPS:
        if "[" not in template and rng.random() < 0.4:
            template = template.replace(right, short)
    return template


def letter(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    """The body by its writer's habit; nothing of the wanted `kinds` is added."""
    if rng.random() < 0.2 and "email-address" not in kinds:
        return _thread(rng, words, sender, school)
    return HABITS[WRITES[sender.id]](rng, words, sender, school, kinds)


def _phone(rng: Random, words: str, sender: Adult, *_: object) -> Letter:
    return Letter(text=f"{rng.choice(('Hi', 'Hi all', 'Hiya', 'Morning'))}\n{words}\n{sender.forename}\n\n{rng.choice(MOBILE)}\n")  # fmt: skip


def _short(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds, often=0.3)
    return Letter(text=f"{words}\n\n{rng.choice(('Thanks', 'Ta', 'Cheers', sender.forename))}\n{sign}\n", also=also)  # fmt: skip


def _letter(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds, often=0.7)
    hello = rng.choice(("Good morning,", "Good afternoon,", "Dear all,", "Dear colleagues and friends,", "Hello,"))  # fmt: skip
    text = f"{hello}\n\n{words}\n\n{rng.choice(CLOSINGS)}\n\n{sign}\n"
    return Letter(text=text, html=_page(text), also=also)


def _friendly(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds, often=0.5)
    hello = rng.choice(("Hi there,", "Hello everyone,", "Hope you are well.", "Hi,"))
    text = f"{hello}\n\n{words}\n\n{rng.choice(('Thanks ever so much', 'Have a lovely weekend', *CLOSINGS))}\n{sign}\n"  # fmt: skip
    return Letter(text=text, html=_page(text) if rng.random() < 0.6 else "", also=also)


def _notice(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds, often=0.5)
    lines = words.replace(". ", ".\n- ") if "\n" not in words and rng.random() < 0.3 else words
    text = f"{rng.choice(('For information:', 'Please read.', 'Reminder'))}\n\n{lines}\n\n{sign}\n"
    return Letter(text=text, html=_page(text) if rng.random() < 0.3 else "", also=also)


def _helpdesk(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds, often=0.4)
    text = f"--- Please type your reply above this line ---\nCall {rng.randrange(20000, 60000)} [{rng.choice(('New', 'In progress', 'Waiting', 'Closed'))}]\n\n{words}\n\n{sign}\n"  # fmt: skip
    return Letter(text=text, html=_page(text) if rng.random() < 0.5 else "", also=also)


HABITS: dict[str, Habit] = {"phone": _phone, "short": _short, "letter": _letter, "friendly": _friendly, "notice": _notice, "helpdesk": _helpdesk}  # fmt: skip


def _signed(rng: Random, sender: Adult, school: School, kinds: frozenset[str], *, often: float) -> tuple[str, frozenset[Place]]:  # fmt: skip
    """The school's own signature: its telephone, address and the writer's work address."""
    lines, also = [f"{sender.title} {sender.forename[0]} {sender.surname}", sender.role], set[Place]()
    if "postcode" not in kinds and rng.random() < often:
        lines.append(ADDRESS)
        also.add(("body", "postcode"))
    if "phone" not in kinds and rng.random() < often:
        lines.append(rng.choice(("Tel: {}", "T: {} ext. {}", "Telephone {}")).format(school.office, rng.randrange(200, 290)))  # fmt: skip
        also.add(("body", "phone"))
    if "email-address" not in kinds and rng.random() < often:
        lines.append(f"E: {sender.email} | www.{school.domain}")
        also.add(("body", "email-address"))
    if rng.random() < often:
        lines += ["", rng.choice(NOTICES).format(rng.randrange(7000000, 8999999))]
    return "\n".join(lines), frozenset(also)


def _thread(rng: Random, words: str, sender: Adult, school: School) -> Letter:
    """Answered or passed on: the words stand above or below what a colleague wrote."""
    other = rng.choice([a for a in school.staff[: len(people.STAFF)] if a.id != sender.id])
    who, hour = f"{other.forename} {other.surname} <{other.email}>", rng.randrange(8, 17)
    note = rng.choice(("Please see below.", "See below from earlier.", "Forwarding as promised.", "Any thoughts?", "Is this one for you?", "For info."))  # fmt: skip
    asked = rng.choice(("Could you let me know where we are with this?", "Has anybody looked at this yet?", "Sorry to chase. Any news?"))  # fmt: skip
    text = rng.choice((
        f"{words}\n\n{sender.forename}\n\n________________________________\nFrom: {who}\nSent: 16 June 2026 {hour:02}:22\nTo: {sender.forename} {sender.surname} <{sender.email}>\nSubject: Re: quick question\n\n{asked}\n{other.forename}\n",
        f"{note}\n\n{sender.forename}\n\n-----Original Message-----\nFrom: {who}\nSent: Tuesday 16 June 2026 {hour}:05\nTo: Staff\nSubject: one to pass on\n\n{words}\n",
        f"{words}\n\nOn Tue, 16 Jun 2026 at {hour:02}:41, {who} wrote:\n> {asked}\n> {other.forename}\n",
        f"{note}\n\n---------- Forwarded message ---------\nFrom: {who}\nDate: Tue, 16 Jun 2026 at {hour:02}:12\nSubject: one to pass on\nTo: {sender.email}\n\n{words}\n",
    ))  # fmt: skip
    return Letter(text=text, also=frozenset({("body", "email-address")}))


def _page(text: str) -> str:
    lines = "".join(f'<p class="MsoNormal"><span style="font-family:Calibri,sans-serif">{html.escape(line) or "&nbsp;"}</span></p>\n' for line in text.split("\n"))  # fmt: skip
    return f'<html xmlns:o="urn:schemas-microsoft-com:office:office">\n<head><meta charset="utf-8"><style>p.MsoNormal{{margin:0cm}}</style></head>\n<body lang="EN-GB">\n{lines}</body></html>'


def sealed(
    rng: Random, *, number: int, sender: Adult, to: Sequence[str], subject: str, body: Letter, attached: Sequence[Enclosed]
) -> bytes:  # fmt: skip
    """The message as it leaves the mail program."""
    headers = {
        "Date": f"{rng.choice(DATES)} Jun 2026 {rng.randrange(7, 18):02}:{rng.randrange(60):02}:{rng.randrange(60):02} +0100",
        "From": f"{sender.title} {sender.forename[0]} {sender.surname} <{sender.email}>" if rng.random() < 0.6 else f"{sender.forename} {sender.surname} <{sender.email}>",
        "To": ", ".join(to), "Subject": subject, "Message-ID": f"<sixth-{number}@bench.invalid>",
    }  # fmt: skip
    coded = rng.choice(("", "", "utf-8", "windows-1252"))
    if program := rng.choice(PROGRAMS):
        headers["X-Mailer"] = program
    return mail.sealed(
        headers, charset=coded, fold=76, text=body.text, cte=rng.choice(("quoted-printable", "quoted-printable", "base64", "8bit")), html_body=body.html,
        html_cte="quoted-printable", attached=[(*p.written(), p.name) for p in attached], boundary=f"_000_sixth{number}_{{}}_",
    )  # fmt: skip
