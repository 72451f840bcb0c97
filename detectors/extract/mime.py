"""A message: its header fields, bodies and attachments. Parsed once, with the tolerant policy, within hard caps."""

import re
from email.message import Message

from detectors.extract import headers, labels, transfer
from detectors.extract.charsets import decode
from detectors.extract.doubts import doubt, late_subjects
from detectors.extract.message import parse
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.findings import Where
from detectors.sniff import sniff

_BODY = {"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html"}
_ANSWER = re.compile(
    r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:re|fw|fwd|aw|wg|sv|vs|tr|rv|atb)\s*(?:\[\d{1,3}\])?\s*:", re.IGNORECASE
)
# What a body may look like and still be the body; anything else in it is a file that only claims to be text.
_TEXTS = frozenset({"txt", "csv", "html", "xml", "svg", "json", "eml", "ics", "vcf", "uu", "pem", "unknown"})
# What programs write for those that know no parts.
_BOILERPLATE = re.compile(
    r"\s*This is an? (?:cryptographically signed |OpenPGP/MIME signed )?(?:multi-?part )?(?:MIME )?message(?: in MIME (?:encoded )?format)?\.?\s*",
    re.IGNORECASE,
)


def read(node: Node, out: Reading) -> None:
    """Headers first, then every part as a child of this one."""
    most = out.limits.mime_parts * 20  # hyphens are counted in half the time, and few have more
    if node.data.count(b"-") > most and node.data.count(b"\n--") > most:
        out.text(node, decode(node.data[: out.limits.part_chars // 2]), place="raw message")
        raise Unreadable("too-many-parts", "has more boundaries than a message may have")
    message = parse(node.data)
    _fields(message, node, out)
    _part(message, node, out, [0], 0)
    if message.is_multipart() and not out_children(node) and not node.chars:
        raise Unreadable("corrupt", "a message without content")


def out_children(node: Node) -> int:
    """How many parts were found in it."""
    return node.children


def _fields(message: Message, node: Node, out: Reading) -> None:
    used = 0
    for name, value in headers.raw_fields(message):
        used += len(name) + len(value)
        if used > out.limits.header_bytes:
            out.partly(node, "headers", "has more header text than is read")
            return
        low = name.lower()
        if low in headers.SILENT and not headers.spoken(name, value):
            continue
        if low == labels.FIELD:
            labels.told(node, out)
        if value.count("=?") > out.limits.header_words:
            out.partly(node, "headers", "has more encoded words than are decoded")
        text = headers.words(value, out.limits.header_words)
        root = node.depth == 0
        where = Where.ATTACHMENT if not root else Where.SUBJECT if low == "subject" else Where.HEADER
        if root and headers.spoken(name, value):
            where = Where.BODY
        place = name.title() if root else f"{name.title()} of the attached message"
        quoted = low == "thread-topic" or (where is Where.SUBJECT and _from_thread(message, text))
        out.text(node, text, place=place, where=where, quoted=quoted, hidden=where is Where.BODY)
    for late in late_subjects(message):
        used += len("subject") + len(late)
        if used > out.limits.header_bytes:
            out.partly(node, "headers", "has more header text than is read")
            return
        where = Where.SUBJECT if node.depth == 0 else Where.ATTACHMENT
        out.text(node, headers.words(late, out.limits.header_words), place="Subject", where=where)


def _from_thread(message: Message, subject: str) -> bool:
    """Whether the subject came with the thread: it says so, and the message is an answer to another."""
    return bool(_ANSWER.match(subject)) and ("In-Reply-To" in message or "References" in message)


def _part(message: Message, node: Node, out: Reading, seen: list[int], depth: int) -> None:
    seen[0] += 1
    if seen[0] > out.limits.mime_parts:
        raise Unreadable("too-many-parts", "has more parts than a message may have")
    if depth > out.limits.depth:
        raise Unreadable("too-deep", "is nested deeper than parts are read")
    declared = headers.media_type(message)
    if why := doubt(message):
        out.partly(node, "ambiguous", why)
    if message.is_multipart() and declared != "message/rfc822" and not declared.startswith("message/"):
        for text in (message.preamble, message.epilogue):
            if text and not _BOILERPLATE.fullmatch(text):
                out.text(node, text, place="outside the parts", where=_role(node), hidden=True)
                hidden_in(text.encode("utf-8", "surrogateescape"), node, out)
        if depth:
            _aside(message, node, node, out)
        for part in message.get_payload():
            if isinstance(part, Message):
                _part(part, node, out, seen, depth + 1)
        return
    _leaf(message, declared, node, out, depth)


def _role(node: Node) -> Where:
    return Where.BODY if node.depth == 0 else Where.ATTACHMENT


def _leaf(message: Message, declared: str, node: Node, out: Reading, depth: int) -> None:
    names = headers.file_names(message)
    name = names[0] if names else ""
    is_body = declared in _BODY and not name and headers.disposition(message) != "attachment"
    data = transfer.content(message)
    facts = headers.parameters(message, ("charset", "format", "delsp", "protocol"))
    facts["disposition"] = headers.disposition(message)
    if message.get("content-id"):
        facts["inline"] = "yes"
    role = _role(node) if is_body else Where.ATTACHMENT
    kind = _known(declared, data, is_body=is_body)
    child = out.child(
        node,
        data,
        name=name,
        declared=declared,
        role=role,
        facts=facts,
        type=kind,
        cost=len(data) // 4 if is_body else None,
    )
    for other in names[1:]:
        out.text(child, other, place="file name", where=Where.FILENAME)
    if headers.crowded(message):
        out.partly(child, "headers", "has more fields and parameters than are asked for its name")
    if depth:
        _aside(message, child, node, out)
    if beside := transfer.beside(message):
        out.child(node, beside, role=role, hidden=True, facts=facts, type="body-text")
    if otherwise := transfer.by_lines(message):
        out.child(node, otherwise, name=name, hidden=True)
    if declared == "message/partial":
        out.unreadable(child, "partial-message", "one piece of a message that was cut into several")
    if declared == "message/external-body":
        out.unreadable(child, "external-body", "the content lies elsewhere")


def _aside(message: Message, told: Node, node: Node, out: Reading) -> None:
    """What somebody wrote in the fields of a part. Those of the message were read before."""
    found, more = headers.of_part(message, out.limits.header_bytes)
    for name, text in found:
        described = name == "Content-Description"
        where, place = (Where.FILENAME, "description") if described else (_role(node), name)
        out.text(told, text, place=place, where=where, hidden=not described)
    if more:
        out.partly(told, "headers", "has more header text than is read")


def _known(declared: str, data: bytes, *, is_body: bool) -> str:
    """A body is what it is declared to be; all else is what its bytes are. "" leaves it to the sniffer."""
    if declared in {"message/rfc822", "message/global"}:
        return "eml"
    if declared in {
        "text/rfc822-headers",
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
    }:
        return "headers"
    if is_body and declared in _BODY and sniff(data) in _TEXTS:
        return "body-text" if declared == "text/plain" else "body-html"
    return ""


def hidden_in(text: bytes, node: Node, out: Reading) -> None:
    """Every file that stands as base64 in a text, as a child."""
    for data in transfer.hidden_files(text):
        out.unpacked(len(data))
        out.child(node, data, hidden=True)
