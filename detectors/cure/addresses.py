"""A private address becomes the school's: in the address lines and in the text, letter for letter, and nothing else moves."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from email import message_from_bytes

from detectors.cure import fields
from detectors.cure.plan import Plan
from detectors.cure.structure import Leaf, head_end, leaves
from detectors.directory.people import Directory
from detectors.extract import headers, transfer
from detectors.recognize.addresses import EMAIL, normalise_email

_LINES = {b"from", b"reply-to", b"sender", b"disposition-notification-to", b"return-receipt-to"}
_WIDTH = 57  # bytes that make a base64 line of 76 letters
_SOFT = rb"(?:=[ \t]*\r?\n)?"  # a soft line break of quoted-printable

Wanted = Callable[[str], bool]


def with_school_address(raw: bytes, plan: Plan, directory: Directory) -> bytes:
    """The message with the plan's address wherever one of the plan's fingerprints stands."""

    def wanted(address: str) -> bool:
        return directory.fingerprints.of("email", normalise_email(address)) in plan.replace

    made = raw
    for leaf in reversed(leaves(raw)):
        if _is_text(raw, leaf):
            made = _in_text(made, leaf, wanted, plan.address)
    end = head_end(made)
    return (
        fields.changed(made[:end], lambda name, field: _in_line(name, field, wanted, plan.address))
        + made[end:]
    )


def _in_line(name: bytes, field: bytes, wanted: Wanted, address: str) -> bytes:
    if name not in _LINES:
        return field
    text = field.decode("ascii", "surrogateescape")
    return EMAIL.sub(lambda m: address if wanted(m[0]) else m[0], text).encode("ascii", "surrogateescape")


def _is_text(raw: bytes, leaf: Leaf) -> bool:
    head = message_from_bytes(raw[leaf.start : leaf.body])
    return headers.media_type(head).startswith("text/") and head.get_content_disposition() != "attachment"


def _in_text(raw: bytes, leaf: Leaf, wanted: Wanted, address: str) -> bytes:
    """The message with one text part changed, in the encoding that the part has."""
    content = leaf.content(raw)
    found = {m[0] for m in EMAIL.finditer(content.decode("ascii", "surrogateescape")) if wanted(m[0])}
    if not found:
        return raw
    head = message_from_bytes(raw[leaf.start : leaf.body])
    how = transfer.encoding(head)
    spellings = sorted((one.encode("ascii", "surrogateescape") for one in found), key=len, reverse=True)
    new, old = address.encode("ascii"), raw[leaf.body : leaf.end]
    if how == "base64":
        made = _encoded(_put(content, map(_bare, spellings), new), old)
    elif how == "quoted-printable":
        made = _put(old, map(_quoted, spellings), b"=\r\n" + new + b"=\r\n")
    else:
        made = _put(old, map(_bare, spellings), new)
    return raw[: leaf.body] + made + raw[leaf.end :]


def _put(text: bytes, patterns: Iterable[bytes], new: bytes) -> bytes:
    for pattern in patterns:
        text = re.sub(pattern, lambda _: new, text)
    return text


def _bare(spelling: bytes) -> bytes:
    return rb"(?<![\w.+%'-])" + re.escape(spelling) + rb"(?![\w@])"


def _quoted(spelling: bytes) -> bytes:
    """The same letters as quoted-printable writes them: bare or as =XX, broken anywhere."""
    letters = (rb"(?:" + re.escape(bytes([one])) + rb"|=(?i:%02X))" % one for one in spelling)
    return _SOFT.join(letters) + rb"(?![\w@])"


def _encoded(content: bytes, old: bytes) -> bytes:
    """Base64 anew, with the line ends and the ending that the part had."""
    end = b"\r\n" if b"\r\n" in old or b"\n" not in old else b"\n"
    lines = [b64encode(content[at : at + _WIDTH]) for at in range(0, len(content), _WIDTH)]
    return end.join(lines) + old[len(old.rstrip(b"\r\n")) :]
