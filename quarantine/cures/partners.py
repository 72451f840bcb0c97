"""Passwords agreed with partners (council, psychologist, nurse): set by the school, sealed, used in place of a fresh one."""

from collections.abc import Iterable
from datetime import datetime

from quarantine import audit, config, keys, store
from quarantine.database import one_transaction
from quarantine.masks import address_fingerprint, mask_address
from quarantine.models import PartnerPassword
from quarantine.refusal import Refusal

SHORTEST, LONGEST = 12, 120  # letters: what one has agreed on for a year is typed once a week
MOST = 1000  # rows that a list shows


class PartnerPasswordError(Refusal):
    """It cannot be kept: why, in a sentence for whoever typed it."""


def agree(*, whom: str, password: str, actor: str, now: datetime, school: str = "") -> PartnerPassword:
    """Keep the password of an organisation (its domain, as the list of partners has it) or of one address."""
    key, shown = _named(whom)
    if not SHORTEST <= len(password) <= LONGEST or not password.isprintable():
        raise PartnerPasswordError(f"A password has {SHORTEST} to {LONGEST} letters, without line breaks.")
    sealed = store.seal(password.encode(), keys.current().public)
    with one_transaction():
        row, _ = PartnerPassword.objects.update_or_create(
            school=_school(school),
            key=key,
            defaults={"shown": shown, "password": sealed, "set_by": actor, "set_at": now},
        )
        audit.append(
            "partner-password-set", now=now, school=row.school, reference=key, actor=actor, partner=shown
        )
    return row


def forget(*, whom: str, actor: str, now: datetime, school: str = "") -> None:
    """From now on files for them get a fresh password each."""
    key, shown = _named(whom)
    with one_transaction():
        gone, _ = PartnerPassword.objects.filter(school=_school(school), key=key).delete()
        if not gone:
            raise PartnerPasswordError("No password is kept for them.")
        audit.append(
            "partner-password-ended",
            now=now,
            school=_school(school),
            reference=key,
            actor=actor,
            partner=shown,
        )


def read(*, whom: str, actor: str, now: datetime, school: str = "") -> str:
    """The password, for a process that may open the store; who read it is on the record."""
    key, shown = _named(whom)
    with one_transaction():
        row = PartnerPassword.objects.filter(school=_school(school), key=key).first()
        if row is None:
            raise PartnerPasswordError("No password is kept for them.")
        audit.append(
            "partner-password-read", now=now, school=row.school, reference=key, actor=actor, partner=shown
        )
    return store.unseal(row.password, keys.current().opening).decode()


def listing(*, schools: Iterable[str] | None = None) -> list[PartnerPassword]:
    """Whom there is one for; never the passwords."""
    rows = PartnerPassword.objects.defer("password").order_by("school", "shown")
    return list((rows if schools is None else rows.filter(school__in=list(schools)))[:MOST])


def _named(whom: str) -> tuple[str, str]:
    """The key of a domain or an address, and how it may be shown."""
    name, prints = whom.strip().lower(), keys.current().fingerprints
    if "@" in name.strip("@"):
        return address_fingerprint(prints, name), mask_address(name)
    domain = name.removeprefix("@").rstrip(".")
    if "." not in domain or not domain.replace(".", "").replace("-", "").isalnum():
        raise PartnerPasswordError("Name a domain, such as council.gov.uk, or a whole address.")
    return prints.of("organisation", domain), domain


def _school(key: str) -> str:
    return config.current().school(key).key
