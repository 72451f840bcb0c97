"""Locks at the edges of the formats' public specifications, put together by hand where no program at hand makes them."""

import io
import struct

import pikepdf
from asn1crypto import algos, cms, core

from tests.corpus.cfb import compound
from tests.corpus.locks.mail import packet, smimes
from tests.corpus.locks.office import agile, with_settings
from tests.corpus.locks.pdf import locked_pdf
from tests.corpus.locks.verdict import LOOKALIKE, NONE, PASSWORD, RIGHTS, STRONG, WEAK, Lock
from tests.corpus.plain import plain_docx, plain_pdf, plain_xlsx, plain_zip, with_part

_XLS_BOF, _XLS_EOF = b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\0" * 12, b"\x0a\0\0\0"


def edges() -> list[Lock]:
    """Every row."""
    return [*_pdfs(), *_standard(), *_agile(), *_old(), *_parts(), *_zips(), *_mail()]


# --- PDF (ISO 32000-2, 7.6) ---------------------------------------------------------------------------------


def _pdfs() -> list[Lock]:
    outer = pikepdf.open(io.BytesIO(plain_pdf()))
    inner = locked_pdf(user=PASSWORD, owner="o", R=6)
    outer.attachments["MicrosoftIRMServices Protected PDF.pdf"] = pikepdf.AttachedFileSpec(outer, inner)
    wrapped = io.BytesIO()
    outer.save(wrapped)
    return [
        ("attachments-only.pdf", _attachments_only(), LOOKALIKE),
        ("empty-user-r2.pdf", locked_pdf(user="", owner="o", R=2, aes=False, metadata=False), LOOKALIKE),
        ("both-empty.pdf", locked_pdf(user="", owner="", R=6), LOOKALIKE),
        ("one-space.pdf", locked_pdf(user=" ", owner="o", R=4, aes=True), LOOKALIKE),
        ("accents.pdf", locked_pdf(user="Zoë-Łódź", owner="o", R=6), STRONG),
        ("wrapper.pdf", wrapped.getvalue(), NONE),
    ]


def _attachments_only() -> bytes:
    """Page and strings by the identity filter, embedded files by AES: 7.6.6, table 20."""
    source = locked_pdf(user=PASSWORD, owner="o", R=4, aes=True)
    with pikepdf.open(io.BytesIO(source), password=PASSWORD) as pdf:
        old = pdf.trailer.Encrypt
        o, u, p, ident = bytes(old.O), bytes(old.U), int(old.P), bytes(pdf.trailer.ID[0])
    page = b"BT /F1 12 Tf 72 700 Td (Quill Page) Tj ET"
    return b"\n".join(
        (
            b"%PDF-1.6",
            b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
            b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj",
            b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj" % (len(page), page),
            b"5 0 obj<</Filter/Standard/V 4/R 4/Length 128/P %d/O<%s>/U<%s>/CF<</StdCF<</AuthEvent/EFOpen/CFM/AESV2/Length 16>>>>/StmF/Identity/StrF/Identity/EFF/StdCF>>endobj"
            % (p, o.hex().encode(), u.hex().encode()),
            b"trailer<</Root 1 0 R/Size 6/Encrypt 5 0 R/ID[<%s><%s>]>>"
            % (ident.hex().encode(), ident.hex().encode()),
            b"%%EOF",
        )
    )


# --- Office (MS-OFFCRYPTO) -----------------------------------------------------------------------------------


def _encrypted(info: bytes) -> bytes:
    return compound({"EncryptionInfo": info, "EncryptedPackage": struct.pack("<Q", 4_000) + b"\x5a" * 4_096})


def _standard() -> list[Lock]:
    """2.3.4.5: version, flags, header, verifier."""

    def info(major: int, algorithm: int, bits: int, flags: int = 0x24) -> bytes:
        header = struct.pack("<8I", flags, 0, algorithm, 0x8004, bits, 0x18, 0, 0) + b"M\0\0\0"
        verifier = struct.pack("<I", 16) + b"s" * 16 + b"v" * 16 + struct.pack("<I", 20) + b"h" * 32
        return struct.pack("<HHII", major, 2, flags, len(header)) + header + verifier

    return [
        ("standard-128.docx", _encrypted(info(3, 0x660E, 128)), STRONG),
        ("standard-192.xlsx", _encrypted(info(4, 0x660F, 192)), STRONG),
        ("standard-256.pptx", _encrypted(info(4, 0x6610, 256)), STRONG),
        (
            "standard-by-flags.docx",
            _encrypted(info(3, 0, 0)),
            STRONG,
        ),  # 2.3.2: no AlgID, so the flags say AES
        ("standard-rc4.docx", _encrypted(info(2, 0x6801, 128, 0x04)), WEAK),
        ("extensible.docx", _encrypted(struct.pack("<HHI", 4, 3, 0x10) + b"x" * 200), WEAK),
    ]


def _agile() -> list[Lock]:
    """2.3.4.10: the descriptor names hash, cipher and key length."""
    xml = (
        b'<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="p"><keyData saltSize="16" blockSize="16" keyBits="%d" hashSize="20"'
        b' cipherAlgorithm="%s" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA1" saltValue="c2FsdHNhbHRzYWx0c2FsdA=="/><keyEncryptors><keyEncryptor>'
        b'<p:encryptedKey spinCount="100000" saltSize="16" blockSize="16" keyBits="%d" hashSize="20" cipherAlgorithm="%s" hashAlgorithm="SHA1"/>'
        b"</keyEncryptor></keyEncryptors></encryption>"
    )
    head = b"\x04\0\x04\0\x40\0\0\0"
    return [
        ("agile-sha1.docx", _encrypted(head + xml % (256, b"AES", 256, b"AES")), STRONG),
        ("agile-rc2.docx", _encrypted(head + xml % (40, b"RC2", 40, b"RC2")), WEAK),
        ("agile-3des.docx", _encrypted(head + xml % (168, b"DES3", 168, b"DES3")), WEAK),
        ("agile-spaces.docx", agile(plain_docx(), " pass word "), STRONG),
    ]


def _old() -> list[Lock]:
    """MS-DOC 2.5.2, MS-XLS 2.4.117 and 2.4.207, MS-PPT 2.3.2."""

    def fib(flags: int) -> dict[str, bytes]:
        words = "Quill Word".encode("utf-16-le")
        return {
            "WordDocument": (b"\xec\xa5\xc1\0" + b"\0" * 6 + struct.pack("<H", flags)).ljust(898, b"\0")
            + words
        }

    def book(*records: bytes) -> dict[str, bytes]:
        label = b"\x04\x02" + struct.pack("<HHHHH", 19, 0, 0, 0, 11) + b"Quill Sheet"
        return {"Workbook": _XLS_BOF + b"".join(records) + label + _XLS_EOF}

    return [
        ("old-xor.doc", compound(fib(0x8100)), WEAK),
        ("old-rc4.doc", compound(fib(0x0100)), WEAK),
        ("old-modify.doc", compound(fib(0x0800)), LOOKALIKE),
        ("old-advice.doc", compound(fib(0x0400)), NONE),  # "read-only recommended" is no password
        ("old-xor.xls", compound(book(b"\x2f\0\x06\0\0\0\x12\x34\x56\x78")), WEAK),
        ("old-rc4.xls", compound(book(b"\x2f\0\x36\0\x01\0\x01\0\x01\0" + b"k" * 48)), WEAK),
        ("old-cryptoapi.xls", compound(book(b"\x2f\0\x0a\0\x01\0\x02\0\x02\0" + b"k" * 4)), WEAK),
        ("old-modify.xls", compound(book(b"\x5b\0\x06\0\x01\0\xcc\x1a\0\0")), LOOKALIKE),
        ("old-sheet.xls", compound(book(b"\x12\0\x02\0\x01\0", b"\x13\0\x02\0\xcc\x1a")), LOOKALIKE),
        ("old-unprotected.xls", compound(book(b"\x12\0\x02\0\0\0", b"\x13\0\x02\0\0\0")), NONE),
        ("old-rights.doc", compound({"\tDRMContent": b"x" * 900, "WordDocument": b"\xec\xa5"}), RIGHTS),
    ]


def _parts() -> list[Lock]:
    """Protection of parts of an open document, and labels, which are no protection."""
    label = b'<Properties xmlns="c" xmlns:vt="v"><property name="MSIP_Label_9_Name"><vt:lpwstr>Confidential</vt:lpwstr></property></Properties>'
    structure = with_part(plain_xlsx(), "xl/workbook.xml", lambda d: d.replace(b"<bookViews>", b'<workbookProtection lockStructure="1"/><bookViews>'))  # fmt: skip
    return [
        (
            "forms.docx",
            with_settings(b'<w:documentProtection w:edit="forms" w:enforcement="true"/>'),
            LOOKALIKE,
        ),
        ("recommended.docx", with_settings(b'<w:writeProtection w:recommended="1"/>'), NONE),
        ("structure.xlsx", structure, LOOKALIKE),
        ("label.docx", with_part(plain_docx(), "docProps/custom.xml", lambda _: label), NONE),
    ]


# --- ZIP (APPNOTE 7) -------------------------------------------------------------------------------------------


def _zips() -> list[Lock]:
    def marked(flags: int, extra: bytes) -> bytes:
        """One entry of noise with these flags and this extra field in its central header."""
        noise = bytes((n * 97 + 31) % 251 for n in range(260))
        local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 50, flags, 0, 0, 0, 0, 260, 248, 8, len(extra))
        central = struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 50, 50, flags, 0, 0, 0, 0, 260, 248, 8, len(extra), 0, 0, 0, 0, 0
        )
        body = local + b"list.txt" + extra + noise
        index = central + b"list.txt" + extra
        return body + index + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(index), len(body), 0)

    def strong(cipher: int, bits: int) -> bytes:
        return struct.pack("<HHHHHH", 0x0017, 8, 2, cipher, bits, 1)

    return [
        ("pkware-aes.zip", marked(0x41, strong(0x660E, 128)), STRONG),
        ("pkware-3des.zip", marked(0x41, strong(0x6603, 168)), WEAK),
        ("pkware-rc2.zip", marked(0x41, strong(0x6602, 40)), WEAK),
        ("pkware-unknown.zip", marked(0x41, b""), WEAK),
        ("zipcrypto.zip", marked(0x01, b""), WEAK),
        ("empty.zip", plain_zip(**{"list.txt": b"Quill Inside", "nothing.txt": b""}), NONE),
    ]


# --- mail (RFC 5652, RFC 5083, RFC 9580) -------------------------------------------------------------------------


def _mail() -> list[Lock]:
    made = []
    envelope = smimes()[0][1]
    for name, algorithm, verdict in (
        ("rc2.p7m", "1.2.840.113549.3.2", WEAK),
        ("des.p7m", "1.3.14.3.2.7", WEAK),
        ("aes192.p7m", "2.16.840.1.101.3.4.1.22", STRONG),
    ):
        old = cms.ContentInfo.load(envelope)
        chosen = old["content"]["encrypted_content_info"]["content_encryption_algorithm"]
        chosen["algorithm"] = algorithm
        chosen["parameters"] = (
            algos.Rc2Params({"rc2_parameter_version": 160, "iv": b"12345678"})
            if name == "rc2.p7m"
            else core.OctetString(b"1234567812345678"[: 8 if verdict is WEAK else 16])
        )
        made.append((name, old.dump(force=True), verdict))
    session = packet(1, b"\x03" + b"k" * 60)
    return [
        *made,
        ("old-form.pgp", session + packet(9, b"x" * 60), STRONG),
        ("aead.pgp", session + packet(20, b"\x01\x09\x02\x10" + b"x" * 60), STRONG),
        ("v6.pgp", packet(1, b"\x06" + b"k" * 60) + packet(18, b"\x02\x09\x02\x10" + b"x" * 60), STRONG),
        ("marked.pgp", session + packet(10, b"PGP") + packet(18, b"\x01" + b"x" * 60), STRONG),
    ]
