"""Every SMTP reply of ours, by name: a client hears a code, its enhanced status code and one plain ASCII sentence, never a value."""

from dataclasses import dataclass, replace
from functools import lru_cache

LINE_LIMIT = 510  # RFC 5321 §4.5.3.1.5: 512 octets with CRLF
EHLO_CODES = {220, 250, 354}  # with `enhanced` empty: RFC 2034 §4 leaves out greeting, HELO/EHLO and 3xx


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. A line break in `text` makes a multi-line reply; `enhanced` is "" only where RFC 2034 has none."""

    code: int
    enhanced: str
    text: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def deferred(self) -> bool:
        return 400 <= self.code < 500

    @property
    def refused(self) -> bool:
        return 500 <= self.code < 600

    def fill(self, **words: str) -> "Reply":
        """The same reply with the {words} of its text filled in."""
        return replace(self, text=self.text.format(**words))

    def wire(self) -> bytes:
        """The bytes on the wire, CRLF included: printable ASCII, no line over the limit, whatever `text` holds."""
        return _wire(self)


@lru_cache(maxsize=128)
def _wire(reply: Reply) -> bytes:
    """Most replies are one of a few: put together once."""
    enhanced = f"{reply.code // 100}{reply.enhanced[1:]} " if reply.enhanced else ""
    *first, last = reply.text.split("\n")
    lines = [f"{reply.code}-{enhanced}{line}" for line in first]
    return b"".join(_printable(line) for line in [*lines, f"{reply.code} {enhanced}{last}"])


def _printable(line: str) -> bytes:
    """One line as sendable bytes."""
    safe = (
        line
        if line.isascii() and line.isprintable()
        else "".join(c if " " <= c <= "~" else "?" for c in line)
    )
    return safe[:LINE_LIMIT].rstrip().encode("ascii") + b"\r\n"


REPLIES: dict[str, Reply] = {
    # The session
    "greeting": Reply(220, "", "{hostname} ESMTP Schoolgate"),
    "hello": Reply(250, "", "{hostname}"),
    "bye": Reply(221, "2.0.0", "Goodbye"),
    "ok": Reply(250, "2.0.0", "OK"),
    "help": Reply(214, "2.0.0", "See RFC 5321. This server takes mail from its own school only"),
    "cannot_verify": Reply(252, "2.0.0", "Cannot verify, but will take the message"),
    "start_tls": Reply(220, "2.0.0", "Ready to start TLS"),
    "sender_ok": Reply(250, "2.1.0", "Sender OK"),
    "recipient_ok": Reply(250, "2.1.5", "Recipient OK"),
    "send_data": Reply(354, "", "End data with <CR><LF>.<CR><LF>"),
    "authenticated": Reply(235, "2.7.0", "Authentication succeeded"),
    # What became of a message
    "held": Reply(250, "2.0.0", "Message held for review, reference {id}"),
    "checked": Reply(250, "2.0.0", "Message checked and sent to nobody, reference {id}"),
    "not_checked": Reply(550, "5.7.1", "Only staff may send to this address (reference {id})"),
    "blocked": Reply(550, "5.7.1", "{reason} (reference {id})"),
    # Ours or the network's fault: the client keeps its mail and comes back
    "trouble": Reply(451, "4.3.0", "Local trouble, please try again later"),
    "no_room": Reply(451, "4.3.1", "Too much mail at once, please try again later"),
    "busy": Reply(451, "4.3.2", "Too busy, please try again later"),
    "next_hop_down": Reply(451, "4.4.1", "The next mail server does not answer, please try again later"),
    "tls_not_now": Reply(454, "4.7.0", "TLS is not available"),
    "auth_not_now": Reply(454, "4.7.0", "Cannot check the password now, please try again later"),
    "too_many_recipients": Reply(452, "4.5.3", "Too many recipients"),
    "closing": Reply(421, "4.3.2", "Closing down, please try again later"),
    "failed": Reply(421, "4.3.0", "Local trouble, closing the connection"),
    "timed_out": Reply(421, "4.4.2", "Timed out, closing the connection"),
    "too_many_connections": Reply(421, "4.7.0", "Too many connections, please try again later"),
    "too_many_from_you": Reply(
        421, "4.7.0", "Too many connections from your address, please try again later"
    ),
    "too_many_errors": Reply(421, "4.7.0", "Too many errors, closing the connection"),
    "too_many_commands": Reply(421, "4.7.0", "Too many commands without a message, closing the connection"),
    # The client's grammar
    "unrecognised": Reply(500, "5.5.1", "Command not recognised"),
    "line_too_long": Reply(500, "5.5.2", "Command line too long, closing the connection"),
    "bare_newline_command": Reply(500, "5.5.2", "Lines end with <CR><LF>, closing the connection"),
    "not_utf8": Reply(500, "5.5.2", "Command is not valid UTF-8"),
    "syntax": Reply(501, "5.5.4", "Syntax: {usage}"),
    "bad_parameter": Reply(501, "5.5.4", "Bad value of parameter {parameter}"),
    "bad_base64": Reply(501, "5.5.2", "Cannot decode base64"),
    "auth_cancelled": Reply(501, "5.7.0", "Authentication cancelled"),
    "not_implemented": Reply(502, "5.5.1", "Command not implemented"),
    "not_http": Reply(502, "5.5.1", "This is a mail server, closing the connection"),
    "need_hello": Reply(503, "5.5.1", "Send EHLO first"),
    "need_mail": Reply(503, "5.5.1", "Send MAIL first"),
    "need_recipient": Reply(503, "5.5.1", "Send RCPT first"),
    "nested_mail": Reply(503, "5.5.1", "A message is under way already"),
    "tls_already": Reply(503, "5.5.1", "TLS is on already"),
    "auth_already": Reply(503, "5.5.1", "Authenticated already"),
    "auth_in_mail": Reply(503, "5.5.1", "No AUTH within a message"),
    "auth_mechanism": Reply(504, "5.5.4", "Mechanism not offered"),
    "pipelined_tls": Reply(554, "5.5.0", "Data behind STARTTLS, closing the connection"),
    "unknown_parameter": Reply(555, "5.5.4", "Parameter not recognised"),
    # Who may send
    "tls_first": Reply(530, "5.7.0", "Send STARTTLS first"),
    "auth_first": Reply(530, "5.7.0", "Authentication required"),
    "auth_failed": Reply(535, "5.7.8", "User name or password is wrong"),
    "auth_needs_tls": Reply(538, "5.7.11", "Send STARTTLS before AUTH"),
    "client_unknown": Reply(554, "5.7.1", "Your address may not send mail here"),
    "client_unproven": Reply(550, "5.7.1", "Mail from your network needs the agreed TLS client certificate"),
    "tenant_unproven": Reply(550, "5.7.1", "The message does not come from the agreed tenant"),
    # Addresses and content
    "bad_sender": Reply(553, "5.1.7", "Not a valid sender address"),
    "bad_recipient": Reply(553, "5.1.3", "Not a valid recipient address"),
    "source_route": Reply(553, "5.1.3", "Source routes are not accepted"),
    "needs_smtputf8": Reply(553, "5.6.7", "An address beyond ASCII needs SMTPUTF8"),
    "too_big": Reply(552, "5.3.4", "Message larger than the limit"),
    "bare_newline": Reply(550, "5.6.0", "Bare <CR> or <LF> in the message, closing the connection"),
    "loop": Reply(554, "5.4.6", "Mail loop: the message has been here too often"),
    "next_hop_no_8bitmime": Reply(550, "5.6.3", "The next mail server does not take 8-bit mail"),
    "next_hop_no_smtputf8": Reply(
        550, "5.6.7", "The next mail server does not take internationalised addresses"
    ),
}
