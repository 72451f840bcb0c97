"""RTF: text with its tables, headers, notes, comments and hidden words; embedded objects as parts. One pass, whatever the nesting."""

import re
from binascii import Error, unhexlify
from dataclasses import dataclass, replace

from detectors.extract import prose
from detectors.extract.charsets import codec
from detectors.extract.reading import Node, Reading
from detectors.extract.sweep import strings

_TOKEN = re.compile(
    r"\\bin(?P<bin>\d{1,9}) ?|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-zA-Z])|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)"
)
_SILENT = frozenset(["fonttbl", "colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl", "generator", "themedata", "colorschememapping", "latentstyles", "datastore", "xmlnstbl", "fldinst_", "nonshppict", "blipuid", "panose", "falt", "ftnsep", "aftnsep", "mmathPr", "wgrffmtfilter", "pgptbl", "revtbl_"])  # fmt: skip
_PLACES = {
    "header": "header", "headerl": "header", "headerr": "header", "headerf": "header", "footer": "footer", "footerl": "footer", "footerr": "footer",
    "footerf": "footer", "footnote": "footnote", "annotation": "comment", "atnid": "comment", "atnauthor": "comment", "info": "properties",
    "title": "properties", "author": "properties", "subject": "properties", "keywords": "properties", "doccomm": "properties", "operator": "properties",
    "company": "properties", "manager": "properties", "fldinst": "field code", "revtbl": "authors", "bkmkstart": "bookmark", "userprops": "properties",
    "shptxt": "text box", "sv": "alt text", "sp": "alt text", "deleted": "tracked change, deleted", "htmltag": "markup", "xe": "index entry",
}  # fmt: skip
_PICTURES = {"pngblip": "png", "jpegblip": "jpeg", "emfblip": "emf", "wmetafile": "wmf", "macpict": "image", "dibitmap": "image", "wbitmap": "image"}  # fmt: skip
_SIGNS = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "cell": "\t", "tab": "\t", "nestcell": "\t", "nestrow": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " "}  # fmt: skip
_CHARSETS = {0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}  # fmt: skip


@dataclass(slots=True)
class _State:
    """What a group inherits from the one around it."""

    place: str = ""
    silent: bool = False
    hidden: bool = False
    object: bool = False
    picture: bool = False
    skip: int = 1
    codec: str = "cp1252"


def read(node: Node, out: Reading) -> None:
    """Everything that any RTF reader could show."""
    for place, text in text_of(node.data, node, out).items():
        out.text(
            node, text, place=place, hidden=place not in {"", "header", "footer", "footnote", "text box"}
        )


def text_of(data: bytes, node: Node, out: Reading) -> dict[str, str]:
    """Texts by their place."""
    walk = _Walk(node, out)
    walk.run(data.decode("latin-1"))
    return {place: "".join(pieces) for place, pieces in walk.found.items()}


class _Walk:
    """The pass over the tokens."""

    def __init__(self, node: Node, out: Reading) -> None:
        self.node, self.out = node, out
        self.found: dict[str, list[str]] = {"": []}
        self.stack: list[_State] = []
        self.state = _State()
        self.bytes = bytearray()
        self.object: list[str] = []
        self.silent: list[str] = []  # of a group in which programs keep what they know
        self.picture: list[str] = []
        self.kind = ""  # of the picture
        self.starred = False
        self.drop = 0
        self.fonts: dict[int, str] = {}
        self.font = 0
        self.in_fonts = False
        self.default = "cp1252"

    def run(self, source: str) -> None:
        at = count = 0
        while (match := _TOKEN.match(source, at)) is not None:
            count += 1
            if count % 50_000 == 0:
                self.out.check_time()
            at = match.end()
            kind = match.lastgroup
            if kind == "text":
                self._text(match["text"])
            elif kind == "hex":
                self._hex(match["hex"])
            elif kind == "brace":
                self._brace(match["brace"])
            elif kind == "symbol":
                self._symbol(match["symbol"])
            elif kind == "bin":
                at, begin = at + int(match["bin"]), at
                self._raw(source[begin:at].encode("latin-1"))
            elif match["word"]:
                self._word(match["word"], match["number"])
        self._flush()

    def _brace(self, brace: str) -> None:
        self._flush()
        self.drop = 0
        if brace == "{":
            if len(self.stack) < 10_000:
                self.stack.append(self.state)
                self.state = replace(self.state)
        elif self.stack:
            if self.state.object and not self.stack[-1].object:
                self._embed()
            if self.state.picture and not self.stack[-1].picture:
                self._show()
            self._close(self.stack.pop())
        self._unsilenced()
        self.starred = False

    def _raw(self, data: bytes) -> None:
        """Bytes that stand as they are: a picture's, an object's, or words."""
        if self.state.picture:
            self.picture.append(data.hex())
        elif self.state.object:
            self.object.append(data.hex())
        else:
            self.found.setdefault("embedded object", []).append(strings(data))

    def _unsilenced(self) -> None:
        """A sentence in a list of fonts, of styles or of whatever no reader shows."""
        said, self.silent = "".join(self.silent).replace("Times New Roman", ""), []
        if prose.is_sentence(said):
            self.found.setdefault("elsewhere", []).append(said + "\n")

    def _close(self, outer: _State) -> None:
        """Back to the group around this one; a title, an author, a comment that ends here ends its line."""
        place = self.state.place
        if place and not self.state.silent and (place != outer.place or place == "properties"):
            self.found.setdefault(place, []).append("\n")
        self.state = outer

    def _word(self, word: str, number: str | None) -> None:
        value = int(number) if number else None
        if word == "u" and value is not None:
            self._flush()
            self._put(chr(value & 0xFFFF))
            self.drop = self.state.skip
            return
        self._flush()
        self.drop = 0
        if word in _SIGNS:
            self._put(_SIGNS[word])
        elif word == "uc" and value is not None:
            self.state.skip = min(max(value, 0), 10)
        elif word == "v":
            self.state.hidden = value != 0
        elif word == "ansicpg" and value:
            self.default = self.state.codec = codec(f"cp{value}") or "cp1252"
        elif word == "fonttbl":
            self.in_fonts, self.state.silent = True, True
        elif word == "f" and value is not None:
            self.font = value
            self.state.codec = self.fonts.get(value, self.default)
        elif word == "fcharset" and value in _CHARSETS:
            self.fonts[self.font] = _CHARSETS[value] if value else self.default
        elif word == "plain":
            self.state.hidden = False
        else:
            self._destination(word)

    def _destination(self, word: str) -> None:
        if word == "objdata":
            self.state.object, self.object = True, []
        elif word == "pict":
            self.state.silent = self.state.picture = True
            self.picture, self.kind = [], "image"
        elif word in _PICTURES:
            self.kind = _PICTURES[word]
        elif word in _SILENT:
            self.state.silent, self.state.picture = True, False
        elif word in _PLACES:
            self.state.place, self.state.silent, self.state.picture = _PLACES[word], False, False
        elif self.starred:
            self.state.place = "unknown destination"
        self.starred = False

    def _symbol(self, symbol: str) -> None:
        self._flush()
        if symbol == "*":
            self.starred = True
        elif symbol in "\\{}":
            self._put(symbol)
        elif symbol in "\r\n":
            self._put("\n")
        elif symbol == "~":
            self._put(" ")
        elif symbol == "_":
            self._put("-")

    def _hex(self, digits: str) -> None:
        if self.drop:
            self.drop -= 1
            return
        self.bytes.append(int(digits, 16))

    def _text(self, text: str) -> None:
        self._flush()
        if self.drop:
            cut = min(self.drop, len(text))
            self.drop -= cut
            text = text[cut:]
        if self.state.object:
            self.object.append(text)
        elif text:
            self._put(text if text.isascii() else text.encode("latin-1").decode(self.state.codec, "replace"))

    def _flush(self) -> None:
        if self.bytes:
            raw, self.bytes = bytes(self.bytes), bytearray()
            self._put(raw.decode(self.state.codec, "replace"))

    def _put(self, text: str) -> None:
        if self.state.silent or self.state.object:
            (self.picture if self.state.picture else self.silent).append(text)
            return
        place = "hidden text" if self.state.hidden else self.state.place
        self.found.setdefault(place, []).append(text)

    def _show(self) -> None:
        """A picture, in hexadecimal figures; what is none of those is words."""
        pieces, self.picture = self.picture, []
        data = _bytes(pieces)
        if data:
            self.out.unpacked(len(data))
            self.out.child(self.node, data, name="picture", facts={"embedded": "yes"}, type=self.kind)
        else:
            self.silent += pieces

    def _embed(self) -> None:
        pieces, self.object = self.object, []
        data = _bytes(pieces)
        if not data:
            self.found.setdefault("embedded object", []).append("".join(pieces))
        start = data.find(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        if start >= 0:
            self._child(data, start)
        elif data:
            self._put_object(data)

    def _child(self, data: bytes, start: int) -> None:
        """The file inside, and the words in front of it: its name, and that of the program."""
        self.out.unpacked(len(data))
        self.found.setdefault("embedded object", []).append(strings(data[:start]))
        self.out.child(self.node, data[start:], name="embedded object", facts={"embedded": "yes"})

    def _put_object(self, data: bytes) -> None:
        for mark in (b"PK\x03\x04", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff"):
            start = data.find(mark)
            if start >= 0:
                self._child(data, start)
                return
        self.found.setdefault("embedded object", []).append(strings(data))


def _bytes(pieces: list[str]) -> bytes:
    """What hexadecimal figures say, b"" where anything else stands among them."""
    try:
        return unhexlify("".join(pieces).replace(" ", ""))
    except (Error, ValueError):
        return b""
