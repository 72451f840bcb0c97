"""The sealed store: bytes encrypted to the school's public key with age, so that who writes cannot read."""

import json
from typing import Any, TypeVar

import msgspec
import pyrage

T = TypeVar("T")


class UnsealError(Exception):
    """Sealed bytes do not open: another key, or damaged."""

    def __init__(self) -> None:
        super().__init__("sealed bytes do not open with this private key")


class OtherVersion(Exception):  # noqa: N818 - says what it is
    """Sealed bytes open, and hold a record of another version of this program; the text carries no value."""

    def __init__(self) -> None:
        super().__init__("a sealed record is of another version")


def seal(raw: bytes, public_key: str) -> bytes:
    """Encrypt `raw` to the public key ("age1…")."""
    blob: bytes = pyrage.encrypt(raw, [pyrage.x25519.Recipient.from_str(public_key)])
    return blob


def unseal(blob: bytes | memoryview, private_key: str) -> bytes:
    """Decrypt what `seal` made; anything else is an UnsealError."""
    identity = pyrage.x25519.Identity.from_str(private_key)
    try:
        raw: bytes = pyrage.decrypt(bytes(blob), [identity])
    except pyrage.DecryptError:
        raise UnsealError from None
    return raw


def seal_record(record: Any, public_key: str) -> bytes:
    """Seal a dataclass as JSON; also one whose texts hold bytes that are no characters (lone surrogates)."""
    return seal(json.dumps(msgspec.to_builtins(record)).encode("ascii"), public_key)


def unseal_record(kind: type[T], blob: bytes | memoryview, private_key: str) -> T:
    """Open what `seal_record` made, as the same kind of dataclass."""
    record = json.loads(unseal(blob, private_key))
    try:
        return msgspec.convert(record, kind)
    except msgspec.ValidationError:
        raise OtherVersion from None
