"""A pupil's name and illness as one sentence: wherever it stands in a message, the scan finds both."""

from detectors.limits import Limits
from detectors.scan import scan
from tests.support.people import SCHOOL

NEEDLE = "Amelia Thompson has diabetes"
HEAD = (
    b"From: Sarah Green <s.green@example.sch.uk>\r\nTo: parent@example.org\r\nSubject: Hi\r\n"
    b"Date: Mon, 02 Jun 2025 10:00:00 +0100\r\nMessage-ID: <1@example.sch.uk>\r\nMIME-Version: 1.0\r\n"
)
TOLD = {"pupil-name", "sensitive-term"}


def found(raw: bytes) -> set[str]:
    """The kinds of all findings in the message but those of its own addresses."""
    return {f.kind for f in scan(raw, SCHOOL, Limits(try_seconds=0)).findings} - {"header-address"}


def mail(fields: str, body: bytes | str) -> bytes:
    """A message with these fields beside the usual ones."""
    return HEAD + fields.encode() + b"\r\n" + (body if isinstance(body, bytes) else body.encode())


def text(body: bytes | str, kind: str = "text/plain", encoding: str = "7bit") -> bytes:
    """A message whose one part is this text."""
    return mail(f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n", body)


def parts(*inner: str, before: str = "", behind: str = "") -> bytes:
    """A message in parts, each with its fields, and what stands around them."""
    body = "".join(f"--b\r\n{part}\r\n" for part in inner)
    return mail("Content-Type: multipart/mixed; boundary=b\r\n", f"{before}{body}--b--\r\n{behind}")
