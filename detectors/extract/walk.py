"""Walks the tree of parts, cheapest first; whatever an extractor does, the part ends as read, read in part or not read."""

import hashlib
import heapq
from collections.abc import Callable, Mapping

from detectors.extract import carried, mime
from detectors.extract.archive_zip import open_zip, tail
from detectors.extract.keys import try_locks
from detectors.extract.memory import Memory
from detectors.extract.panics import contained
from detectors.extract.reading import Node, Reading, Unreadable
from detectors.extract.sight import Sight
from detectors.extract.sweep import strings
from detectors.extract.table import EXTRACTORS, OPAQUE, PICTURES, Extractor
from detectors.findings import Protection, Read, Where
from detectors.limits import Limits
from detectors.sniff import disguised, sniff


def read_message(
    raw: bytes,
    limits: Limits,
    *,
    hints: Callable[[str], tuple[str, ...]] = lambda _: (),
    progress: Callable[[str], None] = lambda _: None,
    skip: Mapping[str, str] | None = None,
    memory: Memory | None = None,
    sight: Sight | None = None,
) -> Reading:
    """Read a message whole. `skip` names parts that killed a worker before, with the reason."""
    reading = Reading(limits=limits, hints=hints, progress=progress, skip=skip or {}, sight=sight or Sight())
    root = Node(path="0", data=raw, role=Where.MESSAGE, type="eml", size=len(raw))
    reading.nodes.append(root)
    _read(root, reading, memory)
    drain(reading, memory)
    while reading.locked:  # what a tried password opens may hold locked files again
        try_locks(reading)
        drain(reading)
    for node in reading.nodes:
        node.data = b""
    if memory is not None:
        memory.keep(reading)
    return reading


def drain(reading: Reading, memory: Memory | None = None) -> None:
    """Read what waits, small parts first."""
    while reading.waiting:
        _, _, node = heapq.heappop(reading.waiting)
        _read(node, reading, memory)


def _read(node: Node, out: Reading, memory: Memory | None = None) -> None:
    node.sha256 = hashlib.sha256(node.data).hexdigest()
    node.size = len(node.data)
    if out.late:
        out.unreadable(node, "time", "the time for the message was over before this part")
        return
    if node.depth > out.limits.depth:
        out.unreadable(node, "too-deep", "lies deeper than parts are read")
        return
    if node.path in out.skip:
        out.unreadable(node, out.skip[node.path], "reading this part ended the reading process")
        return
    if memory is not None and memory.recall(node, out):
        node.data = b""
        return
    out.progress(node.path)
    out.part_started = out.clock()
    try:
        node.type = node.type or sniff(node.data, node.name, node.declared)
        with contained():
            _extract(node, out)
    except Unreadable as stop:
        _stopped(node, out, stop)
    except MemoryError:
        out.unreadable(node, "memory", "needs more memory than a part may use")
    except RecursionError:
        out.unreadable(node, "too-deep", "is nested deeper than parts are read")
    except Exception as surprise:  # noqa: BLE001 - hostile bytes make any library raise anything: it is a finding
        out.unreadable(node, "corrupt", f"cannot be read ({type(surprise).__name__})")
    finally:
        if node not in out.locked:
            node.data = b""


def _stopped(node: Node, out: Reading, stop: Unreadable) -> None:
    """The rest of the part is unread; had it said anything, it was read in part."""
    some = node.chars or node.children
    out.unreadable(node, stop.reason, stop.why, read=Read.IN_PART if some else Read.NOT)


_PLAIN = frozenset(
    {"body-text", "txt", "csv", "json", "headers", "pgp", "pem"}
)  # texts in which base64 may stand
_NO_TAIL = frozenset(
    [
        "zip",
        "docx",
        "xlsx",
        "xlsb",
        "pptx",
        "vsdx",
        "xps",
        "epub",
        "iwork",
        "odt",
        "ods",
        "odp",
        "odg",
        "odf",
        "eml",
        "body-text",
        "body-html",
        "headers",
        "doc",
        "xls",
        "ppt",
        "msg",
        "ole",
        "pub",
        "vsd",
        "tnef",
        "tar",
        "iso",
        "rar",
        "7z",
        "cab",
        "gz",
        "bz2",
        "xz",
        "zst",
        "cpio",
        "ar",
        "xar",
    ]
)


def _tail(node: Node, out: Reading) -> None:
    """A picture, PDF or program with a ZIP at its end is that ZIP as well."""
    if node.type in _NO_TAIL or not (hidden := tail(node.data)):
        return
    try:
        names = open_zip(hidden).namelist()
    except Unreadable:
        return
    if names:
        out.child(node.parent or node, hidden, name="archive at the end", hidden=True)
        out.find(node, "disguised", f"an archive stands at the end of the {node.type}")


def _carried(node: Node, out: Reading) -> None:
    """What stands in a picture, sound, film, text or PDF beside its own content, and beside its lock."""
    home = node.parent or node
    if node.type == "pdf":
        if said := carried.after_pdf(node.data):
            out.child(home, said.encode(), hidden=True, type="txt")
    elif node.type not in _PLAIN:
        out.text(node, carried.runs(node.data), place="inside the file", hidden=True)
    if "searched" not in node.facts:
        _documents(node, out, home)
    if node.type in OPAQUE:
        _tail(node, out)


def _documents(node: Node, out: Reading, home: Node) -> None:
    """Documents that begin inside. Each is cut out once: what begins inside one of them was found with it."""
    found, more = carried.documents(node.data)
    for place, inner in enumerate(found, 1):
        out.unpacked(len(inner))
        last = more and place == len(found)
        out.child(home, inner, hidden=True, facts={} if last else {"searched": "yes"})
        out.find(node, "disguised", f"a document stands inside the {node.type}")
    if more and found and not found[-1].startswith(b"%PDF-"):
        out.partly(node, "too-many-parts", "more documents stand inside than are read")


def _extract(node: Node, out: Reading) -> None:
    if not node.data:
        return
    if other := disguised(node.type, node.name, node.declared):
        out.find(node, "disguised", f"the name says {other}, the content is {node.type}")
    if node.type in OPAQUE:
        node.read, node.why = Read.NOT, "holds no text"
        ends = node.data[:65_536] + (node.data[-65_536:] if len(node.data) > 65_536 else b"")
        out.text(node, strings(ends), place="properties", hidden=True)
        _carried(node, out)
        out.find(node, "opaque", "sound, film or a font: holds no text that could be read")
        return
    read: Extractor | None = EXTRACTORS.get(node.type)
    if read is None:
        out.text(node, strings(node.data), place="somewhere in the file", hidden=True)
        out.unreadable(
            node, "unknown-type" if node.type == "unknown" else "unsupported", "a format that is not read"
        )
        return
    read(node, out)
    if node.type in _PLAIN:
        mime.hidden_in(node.data, node, out)
    if node.type in _PLAIN or node.type in PICTURES or node.type == "pdf":
        _carried(node, out)
    _tail(node, out)
    if (
        node.protection in {Protection.STRONG, Protection.WEAK, Protection.RIGHTS_MANAGED}
        and node.read is Read.WHOLE
        and not node.children
    ):
        node.read, node.why = Read.NOT, "locked"
