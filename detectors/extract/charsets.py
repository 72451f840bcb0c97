"""Bytes to text: the declared charset, else UTF-8, else a guess beside Windows-1252; never an error."""

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_STATEFUL = frozenset({"utf-7", "hz", "iso2022_jp", "iso2022_kr"})  # in which ASCII may be other letters
_CONTROL = re.compile("[\x00\x01-\x08\x0e-\x1f\x7f]")
_ALIASES = {"cp-850": "cp850", "windows-1252http-equivcontent-type": "cp1252", "unicode": "utf-16", "x-mac-roman": "mac_roman", "iso-8859-8-i": "iso-8859-8", "ansi": "cp1252"}  # fmt: skip
_NOT_TEXT = {"base64", "hex", "zlib", "bz2", "rot13", "rot_13", "quopri", "uu", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem"}  # fmt: skip


def codec(name: str) -> str:
    """The codec's name if Python knows this charset and it is one for text, else ""."""
    low = name.strip().strip("\"'").lower()
    low = _ALIASES.get(low, low)
    try:
        found = codecs.lookup(low).name
    except (LookupError, ValueError):
        return ""
    return (
        ""
        if found in _NOT_TEXT or low in _NOT_TEXT
        else "cp1252"
        if found in {"iso8859-1", "ascii"}
        else found
    )


def readings(data: bytes, declared: str = "") -> list[str]:
    """The text of these bytes; more than one when the charset is a guess."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return [clean(data.decode(name, "replace"))]
    if blind := _utf16(data):
        return [clean(data.decode(blind, "replace"))]
    known = codec(declared) if declared else ""
    if data.isascii():
        return _of_ascii(data, known)
    for name in dict.fromkeys(("utf-8" if known in {"", "cp1252", "utf-8"} else known, known)):
        if name and (text := _strict(data, name)) is not None:
            return [clean(text)]
    broken = data.decode(known or "utf-8", "replace")  # one bad byte must not spoil the rest
    tries = (broken, _guess(data), data.decode("cp1252", "replace"))
    return [clean(t) for t in dict.fromkeys(tries if broken.count("\ufffd") * 4 < len(broken) else tries[1:])]


def _of_ascii(data: bytes, known: str) -> list[str]:
    """As it stands, and as a charset reads it that writes other letters with the same bytes. Sixteen bits without a zero among them are none, to most programs."""
    plain = clean(data.decode("ascii"))
    wide = known.startswith(("utf-16", "utf-32"))
    other = _strict(data, known) if wide or known in _STATEFUL else None
    if other is None:
        return [plain]
    found = (other,) if wide and b"\0" in data else (plain, other) if wide else (other, plain)
    return list(dict.fromkeys(map(clean, found)))


def decode(data: bytes, declared: str = "") -> str:
    """The likeliest reading alone."""
    return readings(data, declared)[0]


def clean(text: str) -> str:
    """Without the control characters that no reader shows and that would part a name."""
    return _CONTROL.sub("", text) if _CONTROL.search(text) else text


def whole_letters(text: str) -> str:
    """The text without half letters (surrogates), which cannot be written; raw bytes among it are read as UTF-8."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        try:
            return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        except UnicodeEncodeError:
            return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def _guess(data: bytes) -> str:
    best = from_bytes(data[:65536]).best()
    return data.decode(best.encoding if best else "cp1252", "replace")


def _utf16(data: bytes) -> str:
    sample = data[:2000]
    half = len(sample) // 2
    if half < 2 or b"\0" not in sample:
        return ""
    if sample[1::2].count(0) > half * 0.7 and sample[::2].count(0) < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > half * 0.7 and sample[1::2].count(0) < half * 0.1 else ""
