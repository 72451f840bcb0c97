"""Carries out a plan: from the back to the front, so that every offset still holds; proved part by part, or not at all."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from detectors.cure import fields
from detectors.cure.addresses import with_school_address
from detectors.cure.plan import Plan, Target
from detectors.cure.structure import Leaf, head_end, leaves
from detectors.directory.people import Directory
from detectors.extract.headers import file_names
from detectors.protect import ProtectError, protect
from detectors.recognize.labels import mask_label

_REWRITTEN = {
    b"content-type",
    b"content-transfer-encoding",
    b"content-disposition",
    b"content-description",
    b"content-length",
    b"content-md5",
}
_ADDRESSED = {b"to", b"cc"}
_OPEN = "application/vnd.openxmlformats-officedocument"
_MEDIA = {
    "pdf": "application/pdf",
    "zip": "application/zip",
    "docx": f"{_OPEN}.wordprocessingml.document",
    "xlsx": f"{_OPEN}.spreadsheetml.sheet",
    "pptx": f"{_OPEN}.presentationml.presentation",
}


class CureError(Exception):
    """The message cannot be mended so. `reason` is one of: another-part, only-part, damaged, password, nothing-to-do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def mend(raw: bytes, plan: Plan, directory: Directory) -> bytes:
    """The message with the plan carried out."""
    made = raw
    chosen = [(leaf, target, True) for target, leaf in _found(raw, plan.encrypt)]
    chosen += [(leaf, target, False) for target, leaf in _found(raw, plan.remove)]
    for leaf, target, lock in sorted(chosen, key=lambda one: -one[0].start):
        made = _locked(made, leaf, target, plan.password, directory) if lock else _removed(made, leaf)
    made = _with_fields(made, plan, directory)
    if plan.replace:
        made = with_school_address(made, plan, directory)
    if made == raw and (
        plan.initials or plan.replace
    ):  # hidden addresses may have stood nowhere: that is no failure
        raise CureError("nothing-to-do")
    return made


def _found(raw: bytes, targets: tuple[Target, ...]) -> list[tuple[Target, Leaf]]:
    """Each target with its place; a part that is not the one scanned is not touched."""
    there = leaves(raw)
    found = []
    for target in targets:
        step = target.path.split("/")[1:2]
        number = int(step[0]) if step and step[0].isdigit() else -1
        if not 0 <= number < len(there) or not there[number].is_part(raw, target.sha256):
            raise CureError("another-part")
        found.append((target, there[number]))
    return found


def _removed(raw: bytes, leaf: Leaf) -> bytes:
    if leaf.siblings < 2:
        raise CureError("only-part")
    return raw[: leaf.cut_from] + raw[leaf.cut_to :]


def _locked(raw: bytes, leaf: Leaf, target: Target, password: str, directory: Directory) -> bytes:
    """The part with its content encrypted, under a name that names nobody."""
    head = raw[leaf.start : leaf.body]
    name, data = _protected(leaf.content(raw), target, _name(head, target, directory), password)
    media = _MEDIA.get(name.rsplit(".", 1)[-1].lower(), "application/octet-stream")
    part = EmailMessage(policy=SMTP)
    part.set_content(data, *media.split("/", 1), disposition="attachment", filename=name)
    fresh = part.as_bytes()
    kept = fields.changed(_ended(head), lambda name, field: None if name in _REWRITTEN else field)
    new_head = fields.changed(
        fresh[: head_end(fresh)], lambda name, field: None if name == b"mime-version" else field
    )
    made = new_head + fresh[head_end(fresh) :].removesuffix(b"\r\n")
    if b"\r\n" not in head and b"\n" in head:
        made = made.replace(b"\r\n", b"\n")
    return raw[: leaf.start] + kept + made + raw[leaf.end :]


def _ended(head: bytes) -> bytes:
    """A header block without the empty line that ends it."""
    for end in (b"\r\n", b"\n"):
        if head == end or head.endswith((end + end, b"\n" + end)):
            return head.removesuffix(end)
    return head


def _protected(data: bytes, target: Target, name: str, password: str) -> tuple[str, bytes]:
    """What has a lock of its own is locked so; what refuses, since it is locked already or odd, goes into an archive."""
    try:
        return protect(data, kind=target.kind, name=name, password=password)
    except ProtectError as refused:
        if refused.reason == "password":
            raise CureError("password") from None
    try:
        return protect(data, kind="", name=name, password=password)
    except ProtectError as refused:
        raise CureError(refused.reason) from None


def _name(head: bytes, target: Target, directory: Directory) -> str:
    """The file's own name where it names no pupil; "attachment" and the ending otherwise."""
    names = file_names(message_from_bytes(head))
    name = names[0] if names else ""
    if name and all(mask_label(one, directory) == one for one in names):
        return name
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else target.kind
    return f"attachment.{ending}" if ending.isalnum() and len(ending) <= 5 else "attachment"


def _with_fields(raw: bytes, plan: Plan, directory: Directory) -> bytes:
    """The header of the message with initials and without tags in its subject, and without hidden recipients."""
    if not (plan.initials or plan.hide or plan.untag):
        return raw

    def change(name: bytes, field: bytes) -> bytes | None:
        if name in fields.SUBJECTS:
            field = fields.without_tags(field, plan.untag)
            return fields.with_initials(field, directory) if plan.initials else field
        if plan.hide and name in _ADDRESSED:
            return fields.without(field, plan.hide)
        return field

    end = head_end(raw)
    return fields.changed(raw[:end], change) + raw[end:]
