"""How each of the trust's staff writes: bullets, thumbs on a telephone, capitals, form letters, tickets, two languages; the same words give the same bytes."""

import html
from collections.abc import Sequence
from random import Random

from bench.detection import mail
from bench.detection.fifth import trust
from bench.detection.house import Enclosed, Habit, Letter, thumbed
from bench.detection.sample import Adult, Place, School

WRITES = {f"w{n}": row[4] for n, row in enumerate(trust.STAFF)}
TYPOS = (("please", "plz"), ("because", "cos"), ("tomorrow", "2moro"), ("you ", "yu "), ("the ", "th "), ("and ", "n "), ("their", "there"), ("with", "wit"), ("from", "frm"), ("have", "hav"))  # fmt: skip
ENDS = ("Kind regards", "Best", "With thanks", "Warm regards,", "Yours sincerely", "Many thanks,")
PHONES = ("Sent from my iPad", "Sent from Outlook for Android", "Sent with Proton Mail", "Sent from my Pixel", "pls excuse brevity")  # fmt: skip
FOOT = (
    "Lea Reach Learning Trust is a company limited by guarantee, registered in England, company number 0{}. Registered office: Lea Reach, Wick Lane, London.",
    "Our working days may differ from yours. Please do not feel you must reply out of hours.",
    "If this reached you in error please tell us and delete it. Nothing in it is a contract.",
    "We are a Rights Respecting School and a Nurture UK setting. ♻ Think before printing.",
    "Trust office: Wick Lane, London E9 | Charity exempt | VAT GB4{}2",
)
TWICE = {
    "fr": ("Bonjour, un message de l'école :", "Merci de votre aide. / Thank you for your help."),
    "pl": ("Dzień dobry, wiadomość ze szkoły:", "Dziękujemy. / Thank you."),
    "so": ("Salaan, fariin ka timid dugsiga:", "Mahadsanid. / Thank you."),
    "cy": ("Annwyl bawb, neges oddi wrth yr ysgol:", "Diolch. / Thank you."),
    "tr": ("Merhaba, okuldan bir mesaj:", "Teşekkürler. / Thank you."),
    "bn": ("স্কুল থেকে একটি বার্তা:", "ধন্যবাদ / Thank you."),
}
PRONOUNS = {"Mr": "he/him", "Dr": "they/them"}
PROGRAMS = ("Microsoft Outlook 16.0.17328", "iPad Mail (21F90)", "Zimbra 10.0.7", "MIS Connect 3.2", "", "")
DATES = ("Mon, 08", "Tue, 09", "Wed, 10", "Thu, 11", "Fri, 12")


def mistyped(rng: Random, template: str, sender: Adult) -> str:
    return thumbed(rng, template, TYPOS, 0.4) if WRITES[sender.id] == "thumbed" else template


def letter(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    """The body by its writer's habit; nothing of the wanted `kinds` is added."""
    if rng.random() < 0.16 and "email-address" not in kinds:
        return _chain(rng, words, sender, school)
    return HABITS[WRITES[sender.id]](rng, words, sender, school, kinds)


def _thumbed(rng: Random, words: str, sender: Adult, *_: object) -> Letter:
    hello = rng.choice(("hey", "hi all", "alright", "quick one", ""))
    return Letter(text=f"{hello}\n{words}\n\n{rng.choice((*PHONES, sender.forename.lower()))}\n".lstrip("\n"))


def _terse(rng: Random, words: str, sender: Adult, *_: object) -> Letter:
    return Letter(text=f"{words}\n{rng.choice((sender.forename[0], '', sender.forename, 'MJ'))}\n")


def _shouted(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds)
    return Letter(text=f"{rng.choice(('PLEASE NOTE', 'URGENT PLEASE READ', 'TRANSPORT UPDATE', 'FAO OFFICE'))}\n\n{words}\n\n{sign.upper() if rng.random() < 0.3 else sign}\n", also=also)  # fmt: skip


def _bulleted(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds)
    extra, mark = rng.choice(("I will file this.", "Next meeting in two weeks.", "No reply needed.")), rng.choice(("◦", "-", "1)", "►"))  # fmt: skip
    lines = words if "\n" in words else f"{mark} {words}\n{mark} {extra}"
    text = f"Morning\n\n{lines}\n\n{rng.choice(ENDS)}\n{sign}\n"
    return Letter(text=text, html=_page(text) if rng.random() < 0.4 else "", also=also)


def _formal(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds)
    hello = rng.choice(("Dear colleague", "Dear Sir/Madam", "Good afternoon,", "Dear all", "To whom it may concern,"))  # fmt: skip
    text = f"{hello}\n\n{words}\n\n{rng.choice(ENDS)}\n\n{sign}\n"
    return Letter(text=text, html=_page(text), also=also)


def _chatty(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds)
    text = f"{rng.choice(('Hi folks,', 'Hello hello', 'Happy Friday all,', 'Hope your week is kind so far'))}\n\n{words}\n\n{rng.choice(('Cheers!', 'Bye for now', 'Big thanks'))}\n\n{sign}\n"
    return Letter(text=text, html=_page(text) if rng.random() < 0.5 else "", also=also)


def _emoji(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds)
    return Letter(text=f"{rng.choice(('🌞 Hello', '👋 Hi everyone', '📣 Notice', 'Hi 😊'))}\n\n{words}\n\n{rng.choice(('🙏', '💙 Thank you', 'x', '🎉'))}\n{sign}\n", also=also)  # fmt: skip


def _ticket(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    sign, also = _signed(rng, sender, school, kinds)
    text = f"## Reply above this line ##\nTicket #{rng.randrange(10000, 99999)} | Status: {rng.choice(('Open', 'Pending', 'Solved'))} | Priority: {rng.choice(('P2', 'P3', 'P4'))}\n\n{words}\n\n{sign}\n"
    return Letter(text=text, html=_page(text) if rng.random() < 0.3 else "", also=also)


def _bilingual(rng: Random, words: str, sender: Adult, school: School, kinds: frozenset[str]) -> Letter:
    before, after = TWICE[rng.choice(list(TWICE))]
    sign, also = _signed(rng, sender, school, kinds)
    return Letter(text=f"{before}\n\n{words}\n\n{after}\n\n{sign}\n", also=also)


HABITS: dict[str, Habit] = {"thumbed": _thumbed, "terse": _terse, "shouted": _shouted, "bulleted": _bulleted, "formal": _formal, "chatty": _chatty, "emoji": _emoji, "ticket": _ticket, "bilingual": _bilingual}  # fmt: skip


def _signed(rng: Random, sender: Adult, school: School, kinds: frozenset[str]) -> tuple[str, frozenset[Place]]:  # fmt: skip
    lines = [f"{sender.forename} {sender.surname} ({PRONOUNS.get(sender.title, 'she/her')})", f"{sender.role} | {school.name}"]  # fmt: skip
    also: set[Place] = set()
    if "phone" not in kinds and rng.random() < 0.4:
        lines.append(rng.choice(("☎ {}", "T {} opt {}", "Switchboard: {} x{}")).format(school.office, rng.randrange(2, 9)))  # fmt: skip
        also.add(("body", "phone"))
    if "email-address" not in kinds and rng.random() < 0.4:
        lines.append(f"✉ {sender.email} · https://{school.domain}")
        also.add(("body", "email-address"))
    if "postcode" not in kinds and rng.random() < 0.4:
        lines += ["", rng.choice(FOOT).format(rng.randrange(1000000, 9999999))]
    return "\n".join(lines), frozenset(also)


def _chain(rng: Random, words: str, sender: Adult, school: School) -> Letter:
    """Passed on once or twice; the words stand at the bottom."""
    first, second = rng.sample([a for a in school.staff[: len(trust.STAFF)] if a.id != sender.id], 2)
    hour, note = rng.randrange(8, 17), rng.choice(("fyi 👇", "Yours I think?", "Can this go on the agenda", "As below pls", "+1", "Adding you in."))  # fmt: skip
    quoted = "\n".join(f"> {line}" for line in words.split("\n"))
    text = rng.choice((
        f"{note}\n{sender.forename}\n\nBegin forwarded message:\n\nFrom: {first.forename} {first.surname} <{first.email}>\nSubject: Fwd: one for you\nDate: 5 June 2026 at {hour}:14:09 BST\nTo: {sender.email}\n\n{words}\n",
        f"{note}\n\nFrom: {first.surname}, {first.forename} <{first.email}>\nSent: Friday, June 5, 2026 {hour}:31\nTo: {sender.surname}, {sender.forename} <{sender.email}>\nSubject: RE: one for you\n\nAgreed.\n\nFrom: {second.surname}, {second.forename} <{second.email}>\nSent: Thursday, June 4, 2026 9:02\nSubject: one for you\n\n{words}\n",
        f"{note}\n\nOn Fri, Jun 5, 2026 at {hour}:07 {first.forename} {first.surname} <{first.email}> wrote:\n\n{quoted}\n",
    ))  # fmt: skip
    return Letter(text=text, also=frozenset({("body", "email-address")}))


def _page(text: str) -> str:
    lines = "".join(f'<p style="margin:0;font:11pt Arial">{html.escape(line) or "&nbsp;"}</p>\n' for line in text.split("\n"))  # fmt: skip
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"></head><body>\n{lines}</body></html>'
    )


def sealed(
    rng: Random, *, number: int, sender: Adult, to: Sequence[str], subject: str, body: Letter, attached: Sequence[Enclosed]
) -> bytes:  # fmt: skip
    """The message as it leaves the mail program; subjects are folded in short lines, within a name as well."""
    whole = f"{sender.forename} {sender.surname}"
    headers = {
        "Date": f"{rng.choice(DATES)} Jun 2026 {rng.randrange(7, 18):02}:{rng.randrange(60):02}:{rng.randrange(60):02} +0100",
        "From": rng.choice((f"{whole} <{sender.email}>", f'"{whole} ({sender.role})" <{sender.email}>')),
        "To": ", ".join(to), "Subject": subject, "Message-ID": f"<fifth-{number}@bench.invalid>",
    }  # fmt: skip
    coded = rng.choice(("", "utf-8", "iso-8859-1"))
    if program := rng.choice(PROGRAMS):
        headers["X-Mailer"] = program
    if rng.random() < 0.25:
        headers["References"] = f"<before-{number}@bench.invalid>"
    return mail.sealed(
        headers, charset=coded, fold=rng.choice((36, 76)), text=body.text, cte=rng.choice(("quoted-printable", "base64", "8bit")), html_body=body.html,
        html_cte=rng.choice(("base64", "quoted-printable")) if body.html else "", attached=[(*p.written(), p.name) for p in attached], boundary=f"=-fifth_{number}_{{}}",
    )  # fmt: skip
