"""A school's own wording and logo: checked whole before anything is sent with them, refused with the file and what is wrong in it."""

import re
from functools import lru_cache
from pathlib import Path

from django.template import Engine, TemplateSyntaxError
from django.template.base import Node, Template, VariableNode
from django.template.loader_tags import ExtendsNode, IncludeNode

SHIPPED = Path(__file__).parent / "templates" / "notices"
BUILTINS = ["django.templatetags.i18n", "django.templatetags.tz"]
LONGEST = 20_000  # letters of one text: a notice is a page
LOGO = 100_000  # bytes: it travels with every notice
_PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
# What a subject line may say; all else could be a value that was found.
_IN_SUBJECT = {"reference", "school", "kind", "still_held", "recipients"}
_REMOTE = re.compile(
    r"(?:https?:)?//|<\s*(?:script|img|iframe|form|object|link)\b|url\(|@import", re.IGNORECASE
)
_LOGO_IMAGE = re.compile(r'<img src="cid:logo"[^>]*>')


class WordingError(Exception):
    """A text of the school's own cannot be used: which file, and what is wrong with it."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{file}: {problem}")
        self.file, self.problem = file, problem


def check(folder: Path) -> None:
    """Every text in the folder can be used, or WordingError."""
    own = folder / "notices"
    if not own.is_dir():
        raise WordingError("notices", "this folder is not there: texts stand in it as notices/NAME.md")
    engine = Engine(dirs=[str(folder), str(SHIPPED.parent)], builtins=BUILTINS, autoescape=False)
    known = {path.name: path for path in SHIPPED.iterdir()}
    for path in sorted(own.iterdir()):
        if path.name not in known:
            raise WordingError(f"notices/{path.name}", "no text of ours has this name")
        _check_one(path, known[path.name], engine)


@lru_cache(maxsize=4)
def logo(path: Path | None) -> tuple[bytes, str] | None:
    """The picture and its kind, read once; none where it has gone since the start: a notice goes without it."""
    if path is None:
        return None
    try:
        return check_logo(path)
    except WordingError:
        return None


def check_logo(path: Path) -> tuple[bytes, str]:
    """The picture and its kind, "png" or "jpeg"; or WordingError."""
    try:
        raw = path.read_bytes()
    except OSError:
        raise WordingError(path.name, "cannot be read") from None
    if len(raw) > LOGO:
        raise WordingError(path.name, "is larger than 100 kB, and it travels with every notice")
    for start, kind in _PICTURES.items():
        if raw.startswith(start):
            return raw, kind
    raise WordingError(path.name, "is neither PNG nor JPEG")


def _check_one(path: Path, shipped: Path, engine: Engine) -> None:
    name = f"notices/{path.name}"
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise WordingError(name, "cannot be read as UTF-8 text") from None
    if not text.strip() or len(text) > LONGEST:
        raise WordingError(name, "is empty, or longer than 20,000 letters")
    try:
        template = engine.from_string(text)
    except TemplateSyntaxError as wrong:
        raise WordingError(name, f"does not read as a template: {_first_line(wrong)}") from None
    values = _values(template)
    allowed = _known_values(engine) if path.name != "subject.txt" else _IN_SUBJECT
    if unknown := sorted(values - allowed):
        raise WordingError(name, f"names a value that is not there: {unknown[0]}")
    for kind in (IncludeNode, ExtendsNode):
        for node in template.nodelist.get_nodes_by_type(kind):
            _check_include(name, node)
    _check_words(name, text, shipped)


def _check_words(name: str, text: str, shipped: Path) -> None:
    file = shipped.name
    if _REMOTE.search(_LOGO_IMAGE.sub("", text)) and file != "page.html":
        raise WordingError(
            name, "holds an address or markup that would load something: a notice loads nothing"
        )
    if file == "page.html":
        if _REMOTE.search(_LOGO_IMAGE.sub("", text)):
            raise WordingError(name, "would load something from elsewhere: a notice loads nothing")
        if "content" not in text:
            raise WordingError(name, "must show {{ content|safe }}")
    if _names_reference(shipped.read_text("utf-8")) and not _names_reference(text):
        raise WordingError(name, "must show {{ reference }}: by it the message is found again")


def _names_reference(text: str) -> bool:
    return "reference" in text or "notices/foot.md" in text


def _check_include(name: str, node: Node) -> None:
    named = getattr(node, "template", None) or getattr(node, "parent_name", None)
    word = str(getattr(named, "var", ""))
    if not word.startswith("notices/") or word.removeprefix("notices/") not in {
        p.name for p in SHIPPED.iterdir()
    }:
        raise WordingError(name, "includes a text that is not there")


def _values(template: Template) -> set[str]:
    """The names of the values that a template shows."""
    found: set[str] = set()
    for node in template.nodelist.get_nodes_by_type(VariableNode):
        lookups = getattr(getattr(node, "filter_expression").var, "lookups", None)  # noqa: B009 - untyped in its stubs
        found |= {lookups[0]} if lookups else set()
    for node in template.nodelist.get_nodes_by_type(Node):
        looped = getattr(getattr(getattr(node, "sequence", None), "var", None), "lookups", None)
        found |= {looped[0]} if looped else set()
        loop = set(getattr(node, "loopvars", ())) | set(getattr(node, "extra_context", {}) or {})
        found -= loop
        for token in (*getattr(node, "singular", ()), *(getattr(node, "plural", None) or ())):
            if token.token_type.name == "VAR":
                found.add(token.contents.split("|")[0].strip())
        found -= loop
        if counter := getattr(node, "countervar", ""):
            found.discard(counter)
    return found


def _known_values(engine: Engine) -> set[str]:
    """What the shipped texts show: a school's own may show the same."""
    known = {
        "school",
        "reference",
        "kind",
        "contact",
        "link",
        "plain",
        "recipients",
        "received_at",
        "expires_at",
    }
    for path in SHIPPED.iterdir():
        known |= _values(engine.from_string(path.read_text("utf-8")))
    return known


def _first_line(wrong: TemplateSyntaxError) -> str:
    return str(wrong).splitlines()[0][:120]
