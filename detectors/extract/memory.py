"""What attachments said before: the same bytes under the same name are read once by a worker, however many parents get the newsletter."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from sys import getsizeof
from typing import TypeVar

from detectors.extract.extracts import Extract
from detectors.extract.reading import Node, Reading
from detectors.findings import Finding, Where

SMALL = 4_096  # bytes; below, reading again is as quick
CELL, ROW = 66, 130  # bytes of a cell without its letters, and of a row with its place
# Findings that depend on the rest of the message, or on how busy the machine was: such a part is read again.
_CHANCE = (
    "unreadable:time",
    "unreadable:memory",
    "unreadable:deadline",
    "unreadable:worker-crash",
    "unreadable:too-",
    "password-",
)
Key = tuple[str, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A part with all below it, as it was read."""

    nodes: tuple[Node, ...]
    extracts: tuple[Extract, ...] = field(repr=False)
    findings: tuple[Finding, ...]
    chars: int
    out_bytes: int
    held: int  # bytes of memory, roughly


class Memory:
    """Bounded by the memory that it holds; what was not asked for longest goes first."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()

    def recall(self, node: Node, out: Reading) -> bool:
        """Tell what is known of this part, if it is and if the budgets allow."""
        if not _worth(node):
            return False
        node.key = _key(node, out)
        kept = self._kept.get(node.key)
        if kept is None or out.chars + kept.chars > out.limits.text_chars:
            return False
        if len(out.nodes) + len(kept.nodes) > out.limits.parts:
            return False
        self._kept.move_to_end(node.key)
        _tell(kept, node, out)
        return True

    def keep(self, out: Reading) -> None:
        """Remember the attachments of a message that has been read."""
        new = [node for node in out.nodes if node.key and node.key not in self._kept]
        if not new:
            return
        nodes = _by_attachment(out.nodes, lambda n: n.path)
        findings = _by_attachment(out.findings, lambda f: f.part)
        extracts = _by_attachment(out.extracts, lambda e: e.part)
        for top in new:
            if top.key not in self._kept:
                self._keep(top, out, nodes[top.path], tuple(findings[top.path]), tuple(extracts[top.path]))

    def _keep(
        self,
        top: Node,
        out: Reading,
        nodes: list[Node],
        findings: tuple[Finding, ...],
        extracts: tuple[Extract, ...],
    ) -> None:
        if out.sight.open and any(n.path in out.sight.unread for n in nodes):  # another look may read them
            return
        if any(f.kind.startswith(_CHANCE) for f in findings) or any(
            n.facts.get("crypto") and n.how for n in nodes
        ):
            return
        chars = sum(len(e.text) for e in extracts)
        size = sum(held(e) for e in extracts)
        if size * 2 > self._most:
            return
        self._kept[top.key] = _Kept(
            tuple(nodes), extracts, findings, chars, sum(n.size for n in nodes[1:]), size
        )
        self._size += size
        while self._size > self._most:
            self._size -= self._kept.popitem(last=False)[1].held


def _by_attachment(found: Iterable[T], path: Callable[[T], str]) -> dict[str, list[T]]:
    """In their order, by the path of the attachment in which each lies."""
    by_top: dict[str, list[T]] = defaultdict(list)
    for one in found:
        by_top["/".join(path(one).split("/", 2)[:2])].append(one)
    return by_top


def held(extract: Extract) -> int:
    """The memory that an extract takes at most: each cell of a table is a text of its own, and each row has a place."""
    size, table = getsizeof(extract.text), extract.table
    if table is None:
        return size
    cells = len(table.header) + sum(map(len, table.rows))
    return 2 * size + CELL * cells + ROW * len(table.rows) + sum(map(len, table.places))


def _worth(node: Node) -> bool:
    return node.depth == 1 and node.size >= SMALL and node.role is Where.ATTACHMENT


def _key(node: Node, out: Reading) -> Key:
    known = node.sha256, node.name, node.declared, repr(sorted(node.facts.items())), node.type
    return (*known, "pictures" if out.sight.open else "")


def _tell(kept: _Kept, node: Node, out: Reading) -> None:
    """The same parts, texts and findings, under the path that the part has in this message."""
    first = kept.nodes[0]
    old = len(first.path)
    for name in ("type", "protection", "how", "read", "why", "children", "chars"):
        setattr(node, name, getattr(first, name))
    again = {id(first): node}
    for known in kept.nodes[1:]:
        new = copy(known)
        new.path = node.path + known.path[old:]
        new.parent = again[id(known.parent)]
        again[id(known)] = new
        out.nodes.append(new)
    for extract in kept.extracts:
        moved = replace(extract, part=node.path + extract.part[old:])
        told = (
            extract.part == first.path and extract.where is Where.FILENAME
        )  # its own name, when it was found
        if not told or moved not in out.extracts:
            out.extracts.append(moved)
    out.findings.extend(replace(f, part=node.path + f.part[old:]) for f in kept.findings)
    out.chars += kept.chars
    out.out_bytes += kept.out_bytes
