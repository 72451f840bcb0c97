"""What a provider's ID token says of a person, read strictly: their address if it is surely theirs, their groups, their second factor."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from quarantine.config import Admission, OpenId

GOOGLE = "accounts.google.com"
MICROSOFT = ("login.microsoftonline.com", "login.microsoftonline.us")
LONGEST = 254  # characters of an address
MOST_GROUPS = 1_000  # that one token may name; Entra writes 200 at most
SLACK = 60  # seconds by which two clocks may differ

Claims = Mapping[str, Any]


def address(provider: OpenId, claims: Claims, domains: Iterable[str]) -> str:
    """The person's address in lower case, or "" where it might be somebody else's: unverified, or of another domain."""
    written = claims.get(provider.claim)
    if not isinstance(written, str) or len(written) > LONGEST or not written.isascii():
        return ""
    found = written.strip().lower()
    domain = found.rpartition("@")[2]
    if found.count("@") != 1 or not found[:1].isalnum() or domain not in set(domains):
        return ""
    return found if _vouched_for(provider, claims, found) else ""


def groups(admission: Admission, claims: Claims) -> frozenset[str]:
    """The groups that the token names: a list or one text."""
    written = claims.get(admission.claim)
    named = [written] if isinstance(written, str) else written if isinstance(written, list) else []
    return frozenset(name for name in named[:MOST_GROUPS] if isinstance(name, str))


def roles(admission: Admission, claims: Claims, schools: Iterable[str]) -> frozenset[tuple[str, str]]:
    """What the groups give: (school, role)."""
    theirs, everywhere = groups(admission, claims), tuple(schools)
    return frozenset(
        (school, group.role)
        for group in admission.groups
        if group.name in theirs
        for school in group.schools or everywhere
    )


def second_factor(admission: Admission, claims: Claims) -> bool:
    """Whether the provider says that it asked for one, and the settings believe it."""
    if not admission.by_provider:
        return False
    return "mfa" in _texts(claims.get("amr")) or not set(admission.acr).isdisjoint(
        _texts(claims.get("acr")) | _texts(claims.get("acrs"))
    )


def proved_at(claims: Claims, now: datetime) -> float | None:
    """When the person last showed the provider who they are; None where it does not say, or says the future."""
    at = claims.get("auth_time")
    if isinstance(at, bool) or not isinstance(at, int | float):
        return None
    return float(at) if at <= now.timestamp() + SLACK else None


def _vouched_for(provider: OpenId, claims: Claims, found: str) -> bool:
    """Whether the provider is the one to say whose address this is."""
    host = urlsplit(provider.issuer).hostname or ""
    if host in MICROSOFT and provider.claim != "email":
        return True  # a user name of the tenant: its domain is proved to be the tenant's
    if str(claims.get("email", "")).strip().lower() != found:
        return False  # what is verified is the e-mail address
    if host == GOOGLE:  # anybody may have an account there; "hd" names the school's own Workspace
        return claims.get("email_verified") is True and claims.get("hd") == found.rpartition("@")[2]
    return claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1", "true")


def _texts(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value})
    return frozenset(one for one in value if isinstance(one, str)) if isinstance(value, list) else frozenset()
