"""The words between the gateway and a worker: length-capped frames of MessagePack over pipes, decoded into known types. Never pickle."""

import struct
from datetime import date

import msgspec

from detectors.cure.plan import Plan
from detectors.directory.people import Contact, Directory, Pupil, Staff
from detectors.findings import Scan
from detectors.limits import Limits
from detectors.seen import Seen

HEAD = struct.Struct("!I")
MAX_REQUEST = 600_000_000  # a directory of a large trust, or a message
MAX_REPLY = 64_000_000  # 5,000 findings take 3 MB; a cured file of 50 MB crosses back too


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """To the template: what every worker from now on needs before it locks itself in."""

    directory: Directory
    limits: Limits
    memory: int
    require_sandbox: bool
    spacy_model: str = ""
    ocr: bool = False


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A message to scan; its bytes are the next frame. `skip` names parts that ended a worker before.

    With `look`, pictures that should be read are answered before the scan; `seen` is what was then read in them.
    """

    skip: dict[str, str] = {}
    look: bool = False
    seen: dict[str, Seen] | None = None


class Protect(msgspec.Struct, frozen=True, kw_only=True):
    """A file to encrypt; its bytes are the next frame."""

    kind: str
    name: str
    password: str


class Mend(msgspec.Struct, frozen=True, kw_only=True):
    """A message to change; its bytes are the next frame."""

    plan: Plan


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """The files of an export, by their names."""

    files: tuple[tuple[str, bytes], ...]
    today: date


class Fork(msgspec.Struct, frozen=True, kw_only=True):
    """To the template: a new worker that runs `serve` of this module in this folder; its end of the socket comes along."""

    module: str
    folder: str


class End(msgspec.Struct, frozen=True, kw_only=True):
    """To the template: end this worker and all that it started."""

    pid: int


class Lines(msgspec.Struct, frozen=True, kw_only=True, tag="lines"):
    """Lines in which people may be named: asked by a worker, passed on to the language model's process."""

    lines: tuple[str, ...]


class People(msgspec.Struct, frozen=True, kw_only=True, tag="people"):
    """Per line the spans of people; None where nobody could look."""

    spans: tuple[tuple[tuple[int, int], ...], ...] | None = None


class Picture(msgspec.Struct, frozen=True, kw_only=True, tag="picture"):
    """Grey pixels, packed: from a worker to the gateway, and from there to the reader of pictures. `quick` asks for a quick try first."""

    key: str
    width: int
    height: int
    packed: bytes
    quick: bool = False


class Words(msgspec.Struct, frozen=True, kw_only=True, tag="words"):
    """What the reader of pictures saw in one."""

    lines: tuple[str, ...]
    poor: int


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag="ready"):
    """The worker is warm and locked in; `barriers` names what holds it."""

    barriers: tuple[str, ...]


class Forked(msgspec.Struct, frozen=True, kw_only=True, tag="forked"):
    """The new worker; its number is its own until it is ended."""

    pid: int


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """The worker is gone."""


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag="answer"):
    """The scan; `peak` is the most memory the worker has held, in bytes."""

    scan: Scan
    peak: int = 0


class Made(msgspec.Struct, frozen=True, kw_only=True, tag="made"):
    """The protected file."""

    name: str
    data: bytes


class Exported(msgspec.Struct, frozen=True, kw_only=True, tag="exported"):
    """The people of an export; of each file its columns: header, field, whether it is never imported."""

    format: str
    pupils: tuple[Pupil, ...]
    staff: tuple[Staff, ...]
    contacts: tuple[Contact, ...]
    columns: dict[str, tuple[tuple[str, str, bool], ...]]
    weak: int  # names that are ordinary words too


class Faulty(msgspec.Struct, frozen=True, kw_only=True, tag="faulty"):
    """What is wrong with an export: places, never values."""

    file: str
    line: int
    column: str
    problem: str
    remedy: str


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """What the worker could not do: a word from a fixed list, never a text from the message."""

    reason: str


Reply = Ready | Forked | Ended | Answer | Made | Failed | Lines | People | Picture | Words | Exported | Faulty
Request = Ask | Protect | Mend | Read | Fork | End | Lines | People | Picture


class _Asked(msgspec.Struct, frozen=True):
    kind: str
    body: msgspec.Raw


_REQUESTS: dict[str, type[Setup] | type[Request]] = {
    "setup": Setup,
    "ask": Ask,
    "protect": Protect,
    "mend": Mend,
    "read": Read,
    "fork": Fork,
    "end": End,
    "lines": Lines,
    "people": People,
    "picture": Picture,
}
_reply: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


def pack_request(request: Setup | Request) -> bytes:
    """A frame with its length in front."""
    body = msgspec.msgpack.encode(
        _Asked(type(request).__name__.lower(), msgspec.Raw(msgspec.msgpack.encode(request)))
    )
    return HEAD.pack(len(body)) + body


def unpack_request(frame: bytes) -> Setup | Request:
    asked = msgspec.msgpack.decode(frame, type=_Asked)
    return msgspec.msgpack.decode(asked.body, type=_REQUESTS[asked.kind])


def pack_reply(reply: Reply) -> bytes:
    body = msgspec.msgpack.encode(reply)
    return HEAD.pack(len(body)) + body


def unpack_reply(frame: bytes) -> Reply:
    """Only data of known types comes out; anything else raises msgspec.ValidationError."""
    return _reply.decode(frame)
