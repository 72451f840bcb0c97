"""What a PDF holds beside its page text: annotations, form values, titles, properties, bookmarks, scripts, XFA and embedded files."""

import io
import re
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape

import pikepdf
import pypdf

from detectors.extract import labels, prose
from detectors.extract.protection.pdf import PYPDF_FAILURES
from detectors.extract.reading import Node, Reading, Unreadable

_PLACES = {
    "/Contents": "annotation", "/RC": "annotation", "/T": "form field or author", "/TU": "form field", "/V": "form value", "/DV": "form value",
    "/Title": "title or bookmark", "/Author": "properties", "/Subject": "properties", "/Keywords": "properties", "/Creator": "properties",
    "/Alt": "alt text", "/ActualText": "alt text", "/E": "alt text", "/URI": "link", "/JS": "script", "/Desc": "attachment description",
    "/F": "file name", "/UF": "file name", "/Name": "name", "/Opt": "form choice", "/Subj": "annotation", "/Company": "properties", "/CA": "form button",
}  # fmt: skip
_TAG = re.compile(rb"<[^<>]*>")
# Keys whose strings no person writes; any other string may be one that a program keeps for itself.
_MUTE = frozenset(
    ["/ID", "/DA", "/DS", "/Lang", "/NM", "/M", "/Registry", "/Ordering", "/FontFamily", "/CharSet", "/CIDSet", "/Style", "/Panose",
     "/CreationDate", "/ModDate", "/LastModified", "/CheckSum", "/Cert", "/O", "/U", "/OE", "/UE", "/Perms", "/Info", "/OutputConditionIdentifier", "/RegistryName", "/OutputCondition"]
)  # fmt: skip
_DEEPEST, _MOST_ITEMS = 8, 10_000  # of what stands in one object
_WORDS = re.compile(r"[^\W\d_]{2}")
_MOST_STRING = 100_000  # letters of a string under a key that no reader knows


@dataclass(slots=True)
class Told:
    """What a document said, and the files that it held: an earlier version is read for what else it said."""

    words: set[str] = field(default_factory=set)
    files: set[bytes] = field(default_factory=set)


def read(node: Node, out: Reading, data: bytes, password: str, told: Told) -> bool:
    """Visit every object once. pypdf reads what pikepdf cannot open."""
    try:
        with pikepdf.open(io.BytesIO(data), password=password, suppress_warnings=True) as document:
            _Visit(node, out, told).document(document)
            return True
    except pikepdf.PasswordError:
        return False
    except (pikepdf.PdfError, ValueError, RuntimeError, OSError, KeyError, TypeError):
        return _fallback(node, out, data, password)


def read_earlier(node: Node, out: Reading, data: bytes, password: str, told: Told) -> None:
    """Notes, values and files of an earlier version that the last one does not have."""
    try:
        with pikepdf.open(io.BytesIO(data), password=password, suppress_warnings=True) as document:
            _Visit(node, out, told, "earlier version, ").document(document)
    except (pikepdf.PdfError, ValueError, RuntimeError, OSError, KeyError, TypeError):
        return  # its pages are read all the same


def _fallback(node: Node, out: Reading, data: bytes, password: str) -> bool:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), password=password or None)
        for index, page in enumerate(reader.pages[: out.limits.pages], 1):
            out.check_time()
            out.text(node, page.extract_text(), place=f"page {index}")
    except PYPDF_FAILURES:
        return False
    out.partly(node, "corrupt", "damaged: only the text of its pages was read")
    return True


class _Visit:
    """One walk over the objects, collecting strings by the key under which they stand."""

    def __init__(self, node: Node, out: Reading, told: Told, version: str = "") -> None:
        self.node, self.out, self.told, self.version = node, out, told, version
        self.found: dict[str, list[str]] = {}
        self.count = 0
        self.files: set[tuple[int, int]] = set()

    def document(self, document: pikepdf.Pdf) -> None:  # noqa: C901 - one branch for each element of the format
        for item in document.objects:
            self.count += 1
            if self.count % 500 == 0:
                self.out.check_time()
            if self.count > self.out.limits.pdf_objects:
                self.out.partly(self.node, "too-many-objects", "its structure has more objects than are read")
                break
            if isinstance(item, pikepdf.Stream):
                self._stream(item)
            elif isinstance(item, pikepdf.Dictionary):
                self._dictionary(item, 0)
            elif isinstance(item, pikepdf.Array):
                self._array(item, "", 0)
        info = document.trailer.get("/Info")
        if isinstance(info, pikepdf.Dictionary):
            for key, value in info.items():
                if key.startswith("/MSIP_Label_"):
                    labels.told(self.node, self.out)
                if isinstance(value, pikepdf.String):
                    self._say("properties", str(value))
        for place, texts in self.found.items():
            new = [text for text in dict.fromkeys(texts) if text not in self.told.words]
            self.out.text(self.node, "\n".join(new), place=f"{self.version}{place}", hidden=True)
        self.told.words.update(text for texts in self.found.values() for text in texts)

    def _dictionary(self, item: pikepdf.Dictionary, depth: int) -> None:
        if depth > _DEEPEST:
            self._cut()
            return
        if "/EF" in item:
            self._file(item)
        for key, value in item.items():
            if isinstance(value, pikepdf.String):
                if place := _PLACES.get(key):
                    self._say(place, str(value))
                elif key not in _MUTE or prose.is_sentence(str(value)):
                    self._unknown(str(value))
            elif (
                isinstance(value, pikepdf.Dictionary)
                and not value.is_indirect
                and not isinstance(value, pikepdf.Stream)
            ):
                self._dictionary(value, depth + 1)
            elif isinstance(value, pikepdf.Array) and not value.is_indirect:
                self._array(value, key, depth + 1)
            elif (
                isinstance(value, pikepdf.Stream)
                and key in {"/RC", "/V", "/Contents", "/JS"}
                and item.get("/Type") != "/Page"
            ):
                self._say(_PLACES[key], self._bytes(value).decode("utf-8", "replace"))

    def _array(self, items: pikepdf.Array, key: str, depth: int) -> None:
        if depth > _DEEPEST:
            self._cut()
            return
        for index, value in enumerate(items):
            if index > _MOST_ITEMS:
                self._cut()
                return
            if isinstance(value, pikepdf.String):
                if key in {"/Opt", "/V", "/I", "/Names"}:
                    self._say(_PLACES.get(key, "name"), str(value))
                elif key != "/Limits":  # which repeats names
                    self._unknown(str(value))
            elif isinstance(value, pikepdf.Dictionary) and not value.is_indirect:
                self._dictionary(value, depth + 1)
            elif isinstance(value, pikepdf.Array) and not value.is_indirect:
                self._array(value, key, depth + 1)

    def _cut(self) -> None:
        self.out.partly(
            self.node, "too-many-objects", "its structure has longer or deeper lists than are read"
        )

    def _stream(self, item: pikepdf.Stream) -> None:
        kind, subtype = item.get("/Type"), item.get("/Subtype")
        if kind == "/EmbeddedFile":
            self._embed(item, "")
        elif kind == "/Metadata" or subtype == "/XML":
            self._say(
                "properties (XMP)", unescape(_TAG.sub(b"\n", self._bytes(item)).decode("utf-8", "replace"))
            )
        else:
            head = item.get("/Length", 0)
            if isinstance(head, int) and head < 2_000_000 and not subtype and self._xfa(item):
                self._say("XFA form", unescape(_TAG.sub(b"\n", self._bytes(item)).decode("utf-8", "replace")))
        self._dictionary(item.stream_dict, 0)

    def _xfa(self, item: pikepdf.Stream) -> bool:
        if len(item.stream_dict.keys()) > 3:
            return False
        data = self._bytes(item, 5_000_000)
        return (
            data.lstrip()[:5] == b"<?xml" or b"<xfa:" in data[:2000] or b"http://www.xfa.org" in data[:2000]
        )

    def _file(self, spec: pikepdf.Dictionary) -> None:
        name = str(spec.get("/UF", spec.get("/F", "")))
        for stream in spec["/EF"].values():
            if isinstance(stream, pikepdf.Stream):
                self._embed(stream, name)

    def _embed(self, stream: pikepdf.Stream, name: str) -> None:
        if stream.objgen in self.files and stream.objgen != (0, 0):
            if name:
                self._say("file name", name)
            return
        self.files.add(stream.objgen)
        data = self._bytes(stream)
        if self.version and sha256(data).digest() in self.told.files:
            return
        self.told.files.add(sha256(data).digest())
        self.out.child(self.node, data, name=name, facts={"embedded": "yes"}, hidden=bool(self.version))

    def _bytes(self, stream: pikepdf.Stream, cap: int | None = None) -> bytes:
        try:
            data = bytes(stream.read_bytes())
        except (pikepdf.PdfError, ValueError, RuntimeError):
            data = bytes(stream.read_raw_bytes())
        self.out.unpacked(min(len(data), cap or len(data)))
        if len(data) > self.out.limits.entry_bytes:
            raise Unreadable("too-big", "unpacks to more than is read")
        return data

    def _unknown(self, text: str) -> None:
        """Under a key that stands in no table: reasons of signatures, and what programs note for themselves."""
        if len(text) < _MOST_STRING and _WORDS.search(text) and text.replace("\n", " ").isprintable():
            self._say("elsewhere in its structure", text)

    def _say(self, place: str, text: str) -> None:
        text = text.strip("\0 \r\n")
        if len(text) > 1:
            self.found.setdefault(place, []).append(text)
