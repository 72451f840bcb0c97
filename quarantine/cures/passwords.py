"""The passwords of a message's locked files: five words to be read out on the phone, one for each family, kept for a week."""

import base64
import hashlib
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken
from xkcdpass import xkcd_password

from quarantine import keys

WORDS = 5  # of some 2,700: 57 bits, beside the slow key derivation of the formats
SHORTEST, LONGEST = 4, 6  # letters: easy to say, hear and type


def make() -> str:
    """A fresh password: "lake-otter-violin-sandal-thumb"."""
    words = xkcd_password.generate_wordlist(
        wordfile="eff-long", min_length=SHORTEST, max_length=LONGEST, valid_chars="[a-z]"
    )
    made = ""
    while (
        len(set(made.split("-"))) < WORDS
    ):  # a word that comes twice is taken for a slip; one in 270 has one
        made = str(xkcd_password.generate_xkcdpassword(words, numwords=WORDS, delimiter="-"))
    return made


def shut(passwords: Mapping[str, str]) -> bytes:
    """For the row, by family: only the installation's secret opens it."""
    return _fernet().encrypt(json.dumps(dict(passwords)).encode())


def opened(row: bytes | memoryview | None) -> dict[str, str]:
    """The passwords of a row, by family; none where there are none any more."""
    try:
        found: dict[str, str] = json.loads(_fernet().decrypt(bytes(row))) if row else {}
    except InvalidToken:
        return {}
    return found


def _fernet() -> Fernet:
    secret = keys.current().django_secret.encode()
    key = hashlib.sha256(b"schoolgate passwords of locked files\0" + secret).digest()
    return Fernet(base64.urlsafe_b64encode(key))
