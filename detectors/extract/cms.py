"""S/MIME by the CMS inside, never by the header: what is only signed is read, what is enveloped is judged by its cipher."""

import base64
import re
import zlib

from asn1crypto import cms

from detectors.extract.armour import blocks, without
from detectors.extract.charsets import decode
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.findings import Protection, Read

_BEGIN = re.compile(rb"-----BEGIN (?P<what>[A-Z0-9 ]+)(?=-----)")
_END = re.compile(rb"-----END (?P<what>[A-Z0-9 ]+)(?=-----)")
_CMS = {b"PKCS7", b"CMS", b"PKCS #7 SIGNED DATA"}


def read(node: Node, out: Reading) -> None:
    """DER or BER, or base64 of it."""
    data = node.data if node.data[:1] == b"0" else base64.b64decode(node.data)
    try:
        info = cms.ContentInfo.load(data)
        kind = info["content_type"].native
        content = info["content"]
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("corrupt", "a damaged S/MIME part") from error
    if kind in {"enveloped_data", "authenticated_enveloped_data", "auth_enveloped_data"}:
        _enveloped(content, node, out)
    elif kind == "encrypted_data":
        out.protect(node, Protection.WEAK, "encrypted with a key that is agreed elsewhere")
        node.read, node.why = Read.NOT, "locked"
    elif kind == "signed_data":
        inner = content["encap_content_info"]["content"].native
        if isinstance(inner, bytes) and inner:
            out.child(node, inner)
    elif kind == "compressed_data":
        inner = content["encap_content_info"]["content"].native or b""
        out.child(node, _inflate(inner, out))
    elif kind == "data":
        out.child(node, content.native or b"")
    else:
        raise Unreadable("unsupported", "a kind of S/MIME that is not read")


def _inflate(data: bytes, out: Reading) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(data, out.room)
    except zlib.error as error:
        raise Unreadable("corrupt", "damaged compressed data") from error
    if unpacker.unconsumed_tail:
        raise Unreadable("too-big", "unpacks to more than is read")
    out.unpacked(len(plain))
    return plain


def _enveloped(content: cms.EnvelopedData, node: Node, out: Reading) -> None:
    info = (
        content["encrypted_content_info"]
        if "encrypted_content_info" in content
        else content["auth_encrypted_content_info"]
    )
    algorithm = info["content_encryption_algorithm"]
    try:
        cipher, bits = algorithm.encryption_cipher, algorithm.key_length * 8
    except (ValueError, KeyError, TypeError):
        cipher, bits = algorithm["algorithm"].native, 0
    name = str(algorithm["algorithm"].native)
    strong = "aes" in str(cipher) or "aes" in name or name.startswith("2.16.840.1.101.3.4.1.")
    how = f"S/MIME, {'AES' if strong else str(cipher).upper()}{f'-{bits}' if bits else ''}"
    out.protect(node, Protection.STRONG if strong else Protection.WEAK, how)
    node.read, node.why = Read.NOT, "locked"


def read_pem(node: Node, out: Reading) -> None:
    """Keys and certificates are text; CMS in armour is opened."""
    for block in blocks(node.data, _BEGIN, _END):
        if block.what in _CMS:
            out.child(node, base64.b64decode(block.body), type="cms")
    out.text(node, decode(without(node.data, blocks(node.data, _BEGIN, _END))))
