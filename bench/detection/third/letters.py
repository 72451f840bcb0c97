"""What the academy's mail programs make of words: telephones, Outlook, forwarded chains, lists for Wales; the same words give the same bytes."""

import html
from collections.abc import Sequence
from random import Random

from bench.detection import mail
from bench.detection.house import Enclosed, Letter
from bench.detection.sample import Adult, Place, School

BORN = "Tue, 03 Mar 2026 {:02}:{:02}:{:02} +0000"
PHONES = ("Sent from my iPhone", "Get Outlook for iOS", "Sent from my Galaxy", "sent from mobile, sorry for typos", "Anfonwyd o fy iPhone")  # fmt: skip
NOTES = ("see below pls", "Can you pick this up?", "fyi", "Forwarding as discussed - over to you.", "is this one for you or me??", "Below from earlier.", "See chain.")  # fmt: skip
HELLOS = (
    "Hi,",
    "Hiya",
    "Morning",
    "Good afternoon,",
    "Bore da,",
    "Dear team,",
    "Hello there,",
    "Hi both,",
    "",
)
BYES = ("Kind regards,", "Thanks,", "Cheers", "Best wishes", "Diolch / Thanks", "Regards,", "Many thanks in advance,", "Yours sincerely")  # fmt: skip
FOOT = (
    "Lammas Quay Academy is a company limited by guarantee, registered in England and Wales no. 09{}. An exempt charity.",
    "Mae croeso i chi gysylltu yn Gymraeg. You are welcome to write to us in Welsh or English.",
    "This email and any files with it are confidential. If you are not the named recipient please tell the sender and delete it. Think before you print.",
    "Lammas Quay Academy, Quayside Way, Salford M50 9AA",
)
MAILERS = ("Microsoft Outlook 16.0", "iPhone Mail (21E236)", "Apple Mail (2.3774)", "")


def written(rng: Random, words: str, sender: Adult, school: School, wanted: frozenset[str]) -> Letter:
    """The body in one of the school's habits; nothing of a wanted kind is added to it."""
    habit = rng.choices(("phone", "plain", "outlook", "chain", "quoted"), (25, 25, 25, 15, 10))[0]
    if habit == "phone":
        return Letter(text=f"{words}\n\n{rng.choice(PHONES)}\n", html="", also=frozenset())
    if habit in ("chain", "quoted") and "email-address" not in wanted:
        return _chain(rng, words, sender, school, habit)
    sign, also = _signature(rng, sender, school, wanted)
    hello = rng.choice(HELLOS)
    text = f"{hello}\n\n{words}\n\n{rng.choice(BYES)}\n{sign}\n" if hello else f"{words}\n\n{sign}\n"
    return Letter(text=text, html=_outlook(text) if habit == "outlook" else "", also=also)


def _signature(
    rng: Random, sender: Adult, school: School, wanted: frozenset[str]
) -> tuple[str, frozenset[Place]]:
    lines, also = (
        [f"{sender.forename} {sender.surname}", f"{sender.role[0].upper()}{sender.role[1:]}, {school.name}"],
        set(),
    )
    if rng.random() < 0.5 and "phone" not in wanted:
        lines.append(f"T: {school.office} ext {rng.randrange(200, 299)}")
        also.add(("body", "phone"))
    if rng.random() < 0.4 and "email-address" not in wanted:
        lines.append(f"E: {sender.email} | W: www.{school.domain}")
        also.add(("body", "email-address"))
    if rng.random() < 0.35 and "postcode" not in wanted:
        lines += ["", rng.choice(FOOT).format(rng.randrange(100000, 999999))]
    return "\n".join(lines), frozenset(also)


def _chain(rng: Random, words: str, sender: Adult, school: School, habit: str) -> Letter:
    other = rng.choice([a for a in school.staff[:15] if a.id != sender.id])
    note, hour = rng.choice(NOTES), rng.randrange(7, 19)
    if habit == "quoted":
        quoted = "\n".join(f"> {line}" for line in words.split("\n"))
        text = f"{note}\n\n{sender.forename}\n\nOn Mon, 2 Mar 2026 at {hour}:4{rng.randrange(10)}, {other.forename} {other.surname} <{other.email}> wrote:\n{quoted}\n"
        return Letter(text=text, html="", also=frozenset({("body", "email-address")}))
    head = f"From: {other.forename} {other.surname} <{other.email}>\nSent: 02 March 2026 {hour}:1{rng.randrange(10)}\nTo: {sender.forename} {sender.surname} <{sender.email}>\nSubject: as promised"
    text = (
        f"{note}\n\n{sender.forename}\n\n-----Original Message-----\n{head}\n\n{words}\n\n{other.forename}\n"
    )
    return Letter(
        text=text,
        html=_outlook(text) if rng.random() < 0.5 else "",
        also=frozenset({("body", "email-address")}),
    )


def _outlook(text: str) -> str:
    lines = "\n".join(
        f'<p class=MsoNormal><span lang=EN-GB style="font-size:11.0pt;font-family:&quot;Aptos&quot;,sans-serif">{html.escape(line) or "<o:p>&nbsp;</o:p>"}</span></p>'
        for line in text.split("\n")
    )
    return f'<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><style><!-- p.MsoNormal {{margin:0cm;}} --></style></head>\n<body lang=EN-GB link="#467886"><div class=WordSection1>\n{lines}\n</div></body></html>'


def raw(
    rng: Random, *, number: int, sender: Adult, to: Sequence[str], subject: str, body: Letter, attached: Sequence[Enclosed]
) -> bytes:  # fmt: skip
    """The message as it leaves the mail program."""
    headers = {
        "Date": BORN.format(rng.randrange(7, 19), rng.randrange(60), rng.randrange(60)), "From": f"{sender.forename} {sender.surname} <{sender.email}>",
        "To": ", ".join(to), "Subject": subject, "Message-ID": f"<third-{number}@bench.invalid>",
    }  # fmt: skip
    charset = rng.choice(("", "", "utf-8", "iso-8859-1"))
    if charset == "iso-8859-1" and not subject.isascii():
        charset = "utf-8"
    if mailer := rng.choice(MAILERS):
        headers["X-Mailer"] = mailer
    if rng.random() < 0.2:
        headers["In-Reply-To"] = f"<earlier-{number}@bench.invalid>"
    return mail.sealed(
        headers, charset=charset, fold=62, text=body.text, cte=rng.choice(("8bit", "quoted-printable", "base64")), html_body=body.html,
        html_cte=rng.choice(("quoted-printable", "base64")) if body.html else "", attached=[(*f.written(), f.name) for f in attached], boundary=f"_00{{}}_third{number}_",
    )  # fmt: skip
