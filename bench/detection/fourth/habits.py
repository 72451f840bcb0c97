"""How each of the federation's staff writes: telegrams, clipped exports, bullets, merged letters, thumbs on a telephone; the same words give the same bytes."""

import html
from collections.abc import Sequence
from random import Random

from bench.detection import mail
from bench.detection.fourth import federation
from bench.detection.house import Enclosed, Habit, Letter, thumbed
from bench.detection.sample import Adult, Place, School

WRITES = {f"t{n}": row[4] for n, row in enumerate(federation.STAFF)}
TYPOS = (("please", "plase"), ("the ", "teh "), ("and ", "adn "), ("you ", "u "), ("because", "becuase"), ("their", "thier"), ("tomorrow", "tomoz"), ("with ", "wiv "), ("thanks", "thansk"), ("lunch", "luch"))  # fmt: skip
AFTER = ("Also chased, no reply yet.", "To discuss at phase meeting.", "Copy on the blue folder.", "Nothing further for now.", "Will update the plan.")  # fmt: skip
CLOSING = ("Yours sincerely,", "With thanks for your support,", "Kindest regards,", "Yours faithfully,")
SMALL = (
    "Skelbeck Dale Federation, School Lane, Skelbeck DL8 9AA. Charity no. 10{}.",
    "This message may be confidential. If it reached you by mistake, delete it and ring the school office.",
    "The Federation is committed to safeguarding and expects all staff and volunteers to share this commitment.",
    "Working with the Armed Forces Covenant. Eco-Schools Green Flag. Artsmark Silver.",
    "VAT reg. GB {} 4417 2",
)
PROGRAMS = ("Microsoft Outlook 15.0", "Roundcube Webmail", "Android Mail", "SchoolComms Mailer 4.1", "")
STAMP = "{}, {:02} May 2026 {:02}:{:02}:{:02} +0100"
AT_EARLIEST = ("Wed", "Thu", "Fri")


def mistyped(rng: Random, template: str, sender: Adult) -> str:
    return thumbed(rng, template, TYPOS, 0.5) if WRITES[sender.id] == "thumbs" else template


def letter(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    """The body by its writer's habit; nothing of the wanted `kinds` is added."""
    if rng.random() < 0.14 and "email-address" not in kinds:
        return _passed_on(rng, words, sender, school)
    return HABITS[WRITES[sender.id]](rng, words, sender, school, kinds)


def _telegram(rng: Random, words: str, sender: Adult, *_: object) -> Letter:
    letters = f"{sender.forename[0]}{sender.surname[0]}"
    end = rng.choice((letters, f"- {letters}", "", "HA / exec HT"))
    return Letter(text=f"{words}\n\n{end}\n" if end else f"{words}\n")


def _thumbs(rng: Random, words: str, sender: Adult, *_: object) -> Letter:
    end = rng.choice(("sent from my phone", "Sent from Yahoo Mail for iPhone", "Get BlueMail for Android", sender.forename.lower(), ""))  # fmt: skip
    return Letter(text=f"{rng.choice(('hiya', 'hi its ' + sender.forename.lower(), 'morning', ''))}\n{words}\n{end}\n".lstrip("\n"))  # fmt: skip


def _bullets(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    mark, lines = rng.choice(("•", "-", "*", "–")), words.split("\n")
    if len(lines) == 1:
        lines = [rng.choice(AFTER), words] if rng.random() < 0.4 else [words, rng.choice(AFTER)]
        words = "\n".join(f"{mark} {line}" for line in lines)
    sign, also = _block(rng, sender, school, kinds)
    head = rng.choice(("Actions:", "For info", "Points for you:", "Notes"))
    return Letter(text=f"{head}\n\n{words}\n\n{sign}\n", also=also)


def _clipped(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _block(rng, sender, school, kinds)
    text = f"{rng.choice(('Pls see below/attd.', 'FYA.', 'As per a/m phone call:', 'Re yrs:'))}\n\n{words}\n\nRgds\n{sign}\n"
    return Letter(text=text, html=_office(text) if rng.random() < 0.5 else "", also=also)


def _merged(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _block(rng, sender, school, kinds)
    hello = rng.choice(("Dear Parent/Carer,", "Dear Colleague,", "Dear Sir or Madam,", "Dear all,"))
    text = f"{school.name}\nOur ref: SDF/{rng.randrange(100, 999)}\n\n{hello}\n\n{words}\n\n{rng.choice(CLOSING)}\n\n{sign}\n"
    return Letter(text=text, html=_office(text), also=also)


def _numbered(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _block(rng, sender, school, kinds)
    n = rng.randrange(2, 9)
    if "\n" not in words:
        words = (
            f"{n}.1  {words}\n{n}.2  {rng.choice(('Noted.', 'The Chair is aware.', 'For the minutes only.'))}"
        )
    return Letter(text=f"Good afternoon\n\n{words}\n\n{sign}\n", also=also)


def _chatty(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _block(rng, sender, school, kinds)
    text = f"{rng.choice(('Hello lovely people', 'Hi there :)', 'Hope all is well!', 'Hey'))}\n\n{words}\n\n{rng.choice(('Thank you xx', 'Ta muchly', 'Have a good evening'))}\n{sign}\n"
    return Letter(text=text, html=_office(text) if rng.random() < 0.3 else "", also=also)


HABITS: dict[str, Habit] = {"telegram": _telegram, "thumbs": _thumbs, "bullets": _bullets, "clipped": _clipped, "merged letter": _merged, "numbered": _numbered, "chatty": _chatty}  # fmt: skip


def _block(rng: Random, sender: Adult, school: School, kinds: frozenset[str]) -> tuple[str, frozenset[Place]]:
    lines = [f"{sender.title} {sender.forename[0]} {sender.surname}", sender.role.capitalize()]
    also: set[Place] = set()
    if "phone" not in kinds and rng.random() < 0.45:
        lines.append(rng.choice(("Tel: {}", "Office {} (8.15 - 4)", "t. {}")).format(school.office))
        also.add(("body", "phone"))
    if "email-address" not in kinds and rng.random() < 0.35:
        lines.append(f"{sender.email} / www.{school.domain}")
        also.add(("body", "email-address"))
    if "postcode" not in kinds and rng.random() < 0.4:
        lines += ["--", rng.choice(SMALL).format(rng.randrange(10000, 99999))]
    return "\n".join(lines), frozenset(also)


def _passed_on(rng: Random, words: str, sender: Adult, school: School) -> Letter:
    other = rng.choice([a for a in school.staff[: len(federation.STAFF)] if a.id != sender.id])
    name, hour = f"{other.forename} {other.surname}", rng.randrange(8, 18)
    note = rng.choice(("Over to you", "Not one for me", "Pls advise", "for your files", "see chain below"))
    heads = (
        f"---------- Forwarded message ---------\nFrom: {name} <{other.email}>\nDate: Tue, 5 May 2026 at {hour}:07\nSubject: query\nTo: <{sender.email}>\n\n{words}\n",
        "On 05/05/2026 {}:22, {} <{}> wrote:\n{}\n".format(hour, name, other.email, "\n".join(f"> {x}" for x in words.split("\n"))),
        f"________________________________\nFrom: {name} <{other.email}>\nSent: 05 May 2026 {hour}:41\nTo: {sender.email}\nSubject: query\n\n{words}\n",
    )  # fmt: skip
    text = f"{note}\n\n{sender.forename}\n\n{rng.choice(heads)}"
    return Letter(text=text, also=frozenset({("body", "email-address")}))


def _office(text: str) -> str:
    lines = "".join(f"<div style='font-family:Calibri'>{html.escape(line) or '<br>'}</div>\n" for line in text.split("\n"))  # fmt: skip
    return f"<!DOCTYPE html><html><head><title></title></head><body bgcolor='#ffffff'>\n{lines}</body></html>"


def raw(
    rng: Random,
    *,
    number: int,
    sender: Adult,
    to: Sequence[str],
    subject: str,
    body: Letter,
    attached: Sequence[Enclosed],
) -> bytes:
    """The message as it leaves the mail program."""
    day = rng.randrange(3)
    headers = {
        "Date": STAMP.format(AT_EARLIEST[day], 6 + day, rng.randrange(7, 20), rng.randrange(60), rng.randrange(60)),
        "From": f'"{sender.surname}, {sender.forename}" <{sender.email}>' if rng.random() < 0.4 else f"{sender.forename} {sender.surname} <{sender.email}>",
        "To": ", ".join(to), "Subject": subject, "Message-ID": f"<fourth-{number}@bench.invalid>",
    }  # fmt: skip
    coded = rng.choice(("", "utf-8", "windows-1252"))
    if program := rng.choice(PROGRAMS):
        headers["X-Mailer"] = program
    return mail.sealed(
        headers, charset=coded, fold=70, text=body.text, cte=rng.choice(("quoted-printable", "base64", "8bit")), html_body=body.html,
        html_cte=rng.choice(("base64", "quoted-printable")) if body.html else "", attached=[(*p.written(), p.name) for p in attached], boundary=f"----=_fourth_{number}.{{}}",
    )  # fmt: skip
