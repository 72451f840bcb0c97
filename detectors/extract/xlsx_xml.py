"""The XML of a workbook made ready for patterns: UTF-8, nothing in it that hides a cell from them, and how far they may look."""

import re
from collections.abc import Callable, Iterator

from detectors.extract.marks import Marks
from detectors.extract.reading import Reading, Unreadable

_ODD = Marks(odd=rb"<!(?:--|\[CDATA\[|DOCTYPE|ENTITY)", spaced=rb"[ \t\r\n]>")  # "</c >" ends a cell, too


def tidy(data: bytes, out: Reading) -> bytes:
    """XML that the fast patterns read rightly: UTF-8, without comments, CDATA or a document type."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        data = data.decode("utf-16", "replace").encode()
    odd = _ODD.within(data)
    if "odd" in odd:
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise Unreadable("doctype", "XML with a document type of its own, which may say anything")
        data = b"".join(_replaced(data, b"<!--", b"-->", lambda _: b""))
        data = b"".join(
            _replaced(
                data, b"<![CDATA[", b"]]>", lambda raw: raw.replace(b"&", b"&amp;").replace(b"<", b"&lt;")
            )
        )
    if "spaced" in odd:
        data = re.sub(rb"(</[\w:.-]+)[ \t\r\n]+>", rb"\1>", data)
    out.check_time()
    return data


def _replaced(data: bytes, begin: bytes, end: bytes, made: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """The bytes with something in the place of what stands between such marks; a mark without an end is left."""
    done = 0
    while (start := data.find(begin, done)) >= 0 and (stop := data.find(end, start + len(begin))) >= 0:
        yield data[done:start]
        yield made(data[start + len(begin) : stop])
        done = stop + len(end)
    yield data[done:]


def last_end(data: bytes, name: bytes) -> int:
    """Where the last element of this name is closed: beyond it a pattern would seek from each opening tag an end that is not there."""
    last = data.rfind(b"</%b>" % name)
    end = last + len(name) + 3 if last >= 0 else 0
    if b":%b>" % name in data:
        end = max([end, *(match.end() for match in re.finditer(rb"</\w+:%b>" % name, data))])
    return end
