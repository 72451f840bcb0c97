"""The XML of a workbook made ready for patterns: as most programs write it they read it at once, any other way it is parsed and written anew."""

import re
from html import escape
from xml.parsers import expat

from detectors.extract.marks import Marks
from detectors.extract.reading import Node, Reading, Unreadable

_DECLARATION = re.compile(rb"\xef\xbb\xbf|(?:\xef\xbb\xbf)?\s*<\?xml[^<>]{0,190}\?>")
_UTF_8 = re.compile(rb"encoding\s*=\s*[\"']utf-?8[\"']", re.IGNORECASE)
_ROOT = re.compile(rb"\s*<([^\s<>/!?]{1,100})")
# What patterns would read otherwise than a parser: comments and their kin, instructions, quotes of the other kind, white
# space in odd places, letters that no XML may hold, and prefixes with more than letters and figures.
_ODD = Marks(
    declared=rb"<[!?]",
    spaced=rb"[ \t\r\n]>",
    quoted=rb"='",
    apart=rb"[ \t\r\n]=|=[ \t\r\n]",
    control=rb"[\x00-\x08\x0b\x0c\x0e-\x1f]",
    prefixes=rb"xmlns:[a-zA-Z0-9_]*[.\x80-\xff-]",
)
_IN_WORDS = {"quoted", "apart"}  # which these may be as well
_IN_TAGS = re.compile(rb"<[^<>]*(?:=[ \t\r\n]*'|[ \t\r\n]=[ \t\r\n]*\"|=[ \t\r\n]+\")")
# The same of attributes, asked where nothing else tells: ">" in a value, and signs in those that matter.
_ATTRIBUTES = Marks(
    open=rb"=\"[^\"<>]*>",
    signs=rb"[ \t\r\n](?:r|s|t|min|max|hidden|sheet|numFmtId)=\"[^\"<>]*&",
)
_OWN = frozenset(
    {
        "",
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
_SPACE = "http://www.w3.org/XML/1998/namespace space"
_TELLING = frozenset({"row", "c", "v", "f", "is", "si", "t", "r", "rPh", "col", "xf", "numFmt", "cellXfs"})


def tidy(data: bytes, node: Node, out: Reading) -> bytes:
    """XML that the fast patterns read rightly; damage is said, and what stands before and behind it is kept."""
    if not _is_plain(data):
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise Unreadable("doctype", "XML with a document type of its own, which may say anything")
        data = _Written(out).anew(data, node)
    out.check_time()
    return data


def closer(data: bytes, node: Node, out: Reading) -> bytes:
    """The same for patterns that take any attributes for a cell's."""
    return _Written(out).anew(data, node) if _ATTRIBUTES.within(data) else data


def _is_plain(data: bytes) -> bool:
    """Whether patterns see what a parser sees: UTF-8, nothing odd in it, and its first element ends at the end."""
    declared = _DECLARATION.match(data)
    begin = declared.end() if declared else 0
    if declared and b"encoding" in declared[0] and not _UTF_8.search(declared[0]):
        return False
    root = _ROOT.match(data, begin)
    if root is None or b"\0" in data[:100]:
        return False
    closed = data[-200:].rstrip().endswith(b"</%b>" % root[1]) or data.find(b">", begin) + 1 == len(data)
    odd = _ODD.within(memoryview(data)[begin:])
    return closed and (not odd or (odd <= _IN_WORDS and not _IN_TAGS.search(data, begin)))


class _Written:
    """XML parsed and written in the one way that patterns know: double quotes, no prefixes, no comments."""

    def __init__(self, out: Reading) -> None:
        self.out = out
        self.pieces: list[str] = []
        self.own: set[str] = set(_OWN)
        self.depth = 0

    def anew(self, data: bytes, node: Node) -> bytes:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = parser.ordered_attributes = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        rest = b""
        try:
            for at in range(0, len(data), 1 << 20):
                self.out.check_time()
                parser.Parse(data[at : at + (1 << 20)], False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            self.out.partly(node, "corrupt", "damaged XML in a workbook: what can be made out was read")
            rest = data[max(0, parser.ErrorByteIndex) :]
        return "".join(self.pieces).encode("utf-8", "replace") + rest

    def _start(self, name: str, attributes: list[str]) -> None:
        self.depth += 1
        if self.depth > self.out.limits.xml_depth:
            raise Unreadable("too-deep", "XML nested deeper than documents are")
        if self.depth == 1:
            self.own.add(name.rpartition(" ")[0])
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        said = "".join(f' {_attribute(k)}="{escape(v)}"' for k, v in pairs if k != _SPACE)
        self.pieces.append(f"<{self._name(name)}{said}>")

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.pieces.append(f"</{self._name(name)}>")

    def _text(self, text: str) -> None:
        self.pieces.append(escape(text, quote=False))

    def _name(self, name: str) -> str:
        """Without its prefix; what is named like a cell in a language of its own is none."""
        uri, _, local = name.rpartition(" ")
        return f"{local}_" if uri not in self.own and local in _TELLING else local


def _attribute(name: str) -> str:
    """One with a prefix is not the one of the same name without."""
    uri, _, local = name.rpartition(" ")
    return f"other_{local}" if uri else local


def last_end(data: bytes, name: bytes) -> int:
    """Where the last element of this name is closed: beyond it a pattern would seek from each opening tag an end that is not there."""
    last = data.rfind(b"</%b>" % name)
    end = last + len(name) + 3 if last >= 0 else 0
    if b":%b>" % name in data:
        end = max([end, *(match.end() for match in re.finditer(rb"</\w+:%b>" % name, data))])
    return end
