"""The key under the mat: a few likely passwords for a locked file, from the same message and from what everybody would try."""

import io
import re
import time
import zipfile

import pikepdf
import pypdfium2
import pyzipper

from detectors.extract.protection import legacy, ooxml
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.findings import Where

_NEAR = re.compile(r"(?i)\b(?:pass ?words?|pass ?codes?|pass ?phrases?|p/?w|pwd|pin|key|code|unlock|open it with|opens with)\b(?:\s+(?:is|for|to|the|this|that|file|document|open|it|of|attachment|will be|as|spreadsheet|attached))*\s*[:=\-–]?\s*[\"'“‘(<\[]?(\S{3,40})")  # fmt: skip
_TOKEN = re.compile(r"[^\s\"'“”‘’<>()\[\],;]{4,32}")
_EDGE = "\"'“”‘’<>()[].,;:!?"
_STOP = frozenset(
    [
        "password",
        "passcode",
        "below",
        "separate",
        "separately",
        "follows",
        "email",
        "phone",
        "text",
        "shortly",
        "message",
        "call",
        "school",
        "office",
        "protected",
        "required",
        "please",
        "attached",
    ]
)
_OBVIOUS = ("password", "Password1", "Password123", "123456", "school", "letmein", "welcome1")
_COST = {"ooxml": 0.2, "pdf": 0.01, "zip": 0.003, "legacy": 0.01}  # seconds a try, as measured


def candidates(node: Node, out: Reading) -> list[tuple[str, str]]:
    """(password, kind of finding) in the order of likelihood, at most as many as the limits allow."""
    near: list[str] = []
    tokens: list[str] = []
    for extract in out.extracts:
        text = " ".join(extract.text[:20_000].split())  # long blanks would make the pattern slow
        near += [m.strip(_EDGE) for m in _NEAR.findall(text)]
        if extract.where in {Where.SUBJECT, Where.BODY}:
            tokens += [t.strip(_EDGE) for t in _TOKEN.findall(text[:4_000]) if _like_password(t.strip(_EDGE))]
    stem = node.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    beside = [w for w in dict.fromkeys((*near, *tokens, stem)) if len(w) >= 3 and w.lower() not in _STOP]
    words = " ".join(
        e.text[:2_000] for e in out.extracts if e.where in {Where.SUBJECT, Where.FILENAME, Where.BODY}
    )
    guesses = [g for g in (*out.hints(words[:8_000]), *_OBVIOUS) if g not in beside]
    room = out.limits.candidates
    found = [(w, "password-with-file") for w in beside[: room - min(len(guesses), room // 3)]]
    return found + [(g, "password-guessable") for g in guesses[: room - len(found)]]


def _like_password(token: str) -> bool:
    """Letters beside digits or signs, as people choose them."""
    return (
        4 <= len(token) <= 32
        and "@" not in token[1:-1]
        and any(c.isdigit() for c in token)
        and any(c.isalpha() for c in token)
    )


def try_locks(out: Reading) -> None:
    """Try each locked file within the time of the message; what opens is read like any other."""
    for node in out.locked:
        kind = node.facts.get("crypto", "")
        if kind not in _COST or not node.data:
            continue
        for password, finding in candidates(node, out):
            if out.try_seconds + _COST[kind] > out.limits.try_seconds or out.late:
                break
            began = time.monotonic()
            opened = _opens(node, kind, password, out)
            out.try_seconds += time.monotonic() - began
            if opened:
                why = (
                    "the password stands in the same message"
                    if finding == "password-with-file"
                    else "the password is one that anybody would try"
                )
                out.find(node, finding, why)
                break
    out.locked.clear()


def _opens(node: Node, kind: str, password: str, out: Reading) -> bool:
    try:
        return _OPENERS[kind](node, password, out)
    except Exception:  # noqa: BLE001 - hostile bytes make any library raise anything: it is a finding
        return False


def _pdf(node: Node, password: str, out: Reading) -> bool:
    try:
        with pikepdf.open(io.BytesIO(node.data), password=password, suppress_warnings=True) as document:
            plain = io.BytesIO()
            document.save(plain)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError, OSError):
        return _pdfium(node, password, out)
    return _read(node, plain.getvalue(), out)


def _pdfium(node: Node, password: str, out: Reading) -> bool:
    try:
        document = pypdfium2.PdfDocument(node.data, password=password)
        plain = io.BytesIO()
        document.save(plain, flags=4)
        document.close()
    except (pypdfium2.PdfiumError, ValueError):
        return False
    return _read(node, plain.getvalue(), out)


def _ooxml(node: Node, password: str, out: Reading) -> bool:
    return _read(node, ooxml.opened(node.data, password), out)


def _legacy(node: Node, password: str, out: Reading) -> bool:
    return _read(node, legacy.opened(node.data, password), out)


def _zip(node: Node, password: str, out: Reading) -> bool:
    """All entries, once the first has opened and its checksum is right."""
    try:
        with pyzipper.AESZipFile(io.BytesIO(node.data)) as archive:
            archive.setpassword(password.encode())
            shut = [i for i in archive.infolist() if i.flag_bits & 1 and not i.is_dir()]
            smallest = min(shut, key=lambda i: i.file_size)
            if smallest.file_size > 5_000_000:
                return False
            archive.read(smallest)
            for info in shut:
                if info.file_size <= out.room:
                    _read(node, archive.read(info), out, name=info.filename)
    except (
        RuntimeError,
        zipfile.BadZipFile,
        pyzipper.BadZipFile,
        ValueError,
        OSError,
        EOFError,
    ):
        return False
    return True


def _read(node: Node, plain: bytes, out: Reading, name: str = "") -> bool:
    if not plain:
        return False
    try:
        out.unpacked(len(plain))
        out.child(node, plain, name=name or node.name)
    except Unreadable as stop:
        out.partly(node, stop.reason, stop.why)
    return True


_OPENERS = {"pdf": _pdf, "ooxml": _ooxml, "legacy": _legacy, "zip": _zip}
