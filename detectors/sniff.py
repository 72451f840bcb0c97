"""The type of bytes by their content alone; names serve only to report that they say something else."""

import io
import re
import zipfile
from itertools import islice

import magic
import olefile

from detectors.extract.pgp_packets import packets

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"II\xbc\x01", "image"),  # JPEG XR, as PowerPoint stores it
    (b"\0\x05\x16\x07", "leavings"),  # AppleDouble: what a Mac puts beside each file of a ZIP
    (b"\0\0\0\x01Bud1", "leavings"),  # .DS_Store
    (b"MM\0*", "tiff"),
    (b"BM", "bmp"),
    (b"{\\rtf", "rtf"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x5d\0\0", "lzma"),  # LZMA alone
    (b"%!PS-Adobe", "ps"),
    (b"\xc5\xd0\xd3\xc6", "ps"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"MSCF", "cab"),
    (b"\x78\x9f\x3e\x22", "tnef"),
    (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", "rpmsg"),
    (b"SQLite format 3\0", "sqlite"),
    (b"\0\x01\0\0Standard ", "access"),
    (b"ITSF", "chm"),
    (b"xar!", "xar"),
    (b"!<arch>\n", "ar"),
    (b"070701", "cpio"),
    (b"070707", "cpio"),
    (b"fLaC", "audio"),
    (b"OggS", "audio"),
    (b"ID3", "audio"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"OTTO", "font"),
    (b"\0\x01\0\0\0", "font"),
    (b"true\0", "font"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"ID;P", "slk"),
    (b"TABLE\r\n0,1", "dif"),
    (b"TABLE\n0,1", "dif"),
    (b"BEGIN:VCALENDAR", "ics"),
    (b"BEGIN:VCARD", "vcf"),
    (b"VCLMTF", "wmf"),  # StarView metafile: pictures in OpenDocument
    (b"8BPS", "psd"),
    (b"\xd7\xcd\xc6\x9a", "wmf"),
    (b"\xff\xfb", "audio"),
    (b"\xff\xf3", "audio"),
    (b"\xff\xf1", "audio"),
    (b"bplist00", "plist"),
    (b"AT&TFORM", "djvu"),
    (b"=ybegin ", "yenc"),
)
OFFICE_ZIP = (
    ("word/", "docx"),
    ("xl/", "xlsx"),
    ("ppt/", "pptx"),
    ("visio/", "vsdx"),
)
_ODF = {
    "text": "odt", "text-template": "odt", "text-web": "odt", "text-master": "odt",
    "spreadsheet": "ods", "spreadsheet-template": "ods",
    "presentation": "odp", "presentation-template": "odp",
    "graphics": "odg", "graphics-template": "odg", "formula": "odf", "database": "odb", "chart": "odc",
}  # fmt: skip
_FTYP = {b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"msf1": "heic", b"heim": "heic", b"avif": "avif", b"avis": "avif"}  # fmt: skip
_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_EML = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[ \t]?[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}", re.ASCII)
_EML_FIELD = re.compile(
    rb"^(?:From|To|Subject|Received|Message-ID|MIME-Version|Content-Type|Return-Path|Delivered-To):",
    re.IGNORECASE | re.MULTILINE,
)
_HTML = re.compile(
    rb"<(?:!doctype html|html|head|body|table|div|p|meta|title|script|style|span|br)\b", re.IGNORECASE
)
_UU = re.compile(rb"(?:^|\n)begin(?:-base64)? [0-7]{3,4} \S[^\r\n]*\r?\n")
_PGP = re.compile(rb"-----BEGIN PGP (?:MESSAGE|SIGNED MESSAGE|PUBLIC KEY BLOCK|PRIVATE KEY BLOCK|SIGNATURE)")


def sniff(data: bytes, name: str = "", declared: str = "") -> str:  # noqa: PLR0911 - a ladder of questions: the first that is answered decides
    """Our own word for the type of these bytes: "pdf", "xlsx", "zip", …; "unknown" where nobody can say."""
    head = data[:4096]
    if found := _by_magic(head, data):
        return found
    if head.startswith(b"PK") and (found := _zip_kind(data)):
        return found
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(data)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if found := _binary(head, data, declared):
        return found
    if found := _text_kind(data, name, declared):
        return found
    return _libmagic(head)


def _by_magic(head: bytes, data: bytes) -> str:
    for mark, kind in _MAGIC:
        if head.startswith(mark) and not (kind in _DOUBTFUL and not _plausible(kind, data)):
            return kind
    return ""


_DOUBTFUL = frozenset({"lzma", "bmp", "program", "audio", "video", "font", "cpio", "psd", "ar"})


def _plausible(kind: str, data: bytes) -> bool:
    """A few letters prove little: a text may begin with BM, MZ, OTTO or 070701."""
    if kind == "cpio":
        return re.fullmatch(rb"[0-9A-Fa-f]{76}", data[:76]) is not None
    if kind == "ar":
        return data[66:68] == b"`\n"
    if kind == "lzma":  # the size, if it is stated, is one that a file may have
        return len(data) > 13 and (data[5:13] == b"\xff" * 8 or data[9:13] == b"\0" * 4)
    if kind == "bmp":
        return len(data) > 26 and data[6:10] == b"\0\0\0\0"
    return b"\0" in data[:512]


def _binary(head: bytes, data: bytes, declared: str) -> str:  # noqa: PLR0911 - a ladder of questions: the first that is answered decides
    if head[4:8] == b"ftyp" and head[:2] == b"\0\0":
        return _FTYP.get(head[8:12], "audio" if head[8:11] == b"M4A" else "video")
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "audio", b"AVI ": "video"}.get(
            head[8:12], "unknown" if b"\0" in head else ""
        )
    if head[257:262] == b"ustar" or _old_tar(head):
        return "tar"
    if len(data) > 0x8006 and data[0x8001:0x8006] == b"CD001":
        return "iso"
    if head[:1] == b"0" and (
        declared.startswith(("application/pkcs7", "application/x-pkcs7")) or _is_cms(head)
    ):
        return "cms"
    if head[40:44] == b" EMF":
        return "emf"
    if _pgp_binary(head) and ("pgp" in declared or _pgp_packets(data)):
        return "pgp"
    return ""


def _old_tar(head: bytes) -> bool:
    """A tar from before POSIX has no mark, but a check sum."""
    if len(head) < 512 or not head[0] or not re.fullmatch(rb"[0-7 ]{6}[\0 ]{2}", head[148:156]):
        return False
    return int(head[148:154].strip() or b"0", 8) == sum(head[:148]) + 8 * 32 + sum(head[156:512])


def _is_cms(head: bytes) -> bool:
    return (
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" in head[:32]
        or b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01" in head[:32]
    )


def _pgp_binary(head: bytes) -> bool:
    return (
        bool(head)
        and head[0] & 0x80 != 0
        and (head[0] & 0x3F if head[0] & 0x40 else (head[0] >> 2) & 0xF) in {1, 3, 8, 9, 18, 20}
    )


def _pgp_packets(data: bytes) -> bool:
    """Binary OpenPGP without a media type: only what is encrypted for keys or by a password."""
    if re.match(rb"\xa3[\x01-\x03]", data):  # packed, of no stated length, as GnuPG does
        return True
    tags = [tag for tag, _ in islice(packets(data), 20)]
    return bool(tags) and tags[0] in {1, 3} and any(tag in {9, 18, 20} for tag in tags)


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()[:20_000]
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                word = archive.read("mimetype").decode("ascii", "replace").strip()
                if word == "application/epub+zip":
                    return "epub"
                if word.startswith("application/vnd.oasis.opendocument."):
                    return _ODF.get(word.rsplit(".", 1)[1], "odf")
            return _zip_names({name.replace("\\", "/").lstrip("/").lower() for name in names})
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError, KeyError, EOFError):
        return "zip" if data[:4] in {b"PK\x03\x04", b"PK\x05\x06", b"PK00"} else ""


def _zip_names(names: set[str]) -> str:  # in small letters: to packages large ones are the same
    if "[content_types].xml" in names or "_rels/.rels" in names:
        if any(n == "xl/workbook.bin" for n in names):
            return "xlsb"
        for folder, kind in OFFICE_ZIP:
            if any(n.startswith(folder) for n in names):
                return kind
        if any(
            n.startswith(("documents/", "fixeddocseq")) or n.endswith((".fdseq", ".fpage")) for n in names
        ):
            return "xps"
    if (
        any(n.startswith("index/") and n.endswith(".iwa") for n in names)
        or "index.zip" in names
        or ("index.xml" in names and "quicklook/thumbnail.jpg" in names)
    ):
        return "iwork"
    if "meta-inf/manifest.xml" in names and ("content.xml" in names or "encrypted-package" in names):
        return "odt"
    return "zip"


def _ole_kind(data: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = {"/".join(e) for e in ole.listdir(streams=True, storages=True)}
    except Exception:  # noqa: BLE001 - olefile raises many kinds on broken files; the reader will say what is wrong
        return "ole"
    roots = {n.split("/")[0] for n in names}
    if "EncryptedPackage" in roots:
        return "ooxml-encrypted"
    for mark, kind in (
        ("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"), ("BOOK", "xls"), ("WORKBOOK", "xls"),
        ("PowerPoint Document", "ppt"), ("PP40", "ppt"), ("__properties_version1.0", "msg"),
        ("VisioDocument", "vsd"), ("Quill", "pub"), ("\tDRMContent", "drm"), ("\x01Ole10Native", "ole-package"),
    ):  # fmt: skip
        if mark in roots:
            return kind
    return "ole"


def _text_kind(data: bytes, name: str, declared: str) -> str:  # noqa: C901, PLR0911 - a ladder of questions: the first that is answered decides
    head = data[:65536]
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "txt" if not _HTML.search(head.replace(b"\0", b"")[:4096]) else "html"
    if b"\0" in head and _utf16_blind(head):
        return "html" if _HTML.search(head.replace(b"\0", b"")[:1024]) else "txt"
    if len(_TEXT.findall(head[:8192])) > len(head[:8192]) // 100:
        return ""
    if _PGP.search(head):
        return "pgp"
    if start.startswith(b"-----BEGIN "):
        return "pem"
    if start[:1] != b"<" and _is_message(start):
        return "eml"
    if start[:1] == b"<" or _HTML.search(start[:1024]):
        return _markup(start, html=name.lower().endswith((".htm", ".html")) or "html" in declared)
    if b"\n=ybegin " in head:
        return "yenc"
    if b"begin" in head and _UU.search(head) and b"\nend" in data:
        return "uu"
    if start[:1] in b"{[" and start and data.rstrip()[-1:] in b"}]":
        return "json"
    return (
        "csv"
        if name.lower().endswith((".csv", ".tsv", ".tab")) or "csv" in declared or "tab-separated" in declared
        else "txt"
    )


def _is_message(start: bytes) -> bool:
    """Header fields first, whatever follows: a saved web page (MHTML) is a message with HTML near its top."""
    return _EML.match(start) is not None and len(_EML_FIELD.findall(start[:8192])) >= 2


def _markup(start: bytes, *, html: bool) -> str:
    low = start[:2048].lower()
    bare = not start.startswith(b"<?xml")  # other XML has a body and a head as well: FictionBook, OPML
    if b"<html" in low or b"<!doctype html" in low or (bare and b"<body" in low):
        return "html"
    if b"urn:schemas-microsoft-com:office" in low or b"schemas.microsoft.com/office" in low:
        return "xml"
    if start.startswith(b"<?xml") or b"xmlns" in low:
        return "svg" if b"<svg" in low else "xml"
    if b"<svg" in low:
        return "svg"
    return "html" if html or _HTML.search(low) else "xml" if re.match(rb"<[a-z][\w:-]*[\s>]", low) else "txt"


def _utf16_blind(head: bytes) -> bool:
    """Sixteen-bit text without a mark: every other byte of Latin text is zero."""
    sample = head[:2000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2 or 1
    return (odd > half * 0.7 and even < half * 0.1) or (even > half * 0.7 and odd < half * 0.1)


# Of pictures only those that libmagic knows by a real mark: it takes any odd bytes for a Targa picture.
_BY_MAGIC = (
    ("text/", "txt"), ("audio/", "audio"), ("video/", "video"), ("font/", "font"),
    ("application/x-tar", "tar"), ("application/x-iso9660-image", "iso"), ("image/vnd.microsoft.icon", "image"),
    ("image/jp2", "image"), ("image/x-portable", "image"), ("image/x-xcf", "image"), ("application/x-dosexec", "program"), ("application/x-executable", "program"), ("application/x-sharedlib", "program"),
)  # fmt: skip


def _libmagic(head: bytes) -> str:
    """A second opinion for what our own table does not know."""
    try:
        answer = magic.from_buffer(head, mime=True)
    except (magic.MagicException, OSError):
        return "unknown"
    if answer == "text/plain" and b"\0" in head:
        return "unknown"
    return next((kind for prefix, kind in _BY_MAGIC if answer.startswith(prefix)), "unknown")


# What a file name claims, for the report that content and name differ. Kinds that readers treat alike are one family.
_FAMILY: dict[str, str] = {
    "docx": "word", "docm": "word", "dotx": "word", "dotm": "word", "doc": "word", "dot": "word", "rtf": "word", "wps": "word",
    "xlsx": "excel", "xlsm": "excel", "xltx": "excel", "xltm": "excel", "xlsb": "excel", "xls": "excel", "xlt": "excel",
    "pptx": "powerpoint", "pptm": "powerpoint", "potx": "powerpoint", "ppsx": "powerpoint", "ppt": "powerpoint", "pps": "powerpoint",
    "pdf": "pdf", "zip": "zip", "7z": "7z", "rar": "rar", "odt": "odt", "ods": "ods", "odp": "odp",
    "png": "image", "jpg": "image", "jpeg": "image", "gif": "image", "tif": "image", "tiff": "image", "bmp": "image",
    "webp": "image", "heic": "image", "heif": "image", "avif": "image", "image": "image", "emf": "image", "wmf": "image", "svg": "image",
    "mp3": "sound", "wav": "sound", "m4a": "sound", "audio": "sound", "mp4": "film", "mov": "film", "avi": "film", "video": "film",
    "ttf": "font", "otf": "font", "woff": "font", "font": "font", "exe": "program", "dll": "program", "program": "program",
    "gz": "gz", "tar": "tar", "iso": "iso", "cab": "cab",
}  # fmt: skip
_ENCRYPTED_FAMILY = {"word", "excel", "powerpoint"}
# Pairs that are ordinary: Excel opens HTML and CSV as .xls, Word opens HTML as .doc, a .zip may be any package.
_ORDINARY = {("word", "html"), ("excel", "html"), ("excel", "csv"), ("excel", "txt"), ("excel", "xml"), ("word", "xml"), ("word", "txt"), ("zip", "docx"), ("zip", "xlsx"), ("zip", "pptx"), ("zip", "odt")}  # fmt: skip


def disguised(kind: str, name: str, declared: str = "") -> str:
    """What the name claims, when the content is of another family; "" when they agree or the name says nothing."""
    del declared  # mail programs guess it from the name: it adds nothing
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    claimed, real = _FAMILY.get(ending, ""), _FAMILY.get(kind, kind)
    if not claimed or kind == "unknown" or claimed == real or (claimed, kind) in _ORDINARY:
        return ""
    if kind in {"ooxml-encrypted", "drm", "ole"} and claimed in _ENCRYPTED_FAMILY:
        return ""
    if kind in {"gz", "bz2", "xz"} and claimed == "tar":
        return ""
    return claimed
