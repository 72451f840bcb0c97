"""The reading of one message: the tree of parts, what was found in each, and the budgets that bound it. Says of every part whether it was read."""

import heapq
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from detectors.extract.charsets import whole_letters
from detectors.extract.extracts import Extract, Table
from detectors.extract.sight import Sight
from detectors.findings import Finding, Protection, Read, Where
from detectors.limits import Limits

RECOGNIZER = "reading"


class Unreadable(Exception):  # noqa: N818 - it names a state of a part, as the finding does
    """A part, or the rest of it, cannot be read. `reason` is the second half of the finding's kind."""

    def __init__(self, reason: str, why: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.why = why or reason


@dataclass(slots=True, eq=False)
class Node:
    """A part while it is being read."""

    path: str
    data: bytes = field(repr=False)
    name: str = field(default="", repr=False)
    declared: str = ""
    role: Where = Where.ATTACHMENT
    depth: int = 0
    parent: "Node | None" = field(default=None, repr=False)
    hidden: bool = False
    quoted: bool = False
    type: str = ""
    size: int = 0
    sha256: str = ""
    protection: Protection = Protection.NONE
    how: str = ""
    read: Read = Read.WHOLE
    why: str = ""
    children: int = 0
    chars: int = 0
    key: tuple[str, ...] = field(default=(), repr=False)  # under which a worker remembers it
    facts: dict[str, str] = field(
        default_factory=dict, repr=False
    )  # what the container knows: charset, format, …

    @property
    def top(self) -> "Node":
        """The attachment of the message in which this part lies."""
        node = self
        while node.parent is not None and node.parent.parent is not None:
            node = node.parent
        return node

    @property
    def in_attached(self) -> bool:
        """Whether some ancestor, other than the message itself, holds this part."""
        return self.role is Where.ATTACHMENT

    @property
    def order(self) -> tuple[int, ...]:
        """The place in the tree, as numbers that sort."""
        return tuple(int(step) for step in self.path.split("/"))


@dataclass(slots=True)
class Reading:
    """Collects what the extractors find. Every budget of the message is charged here."""

    limits: Limits
    clock: Callable[[], float] = time.monotonic
    progress: Callable[[str], None] = lambda _: None
    skip: Mapping[str, str] = field(default_factory=dict)  # path -> why a try before this one failed there
    hints: Callable[[str], tuple[str, ...]] = (
        lambda _: ()
    )  # words of a message -> passwords that anybody would try
    sight: Sight = field(default_factory=Sight)
    nodes: list[Node] = field(default_factory=list)
    extracts: list[Extract] = field(default_factory=list, repr=False)
    findings: list[Finding] = field(default_factory=list)
    waiting: list[tuple[int, int, Node]] = field(default_factory=list, repr=False)
    locked: list[Node] = field(default_factory=list, repr=False)
    pages: dict[str, str] = field(
        default_factory=dict, repr=False
    )  # path of a short HTML body that was parsed -> its source
    out_bytes: int = 0
    chars: int = 0
    started: float = 0.0
    part_started: float = 0.0
    try_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.started = self.part_started = self.clock()

    # --- what extractors say -------------------------------------------------------------------------

    def text(
        self,
        node: Node,
        text: str,
        *,
        place: str = "",
        where: Where | None = None,
        quoted: bool = False,
        hidden: bool = False,
        table: Table | None = None,
    ) -> None:
        """Text of a part. Beyond the budget the rest of the part is unreadable, and said so."""
        if not text or text.isspace():
            return
        text = whole_letters(text)
        room = min(self.limits.text_chars - self.chars, self.limits.part_chars - node.chars)
        if len(text) > room:
            text, table = text[: max(room, 0)], None
        self.chars += len(text)
        node.chars += len(text)
        self.extracts.append(
            Extract(
                part=node.path,
                where=where or node.role,
                place=place,
                text=text,
                quoted=quoted or node.quoted,
                hidden=hidden or node.hidden,
                table=table,
            )
        )
        if len(text) >= room:
            raise Unreadable("too-much-text", "more text than is read in one part or message")

    def child(
        self,
        parent: Node,
        data: bytes,
        *,
        name: str = "",
        declared: str = "",
        role: Where = Where.ATTACHMENT,
        hidden: bool = False,
        cost: int | None = None,
        facts: dict[str, str] | None = None,
        type: str = "",  # noqa: A002 - the word of the field
    ) -> Node:
        """A part inside a part, read later: small ones first."""
        name, declared = whole_letters(name), whole_letters(declared)
        path = f"{parent.path}/{parent.children}"
        parent.children += 1
        node = Node(
            path=path,
            data=data,
            name=name,
            declared=declared,
            role=role,
            depth=parent.depth + 1,
            parent=parent,
            hidden=hidden or parent.hidden,
            quoted=parent.quoted,
            type=type,
            facts=facts or {},
            size=len(data),
        )
        if len(self.nodes) >= self.limits.parts:
            raise Unreadable("too-many-parts", "more parts than are read in one message")
        self.nodes.append(node)
        if name:
            self.text(node, name, place="file name", where=Where.FILENAME)
        heapq.heappush(self.waiting, (len(data) if cost is None else cost, len(self.nodes), node))
        return node

    def find(
        self, node: Node, kind: str, why: str, *, place: str = "", count: int = 1, masked: str = ""
    ) -> None:
        """A finding about the part itself."""
        if any(f.kind == kind and f.part == node.path and f.place == place for f in self.findings[-50:]):
            return
        self.findings.append(
            Finding(
                kind=kind,
                recognizer=RECOGNIZER,
                part=node.path,
                where=node.role,
                place=place,
                count=count,
                why=why,
                masked=masked,
            )
        )

    def unreadable(
        self, node: Node, reason: str, why: str, *, read: Read = Read.NOT, place: str = "", count: int = 1
    ) -> None:
        """The part, or some of it, was not read: a finding, and a word in the list of parts."""
        if node.read is not Read.NOT:
            node.read = read
        node.why = node.why or why
        self.find(node, f"unreadable:{reason}", why, place=place, count=count)

    def partly(self, node: Node, reason: str, why: str, *, place: str = "", count: int = 1) -> None:
        """Some of the part was not read."""
        self.unreadable(node, reason, why, read=Read.IN_PART, place=place, count=count)

    def protect(self, node: Node, protection: Protection, how: str) -> None:
        """What stands between the part and whoever gets it."""
        node.protection, node.how = protection, how
        self.find(node, f"protected:{protection.value}", how)

    # --- what is spent -------------------------------------------------------------------------------

    def unpacked(self, count: int) -> None:
        """Charge bytes that came out of something packed."""
        self.out_bytes += count
        if self.out_bytes > self.limits.out_bytes:
            raise Unreadable("too-big", "unpacks to more bytes than are read in one message")

    @property
    def room(self) -> int:
        """How many bytes the next entry may unpack to."""
        return max(0, min(self.limits.entry_bytes, self.limits.out_bytes - self.out_bytes))

    def check_time(self) -> None:
        """Called in loops: a part that takes too long is left, and said so."""
        now = self.clock()
        if now - self.part_started > self.limits.part_seconds or now - self.started > self.limits.seconds:
            raise Unreadable("time", "takes longer to read than a part or message may")

    @property
    def late(self) -> bool:
        """Whether the time for reading is over."""
        return self.clock() - self.started > self.limits.seconds
