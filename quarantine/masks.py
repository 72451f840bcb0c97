"""Addresses as rows and notices may show them: enough for a colleague to know which one, not enough to write to it."""

from detectors.fingerprints import Fingerprints
from detectors.recognize.addresses import normalise_email
from quarantine.texts import clean


def mask_address(address: str, *, own_domains: tuple[str, ...] = ()) -> str:
    """An address as "s…4@g….com"; the school's own domains stay whole."""
    local, _, domain = address.rpartition("@")
    if not domain:
        return "" if not address else "…"
    if domain.lower() in own_domains:
        return f"{clean(_ends(local, last=True))}@{domain.lower()}"
    name, _, last = domain.rpartition(".")
    return clean(
        f"{_ends(local, last=True)}@{_ends(name)}.{last}"
        if name
        else f"{_ends(local, last=True)}@{_ends(domain)}"
    )


def address_fingerprint(fingerprints: Fingerprints, address: str) -> str:
    """The keyed fingerprint under which equal addresses meet."""
    return fingerprints.of("email", normalise_email(address))


def _ends(text: str, *, last: bool = False) -> str:
    if len(text) < 4:
        return "…"
    return f"{text[0]}…{text[-1] if last else ''}"
