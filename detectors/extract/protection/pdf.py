"""PDF: protected only if pikepdf, pdfium and pypdf all fail with the empty password; then how strongly."""

import io
import re
from dataclasses import dataclass, field

import pikepdf
import pypdf
import pypdfium2
from pypdf.errors import PyPdfError

from detectors.extract.marks import Marks
from detectors.findings import Protection

# A file without any of these is not encrypted: the dictionary stands in the open, or in a packed list of objects.
_MARKS = Marks(maybe=rb"/Encrypt|/ObjStm|/XRef")
_HANDLER = re.compile(rb"/Filter\s*/([A-Za-z.][\w.]{2,40})")
TRIVIAL = ("", " ", "    ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What examination said. `surprise` is what could not be understood."""

    protection: Protection = Protection.NONE
    how: str = ""
    locked: bool = False
    surprise: str = ""
    clear_metadata: bool = False
    password: str = field(default="", repr=False)  # that opens it: empty, or blanks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Encrypt:
    """The Encrypt dictionary, read without the password."""

    filter: str = ""
    version: int = 0
    revision: int = 0
    bits: int = 40
    method: str = ""
    attachments_only: bool = False
    clear_metadata: bool = False


def examine(data: bytes) -> Lock:  # noqa: PLR0911 - a ladder of questions: the first that is answered decides
    """The verdict on a PDF."""
    if not _MARKS.within(data):
        return Lock()
    answer, password = _pikepdf(data)
    if answer == "clear":
        return Lock()
    entry = _encrypt(data)
    if entry is not None and entry.filter not in {"", "/Standard"}:
        return _special(entry)
    if answer == "open":
        how = "opens without a password: only an owner password, or none"
        return Lock(protection=Protection.LOOKALIKE, how=how, password=password)
    if answer == "damaged":
        return _damaged(data, entry)
    if _pdfium_opens(data):
        how = "only the attachments are encrypted, the pages are open"
        return Lock(protection=Protection.LOOKALIKE, how=how)
    if any(_pypdf_opens(data, trivial) for trivial in TRIVIAL):
        return Lock(protection=Protection.LOOKALIKE, how="opens with an empty password")
    if entry is None:
        return Lock(
            protection=Protection.NONE, surprise="encrypted in a way that is not understood", locked=True
        )
    protection, how = strength(entry)
    return Lock(protection=protection, how=how, locked=True, clear_metadata=entry.clear_metadata)


def _damaged(data: bytes, entry: _Encrypt | None) -> Lock:
    """Pikepdf cannot say. If no reader sees encryption the reader of pages will say what is wrong."""
    if entry is None:
        return Lock()
    if _pdfium_opens(data) or _pypdf_opens(data, ""):
        return Lock(protection=Protection.LOOKALIKE, how="opens with an empty password")
    return Lock(surprise="encrypted in a way that is not understood", locked=True)


def _pikepdf(data: bytes) -> tuple[str, str]:
    for password in TRIVIAL:
        try:
            with pikepdf.open(io.BytesIO(data), password=password, suppress_warnings=True) as document:
                return ("open" if document.is_encrypted else "clear"), password
        except pikepdf.PasswordError:
            continue
        except (pikepdf.PdfError, ValueError, RuntimeError, OSError):
            return "damaged", ""
    return "locked", ""


def _pdfium_opens(data: bytes) -> bool:
    for password in TRIVIAL:
        try:
            pypdfium2.PdfDocument(data, password=password or None).close()
        except pypdfium2.PdfiumError:
            continue
        return True
    return False


# What pypdf raises for damaged files, beside its own errors.
PYPDF_FAILURES = (
    PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    RecursionError,
    NotImplementedError,
    AssertionError,
)


def _pypdf_opens(data: bytes, password: str) -> bool:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        return reader.is_encrypted and bool(reader.decrypt(password)) and len(reader.pages) > 0
    except PYPDF_FAILURES:
        return False


def _encrypt(data: bytes) -> _Encrypt | None:
    """The dictionary as pypdf reads it, or None where there is none or it cannot be read."""
    try:
        entry = pypdf.PdfReader(io.BytesIO(data)).trailer.get("/Encrypt")
        raw = entry.get_object() if entry is not None else None
        return _parsed(raw) if isinstance(raw, dict) else None
    except PYPDF_FAILURES:
        return _by_hand(data)


def _by_hand(data: bytes) -> _Encrypt | None:
    """Broken enough that no library reads it: only whether there is one counts."""
    if b"/Encrypt" not in data:
        return None
    handlers = [
        name
        for name in _HANDLER.findall(data)
        if not name.endswith(b"Decode") and name not in {b"Standard", b"Crypt"}
    ]
    return _Encrypt(filter=f"/{handlers[0].decode()}" if handlers else "/Standard", revision=-1)


def _parsed(raw: dict[str, object]) -> _Encrypt:
    def number(key: str, default: int) -> int:
        value = raw.get(key, default)
        return int(value) if isinstance(value, (int, float)) else default

    filters = raw.get("/CF")
    default = str(raw.get("/StmF", "/Identity"))
    chosen = filters.get(default) if isinstance(filters, dict) else None
    method = (
        str(chosen.get_object().get("/CFM", ""))
        if chosen is not None and hasattr(chosen, "get_object")
        else ""
    )
    identity = number("/V", 0) >= 4 and default == "/Identity"
    return _Encrypt(
        filter=str(raw.get("/Filter", "/Standard")),
        version=number("/V", 0),
        revision=number("/R", 0),
        bits=number("/Length", 40),
        method=method,
        attachments_only=identity and "/EFF" in raw,
        clear_metadata=str(raw.get("/EncryptMetadata", "true")).lower() == "false",
    )


def _special(entry: _Encrypt) -> Lock:
    """Security handlers other than the password one."""
    if "PubSec" in entry.filter or "PPKLite" in entry.filter:
        strong = entry.method.startswith("/AESV") or entry.version >= 5
        return Lock(
            protection=Protection.STRONG if strong else Protection.WEAK, how="for certificates", locked=True
        )
    return Lock(protection=Protection.RIGHTS_MANAGED, how="rights management", locked=True)


def strength(entry: _Encrypt) -> tuple[Protection, str]:
    """RC4 and revision 5 are broken; AES-128 of revision 4 is not what a school needs but holds; revision 6 is good."""
    if entry.revision == 6:
        return Protection.STRONG, "AES-256 (R6)" + (", properties are open" if entry.clear_metadata else "")
    if entry.revision == 5:
        return Protection.WEAK, "AES-256 with the weak password check of revision 5"
    if entry.version == 4 and entry.method == "/AESV2":
        return Protection.STRONG, "AES-128 (R4)"
    if entry.version in {1, 2, 3, 4}:
        return Protection.WEAK, f"RC4 {entry.bits if entry.version > 1 else 40} bit"
    return Protection.WEAK, "unknown cipher"
