"""Passwords of devices that sign in (copiers, the MIS): argon2 hashes in a file of "name:hash" lines."""

import base64
import binascii
import functools
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.smtp.refused import Refused

FILE_LIMIT = 1_000_000  # some thousand devices; more is not a users file


class UsersError(Exception):
    """The users file cannot be used; says the line, never its content."""


def read(path: Path) -> dict[str, str]:
    """Names and hashes. Blank lines and lines that start with # are left out."""
    with path.open(encoding="utf-8") as file:
        text = file.read(FILE_LIMIT)
    users: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, hashed = line.strip().partition(":")
        if not colon or not name or not hashed.startswith("$argon2") or name in users:
            raise UsersError(f'line {number} of the users file is not "name:argon2-hash" of a new name')
        users[name] = hashed
    return users


@functools.cache
def _nobody() -> str:
    """Checked for a name that we do not have, so that the time taken does not tell which names exist."""
    return PasswordHasher().hash("")


def verify(path: Path, name: str, password: str) -> bool:
    """Whether this is the password of that user. Takes some 50 ms on purpose: call it in a thread."""
    users = read(path)  # each time: a password that was changed counts at once
    try:
        good = PasswordHasher().verify(users.get(name) or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return good and name in users


def plain(response: str) -> tuple[str, str]:
    """RFC 4616: authorisation identity NUL name NUL password; the identity must be empty or the name."""
    identity, _, rest = decoded(response).partition("\0")
    name, nul, password = rest.partition("\0")
    if not nul or not name or "\0" in password or identity not in ("", name):
        raise Refused("bad_base64")
    return name, password


def decoded(response: str) -> str:
    """One base64 response of the client; `*` is its way to give up (RFC 4954 §4), `=` an empty one."""
    if response == "*":
        raise Refused("auth_cancelled")
    if response == "=":
        return ""
    try:
        return base64.b64decode(response, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Refused("bad_base64") from error
