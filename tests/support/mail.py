"""Messages as a test or a demonstration needs them: made by code, with real attachments."""

import itertools
from email.message import EmailMessage
from email.policy import SMTP

_count = itertools.count(1)


def make_message(
    *,
    subject: str = "Reading books",
    sender: str = "Sarah Green <s.green@example.sch.uk>",
    to: str = "parent@example.org",
    body: str = "Dear parent,\r\n\r\nPlease send the books back by Friday.\r\n\r\nSarah Green\r\n",
    html: str = "",
    attach: tuple[tuple[str, str, bytes], ...] = (),
    headers: dict[str, str] | None = None,
) -> bytes:
    """A message as its wire form without dot-stuffing; `attach` rows are (file name, media type, bytes)."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Mon, 02 Jun 2025 10:00:00 +0100"
    numbered = {"Message-ID": f"<test-{next(_count)}@example.sch.uk>"}
    for name, value in (numbered | (headers or {})).items():
        message[name] = value
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for filename, media_type, data in attach:
        kind, _, subtype = media_type.partition("/")
        message.add_attachment(data, maintype=kind, subtype=subtype, filename=filename)
    return message.as_bytes()
