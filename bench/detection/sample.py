"""What the corpora are made of: a made-up school and labelled messages. A label says what stands in a message, never what some code finds."""

from dataclasses import dataclass, field

Place = tuple[str, str]  # (where, kind): ("body", "upn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    id: str
    culture: str
    forename: str  # legal, with middle names
    surname: str
    known: str = ""
    former: str = ""
    class_name: str
    dob: str  # 2014-05-14
    upn: str
    admission: str
    joined: bool = False  # the forename's words belong together: Li Wei, María José
    weak: bool = False  # ordinary words: Will Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Adult:
    id: str
    title: str
    forename: str
    surname: str
    email: str
    child: str = ""  # a parent's
    role: str = ""  # a colleague's


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    name: str
    domain: str
    children: tuple[Child, ...]
    staff: tuple[Adult, ...]
    parents: tuple[Adult, ...]
    office: str  # telephone


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    id: str
    kind: str  # "subject", "identifier", "trap" or "ordinary"
    case: str  # form of the name, kind of the number, name of the trap or of the ordinary mail
    culture: str = ""
    raw: bytes = field(repr=False)
    sender: str
    recipients: tuple[str, ...]
    full: frozenset[str] = frozenset()  # pupils whose full name stands in the subject
    weak: frozenset[str] = frozenset()  # named doubtfully there: a full name would say too much
    either: frozenset[str] = frozenset()  # the rules leave it open
    wanted: frozenset[Place] = frozenset()  # identifiers that stand there
    optional: frozenset[Place] = frozenset()  # true, but nobody misses it: the sender's own telephone
    ordinary: bool = False  # must not be held
    texts: tuple[tuple[str, str], ...] = field(
        default=(), repr=False
    )  # (where, words) for readers of plain text
