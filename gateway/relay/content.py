"""What the bytes of a message ask of the next hop, and their dot-stuffed form; the bytes themselves are never changed."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.line_ends import stuffed, stuffed_blocks
from policies.envelope import Envelope

_BLOCK = (
    256 * 1024
)  # bytes handed to the transport at once: large enough to be cheap, small enough to bound its buffer


@dataclass(frozen=True, slots=True)
class Content:
    """One message on its way out: the trace in front, the bytes as received, and what they need."""

    trace: bytes
    raw: bytes
    eight_bit: bool
    utf8: bool

    @property
    def size(self) -> int:
        """Bytes as SIZE counts them (RFC 1870): without the stuffing."""
        return len(self.trace) + len(self.raw)

    def blocks(self) -> Iterator[bytes | memoryview]:
        """The wire form with the final dot, in blocks; only the last one holds the end."""
        end = b".\r\n" if self.raw.endswith(b"\r\n") or not self.raw else b"\r\n.\r\n"
        if len(self.raw) <= _BLOCK:
            yield b"".join((self.trace, stuffed(self.raw), end))
            return
        yield self.trace
        yield from stuffed_blocks(self.raw, _BLOCK)
        yield end


def content(envelope: Envelope, raw: bytes, trace: bytes) -> Content:
    """Look once at the bytes and addresses: 8-bit anywhere, and UTF-8 where only SMTPUTF8 allows it."""
    ascii_addresses = envelope.mail_from.isascii() and all(a.isascii() for a in envelope.addresses)
    eight_bit = not raw.isascii()
    header = raw[: raw.find(b"\r\n\r\n") + 1 or len(raw)] if eight_bit and envelope.smtputf8 else b""
    return Content(trace, raw, eight_bit, not ascii_addresses or not header.isascii())
