"""Where mail programs would disagree about how a part is built: said, because one of them may show what another hides."""

import re
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message

_BOUNDARY = re.compile(r"(?:^|[;\s])boundary(\*\d*\*?)?\s*=", re.IGNORECASE)
_SUBJECT = re.compile(
    r"^subject[ \t]*:(?P<text>[^\r\n]*(?:\r?\n[ \t]+[^\r\n]+)*)", re.IGNORECASE | re.MULTILINE
)


def doubt(message: Message) -> str:
    """Why the part can be read in two ways, in a plain sentence; "" when it cannot."""
    types = [_flat(v) for v in message.get_all("content-type", [])]
    if len({t if "multipart" in t else t.split(";")[0] for t in types}) > 1:
        return "has two types that differ"
    if len({_flat(v) for v in message.get_all("content-transfer-encoding", [])}) > 1:
        return "has two encodings that differ"
    if any(_boundaries(t) for t in types):
        return "has two boundaries"
    if any("multipart" in t.split("boundary")[0] for t in types) and _shut(message):
        return "says that it has parts, but none can be told apart"
    if broken_header(message):
        return "has a header field that ends the header for some programs only"
    return ""


def broken_header(message: Message) -> bool:
    """Whether a line that is no field stands among the fields."""
    return any(isinstance(d, MissingHeaderBodySeparatorDefect) for d in message.defects)


def late_subjects(message: Message) -> list[str]:
    """Subjects that stand after such a line: lenient programs show them."""
    if not broken_header(message):
        return []
    payload = message.get_payload()
    if not isinstance(payload, str):
        return []
    head = re.split(r"\r?\n[ \t]*\r?\n", payload, maxsplit=1)[0]
    return [m["text"] for m in _SUBJECT.finditer(head)]


def _flat(value: object) -> str:
    return re.sub(r"\s+", " ", str(value)).strip().lower()


def _boundaries(value: str) -> bool:
    names = [m[1] or "" for m in _BOUNDARY.finditer(re.sub(r"\"[^\"]*\"", '""', value))]
    indexes = [n.strip("*") for n in names]
    return len(names) > 1 and ("" in indexes or len(set(indexes)) < len(indexes))


def _shut(message: Message) -> bool:
    payload = message.get_payload()
    return isinstance(payload, str) and bool(payload.strip())
