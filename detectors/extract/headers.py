"""Header fields as a reader sees them: encoded words, eight-bit bytes and RFC 2231 names decoded; never an error."""

import re
from collections.abc import Sequence
from email.errors import MessageError
from email.header import decode_header
from email.message import Message

from detectors.extract import prose
from detectors.extract.charsets import clean, codec, decode
from detectors.extract.transfer import unbase64

_DOUBLED, _PARAMETERS = 8, 50  # fields of one name, and parameters of one field, that are looked at
_NAME = re.compile(r"\b(?:file)?name\*?(?:\d+\*?)?\s*=\s*(?:\"[^\"]*\"|[^;]*)", re.IGNORECASE)
_ODD_BASE64 = re.compile(r"=\?[^?\s]+\?[bB]\?([^?]*(?:[^A-Za-z0-9+/=?\s]|[^=?\s]\s+[^?\s])[^?]*)\?=")
_SET = re.compile(r"=\?([^?\s*]+)(?:\*([^?\s]*))?\?[bqBQ]\?")
_TONGUE = 11  # letters of a language at most, with its country: zh-Hans-CN
_WORD = re.compile(r"=\?[^?\s]+\?[bqBQ]\?[^?]*\?=")
_LENIENT = re.compile(r"=\?(?P<charset>[^?\s]+)\?[bB]\?(?P<text>[^?]*)\?=")
_FOLD = re.compile(r"\r?\n[ \t]+|[\r\n]+")
_GAP = re.compile(r"(=\?[^?\s]+\?[bqBQ]\?[^?]*\?=)[ \t\r\n]+(?==\?)")
# Fields that carry no words of a person, or that machines write about the way of the message.
SILENT = frozenset(
    [
        "received",
        "dkim-signature",
        "arc-seal",
        "arc-message-signature",
        "arc-authentication-results",
        "authentication-results",
        "date",
        "message-id",
        "references",
        "in-reply-to",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-id",
        "content-language",
        "return-path",
        "received-spf",
        "x-ms-exchange-antispam-messagedata-chunkcount",
        "x-ms-exchange-crosstenant-id",
        "x-ms-exchange-antispam-messagedata-0",
        "x-microsoft-antispam-message-info",
        "x-google-dkim-signature",
        "x-gm-message-state",
        "x-google-smtp-source",
        "domainkey-signature",
    ]
)


# Fields in which a person may write what somebody else reads; programs that use fields of their own name them after themselves.
_SPOKEN = frozenset({"comments", "keywords", "content-description"})
_MACHINES = ("x-ms", "x-microsoft", "x-exchange", "x-eop", "x-forefront", "x-google", "x-gm-", "x-goog", "x-forward", "x-resent", "x-loop", "x-auto", "x-spam", "x-virus", "x-mailer", "x-original", "x-sender", "x-envelope", "x-priority", "x-list", "x-mailman", "x-beenthere", "x-amavis", "x-proofpoint", "x-mimecast", "x-barracuda", "x-ironport", "x-clx", "x-report", "x-mailgun", "x-sg-", "x-ses", "x-mc-", "x-pm-", "x-source", "x-tm-", "x-received", "x-delivered", "x-apple", "x-uid", "x-mozilla", "x-hashtags", "x-yahoo", "x-php", "x-authority", "x-authenticated", "x-schoolgate")  # fmt: skip


# Fields that name people, a list or what the message is about: not what it tells.
_NAMING = frozenset({"from", "to", "cc", "bcc", "reply-to", "sender", "subject", "thread-topic", "errors-to", "return-receipt-to", "disposition-notification-to", "delivered-to", "apparently-to", "mail-followup-to", "mail-reply-to"})  # fmt: skip


def spoken(name: str, value: str) -> bool:
    """Whether a field is a place for words: one that mail programs hide, and that no program writes; or any that holds a sentence."""
    low = name.lower()
    if low in _SPOKEN or (low.startswith("x-") and "@" not in value and not low.startswith(_MACHINES)):
        return True
    if low in _NAMING or low.startswith(("resent-", "x-original-")):
        return False
    return _longest(value) >= (2 if low in SILENT else prose.SENTENCE)


def _longest(value: str) -> int:
    """Words in a row; file names are told by themselves."""
    return prose.longest(_NAME.sub(" ", value) if "=" in value else value)


def of_part(message: Message, most: int) -> tuple[list[tuple[str, str]], bool]:
    """The fields of a part in which somebody wrote, file names apart; and whether there is more than is read."""
    found: list[tuple[str, str]] = []
    used = 0
    for name, value in raw_fields(message):
        used += len(name) + len(value)
        if used > most:
            return found, True
        if name.lower() == "content-description" or _longest(value) > 1:
            found.append((name.title(), words(value)))
    return found, False


def raw_fields(message: Message) -> list[tuple[str, str]]:
    """All fields as they came, duplicates too."""
    return [(str(name), str(value)) for name, value in message.raw_items()]


def words(value: str, budget: int = 2_000) -> str:
    """A field's value with encoded words decoded, folding undone and raw bytes read as UTF-8 or Windows-1252."""
    value = _FOLD.sub(" ", _eight_bit(value))
    if "=?" not in value:
        return clean(value)
    if len(_WORD.findall(value)) > budget:
        return clean(value)
    return clean(_WORD.sub(lambda m: _one(m.group()), _joined(_GAP.sub(r"\1", value))))


def _joined(value: str) -> str:
    """Neighbours in one charset may share a character: let the library join their bytes."""

    def run(match: re.Match[str]) -> str:
        return _one(match.group())

    return re.sub(r"(?:=\?[^?\s]+\?[bqBQ]\?[^?]*\?=){2,}", run, value)


def _one(run: str) -> str:
    spaced = run.replace("?==?", "?= =?")
    try:
        parts = decode_header(spaced)
    except (MessageError, ValueError, LookupError):
        shown = _LENIENT.sub(
            lambda m: _piece(unbase64(m["text"].encode("utf-8", "replace")), m["charset"]), run
        )
    else:
        shown = "".join(_piece(part, charset) for part, charset in parts)
    return " ".join((shown, *_raw(run)))


def _raw(run: str) -> list[str]:
    """What programs show as it stands: base64 that is none, a charset that nobody knows, a language that is none."""
    sets = (
        (name if not codec(name) else "", tongue if len(tongue) > _TONGUE else "")
        for name, tongue in _SET.findall(run)
    )
    return [text for text in (*_ODD_BASE64.findall(run), *(text for pair in sets for text in pair)) if text]


def _piece(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    name = codec((charset or "").split("*")[0])
    try:
        return part.decode(name) if name else decode(part)
    except (UnicodeError, LookupError):
        return decode(part)


def _eight_bit(value: str) -> str:
    try:
        return value.encode("ascii", "surrogateescape").decode("utf-8")
    except UnicodeEncodeError:
        return value
    except UnicodeDecodeError:
        return value.encode("ascii", "surrogateescape").decode("cp1252", "replace")


def file_names(message: Message) -> list[str]:
    """Every file name that a part claims, in doubled fields and parameters too: readers differ on which of two they take."""
    found: list[str] = []
    for param, header in (("filename", "content-disposition"), ("name", "content-type")):
        for value in message.get_all(header, [])[:_DOUBLED]:
            one = Message()
            one[header] = str(value)
            found += [words(_plain(v)).strip() for key, v in _params(one, header) if key.lower() == param]
    return list(dict.fromkeys(n for n in found if n))


_BROKEN = (ValueError, TypeError, IndexError, LookupError, MessageError, RecursionError)


def crowded(message: Message) -> bool:
    """Whether there are more fields, or parameters of one, than are asked for a name."""
    fields = [message.get_all(header, []) for header in ("content-disposition", "content-type")]
    most = max((str(value).count(";") for values in fields for value in values), default=0)
    return most > _PARAMETERS or max(map(len, fields)) > _DOUBLED


def _params(message: Message, header: str) -> Sequence[tuple[str, object]]:
    try:
        return (message.get_params([], header) or [])[:_PARAMETERS]
    except _BROKEN:
        return []


def _plain(value: object) -> str:
    """A parameter's text, decoded where it names its charset."""
    if isinstance(value, tuple):
        charset, _, text = value
        name = codec(charset or "")
        raw = (
            text.encode("latin-1", "replace") if not any(ord(c) > 255 for c in text) else text.encode("utf-8")
        )
        return decode(raw, name) if name else decode(raw)
    return str(value or "")


def media_type(message: Message) -> str:
    """The declared type in lower case; broken fields read as octets."""
    try:
        return message.get_content_type()
    except (ValueError, TypeError, IndexError, LookupError, RecursionError):
        return "application/octet-stream"


def parameters(message: Message, names: Sequence[str]) -> dict[str, str]:
    """These parameters of Content-Type, each the first of its name; without those that are absent, empty or broken."""
    try:
        first: dict[str, object] = {}
        for name, value in message.get_params([], "content-type") or []:
            first.setdefault(name.lower(), value)
        return {name: text for name in names if (text := _plain(first.get(name)))}
    except _BROKEN:
        return {}


def disposition(message: Message) -> str:
    """What Content-Disposition says: inline, attachment or nothing."""
    try:
        return message.get_content_disposition() or ""
    except (ValueError, TypeError, IndexError, LookupError, RecursionError):
        return ""
