"""Words that stand where armour, a signature, a key or a cipher should be are read; true armour is no finding."""

import base64
import random
import struct

import pytest
from asn1crypto import cms

from tests.support.mail import make_message
from tests.support.needle import NEEDLE, TOLD, found, text

CHANCE = random.Random(8)


def packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag, 255]) + struct.pack(">I", len(body)) + body


def rows(data: bytes) -> str:
    return base64.encodebytes(data).decode().replace("\n", "\r\n")


def armoured(what: str, inner: str, *, mark: str = "", head: str = "") -> bytes:
    return text(
        f"Hello\r\n-----BEGIN PGP {what}{mark}-----\r\n{head}\r\n{inner}\r\n-----END PGP {what}-----\r\n"
    )


def attached(name: str, data: bytes) -> bytes:
    return make_message(attach=((name, "application/octet-stream", data),))


LOCKED = packet(1, CHANCE.randbytes(80)) + packet(18, CHANCE.randbytes(300))
SAID = NEEDLE.encode()
LITERAL = packet(11, b"b\0\0\0\0\0" + SAID)


@pytest.mark.parametrize(
    "raw",
    [
        armoured("SIGNATURE", NEEDLE),
        armoured("PUBLIC KEY BLOCK", NEEDLE),
        armoured("SIGNATURE", rows(CHANCE.randbytes(90)), head=f"Comment: {NEEDLE}\r\n"),
        armoured("MESSAGE", rows(LOCKED), head=f"Comment: {NEEDLE}\r\n"),
        armoured("MESSAGE", rows(LOCKED), mark=f" {NEEDLE}"),
        armoured("MESSAGE", rows(LOCKED) + NEEDLE),
        armoured("MESSAGE", rows(LOCKED + LITERAL)),
        armoured("MESSAGE", rows(LOCKED + SAID)),
        armoured("PUBLIC KEY BLOCK", rows(packet(6, CHANCE.randbytes(200)) + packet(13, SAID))),
        armoured("SIGNATURE", rows(CHANCE.randbytes(90)), mark="").replace(b"Hello", rows(SAID * 9).encode()),
        attached("a.gpg", LOCKED + SAID),
        attached("a.gpg", packet(1, CHANCE.randbytes(80)) + packet(18, SAID)),
    ],
)
def test_words_in_openpgp_are_read(raw: bytes) -> None:
    """In place of armour, in its fields and marks, among and behind its packets, beside it."""
    assert found(raw) >= TOLD


def test_true_openpgp_is_a_lock_and_nothing_else() -> None:
    raw = armoured(
        "MESSAGE", rows(LOCKED) + "=ABCD", head="Version: GnuPG v2\r\nComment: Using GnuPG with Mozilla\r\n"
    )
    assert found(raw) == {"protected:strong"}
    signed = armoured(
        "SIGNATURE", rows(packet(2, CHANCE.randbytes(540))) + "=ABCD", head="Version: GnuPG v2\r\n"
    )
    assert not found(signed)


def sealed(cipher: bytes) -> bytes:
    algorithm = {"algorithm": "aes256_cbc", "parameters": CHANCE.randbytes(16)}
    info = {"content_type": "data", "content_encryption_algorithm": algorithm, "encrypted_content": cipher}
    content = cms.EnvelopedData({"version": "v0", "recipient_infos": [], "encrypted_content_info": info})
    return bytes(cms.ContentInfo({"content_type": "enveloped_data", "content": content}).dump())


@pytest.mark.parametrize(
    "raw",
    [
        attached("a.p7m", sealed(CHANCE.randbytes(320)) + SAID),
        attached("a.p7m", sealed(SAID)),
        attached("a.p7m", bytes(cms.ContentInfo({"content_type": "data", "content": b"Hello"}).dump()) + SAID),
        attached("a.pem", f"-----BEGIN NOTE-----\n{NEEDLE}\n-----END NOTE-----\n".encode()),
        attached("a.pem", f"-----BEGIN RSA PRIVATE KEY-----\nComment: {NEEDLE}\n\n{rows(CHANCE.randbytes(300))}-----END RSA PRIVATE KEY-----\n".encode()),
    ],
)  # fmt: skip
def test_words_in_s_mime_and_pem_are_read(raw: bytes) -> None:
    assert found(raw) >= TOLD


def test_a_true_key_is_no_finding() -> None:
    key = f"-----BEGIN CERTIFICATE-----\n{rows(CHANCE.randbytes(700))}-----END CERTIFICATE-----\n"
    assert not found(attached("a.pem", key.encode()))
