"""S/MIME by the CMS inside, never by the header: what is only signed is read, what is enveloped is judged by its cipher."""

import base64
import re
import zlib

from asn1crypto import cms, core

from detectors.extract import carried
from detectors.extract.armour import blocks, letters, unarmoured
from detectors.extract.charsets import decode
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sweep import strings
from detectors.findings import Protection, Read

_BEGIN = re.compile(rb"-----BEGIN (?P<what>[A-Z0-9 ]+)(?=-----)")
_END = re.compile(rb"-----END (?P<what>[A-Z0-9 ]+)(?=-----)")
_CMS = {b"PKCS7", b"CMS", b"PKCS #7 SIGNED DATA"}


def read(node: Node, out: Reading) -> None:
    """DER or BER, or base64 of it. A cipher, a certificate and what stands behind them hold no row of letters but words."""
    data = node.data if node.data[:1] == b"0" else base64.b64decode(node.data)
    try:
        info = cms.ContentInfo.load(data)
        kind = info["content_type"].native
        content = info["content"]
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("corrupt", "a damaged S/MIME part") from error
    out.text(node, strings(data[len(info.dump()) :]), place="behind the end", hidden=True)
    if kind != "compressed_data":
        out.text(node, carried.runs(data), place="among certificates and keys", hidden=True)
    if kind in {"enveloped_data", "authenticated_enveloped_data", "auth_enveloped_data"}:
        _enveloped(content, node, out)
    elif kind == "encrypted_data":
        out.protect(node, Protection.WEAK, "encrypted with a key that is agreed elsewhere")
        node.read, node.why = Read.NOT, "locked"
    elif kind == "signed_data":
        if inner := _signed(content["encap_content_info"]["content"]):
            out.child(node, inner)
    elif kind == "compressed_data":
        inner = content["encap_content_info"]["content"].native or b""
        out.child(node, _inflate(inner, out))
    elif kind == "data":
        out.child(node, content.native or b"")
    else:
        raise Unreadable("unsupported", "a kind of S/MIME that is not read")


def _signed(content: core.Asn1Value) -> bytes:
    """What was signed: bytes, or a structure of its own."""
    inner = content.native
    return inner if isinstance(inner, bytes) else content.dump() if inner else b""


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
    """Keys and certificates are text; CMS in armour is opened; words in armour are words."""
    found = list(blocks(node.data, _BEGIN, _END))
    out.text(node, decode(unarmoured(node.data, found)))
    for block in found:
        data = base64.b64decode(letters(block.body))
        if block.what in _CMS:
            out.child(node, data, type="cms")
        else:
            out.text(node, carried.runs(data), place="among certificates and keys", hidden=True)
