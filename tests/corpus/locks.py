"""Files under every kind of lock, made by the programs and libraries that people lock files with: (name, bytes, verdict)."""

import io
import re
import struct
import subprocess
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pptx
import py7zr
import pyzipper
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import pkcs7
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.workbook.protection import WorkbookProtection
from reportlab.pdfgen import canvas

from detectors.findings import Protection

NONE, LOOKALIKE, WEAK, STRONG, RIGHTS = (
    Protection.NONE,
    Protection.LOOKALIKE,
    Protection.WEAK,
    Protection.STRONG,
    Protection.RIGHTS_MANAGED,
)
PASSWORD = "correct horse battery"
Lock = tuple[str, bytes, Protection]


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def plain_pdf() -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.setTitle("Quill Title")
    page.drawString(72, 700, "Quill Page")
    page.save()
    return out.getvalue()


def plain_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("Quill Word")
    return saved(document)


def plain_xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "Quill Sheet"
    return saved(book)


def plain_pptx() -> bytes:
    show = pptx.Presentation()
    show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = "Quill Slide"
    return saved(show)


# --- PDF -------------------------------------------------------------------------------------------------


def _pdf(**settings: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of the weak locks that are wanted here
        pdf.save(out, encryption=pikepdf.Encryption(**settings))
    return out.getvalue()


def pdfs() -> list[Lock]:
    """By qpdf's library."""
    return [
        ("plain.pdf", plain_pdf(), NONE),
        ("r6.pdf", _pdf(user=PASSWORD, owner="o", R=6), STRONG),
        ("r6-clear-metadata.pdf", _pdf(user=PASSWORD, owner="o", R=6, metadata=False), STRONG),
        ("r5.pdf", _pdf(user=PASSWORD, owner="o", R=5), WEAK),
        ("r4-aes.pdf", _pdf(user=PASSWORD, owner="o", R=4, aes=True), STRONG),
        ("r4-rc4.pdf", _pdf(user=PASSWORD, owner="o", R=4, aes=False, metadata=False), WEAK),
        ("r3.pdf", _pdf(user=PASSWORD, owner="o", R=3, aes=False, metadata=False), WEAK),
        ("r2.pdf", _pdf(user=PASSWORD, owner="o", R=2, aes=False, metadata=False), WEAK),
        ("owner-only-r6.pdf", _pdf(user="", owner="o", R=6), LOOKALIKE),
        ("owner-only-r4.pdf", _pdf(user="", owner="o", R=4), LOOKALIKE),
        ("owner-only-r3.pdf", _pdf(user="", owner="o", R=3, aes=False, metadata=False), LOOKALIKE),
        ("empty-owner-r6.pdf", _pdf(user=PASSWORD, owner="", R=6), LOOKALIKE),
        ("four-spaces.pdf", _pdf(user="    ", owner="o", R=6), LOOKALIKE),
        ("certificate.pdf", _handler(b"/Adobe.PubSec"), WEAK),
        ("rights.pdf", _handler(b"/MicrosoftIRMServices"), RIGHTS),
        ("rights-other.pdf", _handler(b"/FOPN_fLock"), RIGHTS),
    ]


def _handler(name: bytes) -> bytes:
    """A PDF whose security handler is not the password one."""
    return re.sub(
        rb"/Filter\s*/Standard",
        b"/Filter " + name,
        _pdf(user=PASSWORD, owner="o", R=3, aes=False, metadata=False),
    )


# --- Office ------------------------------------------------------------------------------------------------


def _agile(plain: bytes, password: str) -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(plain)).encrypt(password, out)
    return out.getvalue()


def _sheet_password() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "Quill Sheet"
    book.active.protection.set_password(PASSWORD)
    book.active.protection.enable()
    return saved(book)


def _book_password() -> bytes:
    book = openpyxl.Workbook()
    book.security = WorkbookProtection(workbookPassword="CC1A", lockStructure=True)
    return saved(book)


def with_part(plain: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A package with one part rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename == name else data)
    return out.getvalue()


def _settings(xml: bytes) -> bytes:
    return with_part(
        plain_docx(), "word/settings.xml", lambda data: data.replace(b"</w:settings>", xml + b"</w:settings>")
    )


def offices() -> list[Lock]:
    """By msoffcrypto, openpyxl and python-docx."""
    restricted = b'<w:documentProtection w:edit="readOnly" w:enforcement="1"/>'
    unenforced = b'<w:documentProtection w:edit="readOnly" w:enforcement="0"/>'
    modify = b'<w:writeProtection w:hash="x" w:salt="y"/>'
    presenter = with_part(
        plain_pptx(),
        "ppt/presentation.xml",
        lambda d: d.replace(b"</p:presentation>", b'<p:modifyVerifier hashData="x"/></p:presentation>'),
    )
    return [
        ("plain.docx", plain_docx(), NONE),
        ("plain.xlsx", plain_xlsx(), NONE),
        ("plain.pptx", plain_pptx(), NONE),
        ("agile.docx", _agile(plain_docx(), PASSWORD), STRONG),
        ("agile.xlsx", _agile(plain_xlsx(), PASSWORD), STRONG),
        ("agile.pptx", _agile(plain_pptx(), PASSWORD), STRONG),
        ("velvet.xlsx", _agile(plain_xlsx(), "VelvetSweatshop"), LOOKALIKE),
        ("sheet.xlsx", _sheet_password(), LOOKALIKE),
        ("book.xlsx", _book_password(), LOOKALIKE),
        ("restricted.docx", _settings(restricted), LOOKALIKE),
        ("unenforced.docx", _settings(unenforced), NONE),
        ("modify.docx", _settings(modify), LOOKALIKE),
        ("modify.pptx", presenter, LOOKALIKE),
    ]


# --- ZIP, 7z ------------------------------------------------------------------------------------------------


def _aes_zip(bits: int) -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(
        out, "w", encryption=pyzipper.WZ_AES, compression=pyzipper.ZIP_DEFLATED
    ) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=bits)
        archive.writestr("Quill List.txt", b"Quill Inside " * 20)
    return out.getvalue()


def plain_zip(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (entries or {"list.txt": b"Quill Inside " * 20}).items():
            archive.writestr(name, data)
    return out.getvalue()


def flagged(data: bytes) -> bytes:
    """An archive whose entries claim to be encrypted and are not."""
    made = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark)
        while at >= 0:
            made[at + offset] |= 1
            at = made.find(mark, at + 4)
    return bytes(made)


def _half_zip() -> bytes:
    out = io.BytesIO(_aes_zip(256))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("open.txt", b"Quill Open")
    return out.getvalue()


def _seven(password: str | None, *, header: bool = False) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password, header_encryption=header) as archive:
        archive.writestr("Quill Inside", "list.txt")
    return out.getvalue()


def archives() -> list[Lock]:
    """By pyzipper, the standard library and py7zr."""
    return [
        ("plain.zip", plain_zip(), NONE),
        ("aes128.zip", _aes_zip(128), STRONG),
        ("aes192.zip", _aes_zip(192), STRONG),
        ("aes256.zip", _aes_zip(256), STRONG),
        ("half.zip", _half_zip(), LOOKALIKE),
        ("flag.zip", flagged(plain_zip()), NONE),  # its entry is the lookalike
        ("nested.zip", plain_zip(**{"inner.zip": _aes_zip(256)}), NONE),
        ("plain.7z", _seven(None), NONE),
        ("content.7z", _seven(PASSWORD), STRONG),
        ("header.7z", _seven(PASSWORD, header=True), STRONG),
    ]


# --- mail ---------------------------------------------------------------------------------------------------


def _certificate() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    import datetime as dt

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
    import base64

    return (
        b"-----BEGIN PGP MESSAGE-----\r\n\r\n"
        + base64.encodebytes(packets)
        + b"-----END PGP MESSAGE-----\r\n"
    )


def _packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag, 255]) + struct.pack(">I", len(body)) + body


def pgps() -> list[Lock]:
    """By hand, from the packet format."""
    import zlib

    literal = _packet(11, b"b\x04list\0\0\0\0Quill Inside")
    session, hidden = _packet(1, b"\x03" + b"k" * 60), _packet(18, b"\x01" + b"x" * 60)
    return [
        ("encrypted.asc", _armour(session + hidden), STRONG),
        ("password.asc", _armour(_packet(3, b"\x04\x09\x03" + b"s" * 20) + hidden), STRONG),
        ("encrypted.pgp", session + hidden, STRONG),
        ("literal.asc", _armour(literal), NONE),
        ("packed.asc", _armour(_packet(8, b"\x02" + zlib.compress(literal))), NONE),
        ("signed.asc", _armour(_packet(4, b"\x03" * 13) + literal + _packet(2, b"s" * 30)), NONE),
        (
            "clear.asc",
            b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nQuill Inside\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nx\r\n-----END PGP SIGNATURE-----\r\n",
            NONE,
        ),
        ("message.rpmsg", b"\x76\xe8\x04\x60\xc4\x11\xe3\x86" + b"x" * 100, RIGHTS),
    ]


# --- OpenDocument --------------------------------------------------------------------------------------------

_MIME = b"application/vnd.oasis.opendocument.text"


def _odt(manifest: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", _MIME)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="m">{manifest}</manifest:manifest>'
        )
    return out.getvalue()


def _shut(path: str, cipher: str) -> str:
    inner = f'<manifest:encryption-data><manifest:algorithm manifest:algorithm-name="{cipher}"/></manifest:encryption-data>'
    return f'<manifest:file-entry manifest:full-path="{path}">{inner}</manifest:file-entry>'


def opendocuments() -> list[Lock]:
    """By hand, from the manifest's definition."""
    aes, blowfish = "http://www.w3.org/2001/04/xmlenc#aes256-cbc", "Blowfish CFB"
    gcm = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
    clear, noise = b"<o><p>Quill Word</p></o>", bytes(range(256))
    entry = '<manifest:file-entry manifest:full-path="content.xml"/>'
    return [
        ("plain.odt", _odt(entry, clear), NONE),
        ("aes.odt", _odt(_shut("content.xml", aes), noise), STRONG),
        ("wrapped.odt", _odt(_shut("encrypted-package", gcm), clear), STRONG),
        ("blowfish.odt", _odt(_shut("content.xml", blowfish), noise), WEAK),
        ("picture-only.odt", _odt(entry + _shut("Pictures/1.png", aes), clear), LOOKALIKE),
    ]


def quick() -> list[Lock]:
    """All that libraries make."""
    return [*pdfs(), *offices(), *archives(), *smimes(), *pgps(), *opendocuments()]


# --- by programs ------------------------------------------------------------------------------------------------


def _run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=120)


def by_programs(folder: Path) -> list[Lock]:
    """By qpdf, 7-Zip, GnuPG, OpenSSL and LibreOffice."""
    folder.joinpath("a.pdf").write_bytes(plain_pdf())
    folder.joinpath("a.txt").write_bytes(b"Quill Inside " * 20)
    folder.joinpath("b.txt").write_bytes(b"Quill Beside " * 20)
    made: list[tuple[str, Protection]] = []
    for name, verdict, options in (
        ("q256.pdf", STRONG, ("pw", "own", "256", "--")),
        ("q256-owner.pdf", LOOKALIKE, ("", "own", "256", "--")),
        ("q128aes.pdf", STRONG, ("pw", "own", "128", "--use-aes=y", "--")),
        ("q128.pdf", WEAK, ("pw", "own", "128", "--use-aes=n", "--")),
        ("q40.pdf", WEAK, ("pw", "own", "40", "--")),
        ("q256r5.pdf", WEAK, ("pw", "own", "256", "--force-R5", "--")),
    ):
        _run("qpdf", "--allow-weak-crypto", "--encrypt", *options, "a.pdf", name, cwd=folder)
        made.append((name, verdict))
    for name, verdict, options in (
        ("z-aes.zip", STRONG, ("-tzip", "-pxyzzy9", "-mem=AES256")),
        ("z-aes128.zip", STRONG, ("-tzip", "-pxyzzy9", "-mem=AES128")),
        ("z-old.zip", WEAK, ("-tzip", "-pxyzzy9", "-mem=ZipCrypto")),
        ("z-plain.zip", NONE, ("-tzip",)),
        ("s-content.7z", STRONG, ("-pxyzzy9",)),
        ("s-header.7z", STRONG, ("-pxyzzy9", "-mhe=on")),
        ("s-plain.7z", NONE, ()),
    ):
        _run("7zz", "a", *options, name, "a.txt", cwd=folder)
        made.append((name, verdict))
    for name, options in (("z-half.zip", ("-tzip", "-mem=AES256")), ("s-half.7z", ())):
        _run("7zz", "a", *options, name, "a.txt", cwd=folder)
        _run("7zz", "a", "-pxyzzy9", *options, name, "b.txt", cwd=folder)
        made.append((name, LOOKALIKE))
    made += _by_gnupg(folder) + _by_openssl(folder)
    return [(name, folder.joinpath(name).read_bytes(), verdict) for name, verdict in made]


def _by_gnupg(folder: Path) -> list[tuple[str, Protection]]:
    home = folder / "gnupg"
    home.mkdir(mode=0o700)
    common = (
        "gpg",
        "--homedir",
        str(home),
        "--batch",
        "--yes",
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        "xyzzy9",
    )
    _run(*common, "--symmetric", "--armor", "-o", "g-symmetric.asc", "a.txt", cwd=folder)
    _run(*common, "--symmetric", "-o", "g-symmetric.gpg", "a.txt", cwd=folder)
    _run(*common, "--store", "--armor", "-o", "g-store.asc", "a.txt", cwd=folder)
    _run("gpgconf", "--homedir", str(home), "--kill", "gpg-agent", cwd=folder)
    return [("g-symmetric.asc", STRONG), ("g-symmetric.gpg", STRONG), ("g-store.asc", NONE)]


def _by_openssl(folder: Path) -> list[tuple[str, Protection]]:
    _run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "k.pem",
        "-out",
        "c.pem",
        "-subj",
        "/CN=x",
        cwd=folder,
    )
    made = []
    for name, cipher, verdict in (
        ("o-aes.p7m", "-aes256", STRONG),
        ("o-3des.p7m", "-des3", WEAK),
        ("o-gcm.p7m", "-aes-256-gcm", STRONG),
    ):
        _run(
            "openssl",
            "cms",
            "-encrypt",
            cipher,
            "-binary",
            "-in",
            "a.txt",
            "-outform",
            "DER",
            "-out",
            name,
            "c.pem",
            cwd=folder,
        )
        made.append((name, verdict))
    sign = (
        "openssl",
        "cms",
        "-sign",
        "-nodetach",
        "-binary",
        "-in",
        "a.txt",
        "-signer",
        "c.pem",
        "-inkey",
        "k.pem",
        "-outform",
        "DER",
    )
    _run(*sign, "-out", "o-signed.p7m", cwd=folder)
    _run(*sign, "-stream", "-indef", "-out", "o-indefinite.p7m", cwd=folder)
    return [*made, ("o-signed.p7m", NONE), ("o-indefinite.p7m", NONE)]
