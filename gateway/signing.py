"""DKIM for what a cure changed: the old signature no longer fits, so the message gets ours, or is known to have none."""

import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import dkim
import dkim.canonicalization
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from gateway.settings import Dkim
from quarantine.cover import HEADER_LIMIT, header_of
from quarantine.keys import KeysError

LEAST = 2048  # bits; RFC 8301 forbids fewer than 1024, receivers ask for 2048
SIGNED = (
    *("From", "Reply-To", "Sender", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
)
_FIELD = re.compile(rb"(?:^|(?<=\n))DKIM-Signature[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE)
_DOMAIN = re.compile(rb"[;:\s]d[ \t]*=[ \t\r\n]*([A-Za-z0-9._-]+)")
_FROM = re.compile(r"@([A-Za-z0-9.-]+)>?\s*$")


def strip_trailing_whitespace(content: bytes) -> bytes:
    """Lines without the blanks at their ends, in one pass: the library's own way is quadratic in blanks, and all threads wait."""
    *lines, last = content.split(b"\r\n")
    return b"\r\n".join([*(line.rstrip(b"\t ") for line in lines), last])


# In the place of the library's own function, which takes hours for a line of a million blanks.
dkim.canonicalization.strip_trailing_whitespace = strip_trailing_whitespace


@dataclass(frozen=True, slots=True)
class Key:
    """One domain's key, as the settings name it."""

    domain: str
    selector: str
    pem: bytes = field(repr=False)
    public: str  # what stands behind p= in the DNS


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for the domains that it has keys for."""

    keys: tuple[Key, ...] = ()

    def sign(self, raw: bytes) -> bytes | None:
        """The message with one signature of ours in place of those for our domain; None where no key fits its From, or where its header has no end in sight."""
        key = self._for(raw)
        if key is None or raw.find(b"\r\n\r\n", 0, HEADER_LIMIT) < 0:
            return None
        bare = _without(raw, key.domain)
        names = {name.lower() for name in header_of(bare)}
        include = [name for name in SIGNED if name.lower() in names or name == "From"]
        line = dkim.sign(
            bare,
            key.selector.encode(),
            key.domain.encode(),
            key.pem,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[*include, "From"],  # once more: a second From put in later breaks it
        )
        return bytes(line) + bare

    def _for(self, raw: bytes) -> Key | None:
        """The key of the From domain, or of the nearest domain above it."""
        header = header_of(raw)
        found = (
            _FROM.search(str(header.get("From", "")).strip())
            if len(header.get_all("From") or ()) == 1
            else None
        )
        domain = found[1].lower() if found else ""
        fitting = [key for key in self.keys if domain == key.domain or domain.endswith("." + key.domain)]
        return max(fitting, key=lambda key: len(key.domain), default=None)


def load(settings: Sequence[Dkim]) -> Signer:
    """The keys of the settings; KeysError for one that is missing, open to everybody, damaged or too short."""
    return Signer(tuple(_key(one) for one in settings))


def _key(one: Dkim) -> Key:
    pem = _read(one.key)
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeysError(f"The DKIM key {one.key} is not a PEM key without a password.", _REMEDY) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST:
        raise KeysError(f"The DKIM key {one.key} is not an RSA key of {LEAST} bits or more.", _REMEDY)
    lines = (
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().splitlines()
    )
    return Key(one.domain, one.selector, pem, "".join(lines[1:-1]))


def _read(file: Path) -> bytes:
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o007:
            raise KeysError(
                f"Everybody on this machine can read the DKIM key {file}.", f"Run `chmod o= {file}`."
            )
        return file.read_bytes()
    except OSError as error:
        raise KeysError(f"The DKIM key {file} cannot be read ({type(error).__name__}).", _REMEDY) from None


_REMEDY = "Make one with `openssl genrsa -out FILE 2048`, or take [[dkim]] out of the settings."


def _without(raw: bytes, domain: str) -> bytes:
    """The message without the signatures of this domain: they no longer fit what was changed."""
    end = re.search(rb"\r?\n\r?\n", raw)
    head = raw[: end.start() + 2] if end else raw

    def keep(match: re.Match[bytes]) -> bytes:
        named = _DOMAIN.search(match[0])
        ours = named is not None and named[1].lower().decode() == domain
        return b"" if ours else match[0]

    return _FIELD.sub(keep, head) + raw[len(head) :]
