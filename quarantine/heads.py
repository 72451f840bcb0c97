"""The end of the audit chain, signed once a day: kept elsewhere, it proves that nothing before it was written anew."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.db.models import QuerySet

from quarantine import config, keys
from quarantine.database import one_transaction
from quarantine.models import ChainHead, SignedHead

KEY_FILE = "audit-heads.pem"


class HeadError(Exception):
    """A signed head is not one of ours, or was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What was signed: after so many events, the last hash was this."""

    at: datetime
    number: int
    hash: str


def sign_due(*, now: datetime) -> list[Head]:
    """Sign the end of the chain as it stands; once for each day (UTC), and only when there is a chain."""
    day = now.astimezone(UTC).date()
    with one_transaction():
        end = ChainHead.objects.select_for_update().filter(id=1).first()
        if end is None or SignedHead.objects.filter(day=day).exists():
            return []
        head = Head(at=now, number=end.number, hash=end.hash)
        text = statement(head)
        signature = base64.b64encode(_key().sign(text.encode("ascii"))).decode("ascii")
        SignedHead.objects.create(
            day=day, number=head.number, hash=head.hash, statement=text, signature=signature
        )
    return [head]


def statement(head: Head) -> str:
    """The signed line: canonical JSON, so that anybody can make it again."""
    at = head.at.astimezone(UTC).isoformat(timespec="seconds")
    words = {"at": at, "events": head.number, "head": head.hash, "host": config.current().hostname}
    return json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def public_key() -> bytes:
    """The key that checks the signatures, as PEM: keep it beside the heads."""
    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read(line: bytes, signature: bytes, pem: bytes) -> Head:
    """One signed line, checked; a `HeadError` when it is not what this key signed."""
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        raise HeadError("The key cannot be read.") from None
    if not isinstance(key, Ed25519PublicKey):
        raise HeadError("The key is not an Ed25519 key.")
    try:
        key.verify(signature, line)
    except InvalidSignature:
        raise HeadError("A signature does not belong to its head.") from None
    words = json.loads(line)
    return Head(at=datetime.fromisoformat(words["at"]), number=words["events"], hash=words["head"])


def kept() -> QuerySet[SignedHead]:
    """The signed heads of this installation, oldest first."""
    return SignedHead.objects.order_by("day")


def write(folder: Path) -> int:
    """Write each signed head as DAY.json and DAY.sig, and the key that checks them; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / KEY_FILE).write_bytes(public_key())
    for row in kept():
        (folder / f"{row.day}.json").write_text(row.statement, "ascii")
        (folder / f"{row.day}.sig").write_bytes(base64.b64decode(row.signature))
    return kept().count()


def read_folder(folder: Path) -> dict[int, str]:
    """The heads in a folder that `write` made, each checked: number of events → hash."""
    try:
        key = (folder / KEY_FILE).read_bytes()
        lines = [(p.read_bytes(), p.with_suffix(".sig").read_bytes()) for p in sorted(folder.glob("*.json"))]
    except OSError as error:
        raise HeadError(f"{error.filename} cannot be read.") from None
    return anchors(read(line, signature, key) for line, signature in lines)


def signed_here() -> dict[int, str]:
    """The heads that this installation signed and still keeps, each checked."""
    key = public_key()
    return anchors(
        read(row.statement.encode("ascii"), base64.b64decode(row.signature), key) for row in kept()
    )


def anchors(heads: Iterable[Head]) -> dict[int, str]:
    """What the chain must contain: number of events → hash."""
    return {head.number: head.hash for head in heads}


def _key() -> Ed25519PrivateKey:
    """A signing key of its own, derived from the store's private key: who cannot read held mail cannot sign either."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"schoolgate audit heads 1")
    return Ed25519PrivateKey.from_private_bytes(derived.derive(keys.current().opening.encode("ascii")))
