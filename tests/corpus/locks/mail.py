"""S/MIME and OpenPGP: enveloped, signed, packed, and what only looks locked."""

import base64
import datetime as dt
import struct
import zlib

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import pkcs7

from tests.corpus.locks.verdict import NONE, RIGHTS, STRONG, WEAK, Lock


def _certificate() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    now = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
    )
    return key, builder.not_valid_before(now).not_valid_after(now + dt.timedelta(900)).sign(
        key, hashes.SHA256()
    )


def smimes() -> list[Lock]:
    """By the cryptography package."""
    key, certificate = _certificate()
    der = serialization.Encoding.DER
    made: list[Lock] = []
    for name, cipher in (("aes128", algorithms.AES128), ("aes256", algorithms.AES256)):
        envelope = pkcs7.PKCS7EnvelopeBuilder().set_data(b"Quill Inside").add_recipient(certificate)
        data = envelope.set_content_encryption_algorithm(cipher).encrypt(der, [pkcs7.PKCS7Options.Binary])
        made.append((f"{name}.p7m", data, STRONG))
    signed = (
        pkcs7.PKCS7SignatureBuilder().set_data(b"Quill Inside").add_signer(certificate, key, hashes.SHA256())
    )
    made.append(("signed.p7m", signed.sign(der, [pkcs7.PKCS7Options.Binary]), NONE))
    old = cms.ContentInfo.load(made[0][1])
    algorithm = old["content"]["encrypted_content_info"]["content_encryption_algorithm"]
    algorithm["algorithm"], algorithm["parameters"] = "tripledes_3key", cms.OctetString(b"12345678")
    made.append(("tripledes.p7m", old.dump(force=True), WEAK))
    data = cms.ContentInfo({"content_type": "data", "content": b"Quill Inside"})
    return [*made, ("data.p7m", data.dump(), NONE)]


def _armour(packets: bytes) -> bytes:
    return (
        b"-----BEGIN PGP MESSAGE-----\r\n\r\n"
        + base64.encodebytes(packets)
        + b"-----END PGP MESSAGE-----\r\n"
    )


def packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag, 255]) + struct.pack(">I", len(body)) + body


def pgps() -> list[Lock]:
    """By hand, from the packet format."""
    literal = packet(11, b"b\x04list\0\0\0\0Quill Inside")
    session, hidden = packet(1, b"\x03" + b"k" * 60), packet(18, b"\x01" + b"x" * 60)
    return [
        ("encrypted.asc", _armour(session + hidden), STRONG),
        ("password.asc", _armour(packet(3, b"\x04\x09\x03" + b"s" * 20) + hidden), STRONG),
        ("encrypted.pgp", session + hidden, STRONG),
        ("literal.asc", _armour(literal), NONE),
        ("packed.asc", _armour(packet(8, b"\x02" + zlib.compress(literal))), NONE),
        ("signed.asc", _armour(packet(4, b"\x03" * 13) + literal + packet(2, b"s" * 30)), NONE),
        (
            "clear.asc",
            b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nQuill Inside\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nx\r\n-----END PGP SIGNATURE-----\r\n",
            NONE,
        ),
        ("message.rpmsg", b"\x76\xe8\x04\x60\xc4\x11\xe3\x86" + b"x" * 100, RIGHTS),
    ]
