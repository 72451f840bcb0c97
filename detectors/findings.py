"""What a scan found: parts, findings and the scan itself, plain data that crosses from a worker and carries no raw value of a person."""

from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """In which region of the message a finding stands; policies speak of these."""

    SUBJECT = "subject"
    HEADER = "header"  # any other header field: display names, Reply-To, …
    BODY = "body"
    ATTACHMENT = "attachment"  # the content of an attachment, at any depth
    FILENAME = "filename"  # a file name, also one listed inside an archive
    MESSAGE = "message"  # the message as a whole


class Protection(StrEnum):
    """Whether everybody who gets a part can read it. Only STRONG is what a school wants."""

    NONE = "none"
    LOOKALIKE = "lookalike"  # looks locked, opens for everybody: owner password, sheet protection, …
    WEAK = "weak"  # a password is needed, but the cipher is broken: RC4, ZipCrypto, …
    STRONG = "strong"
    RIGHTS_MANAGED = "rights-managed"


class Strength(StrEnum):
    """How surely words name a pupil of the directory (domain: FULL, WARN, PART)."""

    FULL = "full"
    WEAK = "weak"
    PARTIAL = "partial"


class Read(StrEnum):
    """How much of a part was read. Nothing is ever cut off silently."""

    WHOLE = "whole"
    IN_PART = "in part"
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One node of the message tree. The message itself is the root part, path "0"."""

    path: str  # indexes from the root, "0/2/1": unique in a scan, holds no name
    label: str = (
        ""  # how a person would call it, hits masked: "report.zip › A… T… list.xlsx"; "" for the body
    )
    role: Where = Where.ATTACHMENT  # BODY, ATTACHMENT or MESSAGE
    declared: str = ""  # media type that the sender declared
    sniffed: str = ""  # our own name of the type found in the bytes: "pdf", "xlsx", "zip", …
    size: int = 0  # bytes, decoded
    sha256: str = ""  # of the decoded bytes, hex
    protection: Protection = Protection.NONE
    protected_how: str = ""  # "AES-256 (R6)", "owner password only", …
    read: Read = Read.WHOLE
    read_why: str = ""  # why not whole: "page limit", "locked", …


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a policy may care about. `kind` is a key of `detectors.kinds.KINDS`."""

    kind: str  # "pupil-name", "nhs-number", "personal-data", "unreadable:corrupt", …
    recognizer: str  # who found it
    part: str = "0"  # Part.path
    where: Where = Where.MESSAGE
    place: str = ""  # in words: "line 2", "sheet 1, cells B2:B31", "page 3, comment"
    score: float = 1.0  # 0..1: structure, checksum, context and count together
    strength: Strength | None = None  # names only
    person: str = ""  # opaque directory id; "" when on no list
    people: tuple[str, ...] = ()  # personal-data only: the distinct people counted (ids, or "~"+fingerprint)
    level: int = 0  # personal-data only: 0..4 for P0..P4 (docs/levels.md)
    count: int = 1
    masked: str = ""  # "A… T…", "s…4@g….com"
    fingerprint: str = ""  # keyed hash of the normalised value, for joining only
    quoted: bool = False  # stands in the quoted thread, not in what the sender wrote
    why: str = ""  # one plain sentence without any value


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """All that one scan says: the tree of parts, the findings, and what said so."""

    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    versions: dict[str, str]  # "detectors", "directory", …
