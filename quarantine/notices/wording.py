"""Turns a notice into words: one template a kind, read once as plain text and once as HTML, so that both say the same."""

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import css_inline
from django.template import Context, Engine
from django.utils import translation
from markdown_it import MarkdownIt

from quarantine.config import Config
from quarantine.notices.notice import Notice, Problem
from quarantine.notices.own_words import BUILTINS, logo
from quarantine.texts import clean

TEMPLATES = Path(__file__).parent / "templates"
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
PHRASE = re.compile(r"[a-z][A-Za-z'-]*(?: [a-z][A-Za-z'-]*)*")  # words of ours in "sheet 2, hidden rows"
_WORDS = {
    "what",
    "place",
    "label",
    "masked",
    "why",
    "clause",
    "note",
    "decided_by",
    "reference",
    "initials",
    "heading",
    "value",
    "to",
    "address",
    "contact",
    "status",
    "diagnostic",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in its three forms."""

    subject: str
    text: str
    html: str


def said(notice: Notice, config: Config) -> Said:
    """All three, of values that are gathered once."""
    values = _values(notice, config)
    return Said(
        " ".join(_fill("subject.txt", notice, config, values).split()),
        _plain(_fill(f"{notice.kind}.md", notice, config, values)),
        _page(notice, config, values),
    )


def subject(notice: Notice, config: Config) -> str:
    """One neutral line: it never says what was found, nor in what."""
    return said(notice, config).subject


def text(notice: Notice, config: Config) -> str:
    """The words as plain text."""
    return said(notice, config).text


def html(notice: Notice, config: Config) -> str:
    """The same words as one HTML page with its styles inline, as Outlook and Gmail need them."""
    return said(notice, config).html


def body(notice: Notice, config: Config) -> str:
    """The same words as the inside of a page of ours."""
    inside = _content(notice, config, _values(notice, config))
    for tag, name in (("h1", "heading-l"), ("p", "body"), ("ul", "list govuk-list--bullet")):
        inside = inside.replace(f"<{tag}>", f'<{tag} class="govuk-{name}">')
    return inside


def _content(notice: Notice, config: Config, values: dict[str, Any]) -> str:
    filled = _fill(f"{notice.kind}.md", notice, config, _escape(values | {"plain": False}))
    content: str = _markdown().render(_tidy(filled))
    return content


def _page(notice: Notice, config: Config, values: dict[str, Any]) -> str:
    content, school = _content(notice, config, values), config.school(notice.school)
    with translation.override(school.language):
        shown = {"content": content, "school": school.name, "language": school.language}
        context = Context(shown | {"logo": logo(config.notices.logo) is not None}, autoescape=True)
        page = _engine(config.notices.wording).get_template("notices/page.html").render(context)
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False).inline(page)


def reread() -> None:
    """The school's own texts and logo may have changed on the disk."""
    _engine.cache_clear()
    logo.cache_clear()


def _values(notice: Notice, config: Config) -> dict[str, Any]:
    """What the templates may show, as it stands in plain text."""
    school = config.school(notice.school)
    with translation.override(school.language):
        return {
            **_fields(notice),
            "kind": notice.kind.value,
            "plain": True,
            "school": school.name,
            "fixes": notice.fixes,
            "renames": [{"initials": initials} for initials in notice.renames],
            "removals": notice.removals,
            "note_lines": [{"note": clean(line)} for line in notice.note.splitlines()],
            "problems": [_as_facts(problem) for problem in notice.problems],
            "waiting": [{**_fields(one), "problem": _as_facts(one.problem)} for one in notice.waiting],
        }


def _fill(name: str, notice: Notice, config: Config, values: dict[str, Any]) -> str:
    with translation.override(config.school(notice.school).language):
        template = _engine(config.notices.wording).get_template(f"notices/{name}")
        return str(template.render(Context(values, autoescape=False)))


def _fields(value: Any) -> Any:
    """A dataclass as a dictionary, and those in it: as `asdict`, which also copies each text and time."""
    if is_dataclass(value):
        return {field.name: _fields(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_fields(inner) for inner in value]
    return value


@lru_cache(maxsize=4)
def _engine(wording: Path | None) -> Engine:
    """The shipped templates; a school's own of the same name come first."""
    folders = [str(folder) for folder in (wording, TEMPLATES) if folder]
    return Engine(
        dirs=folders,
        builtins=BUILTINS,
        autoescape=False,
    )


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    rules = ["code", "fence", "image", "html_block", "html_inline", "reference", "lheading", "hr"]
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(rules)


def translated(problem: Problem) -> Problem:
    """A problem with the words of kinds, places and policies in the language that is active, as far as it has them."""
    return replace(
        problem,
        what=translation.gettext(problem.what) if problem.what else "",
        why=translation.gettext(problem.why) if problem.why else "",
        place=PHRASE.sub(lambda found: translation.gettext(found[0]), problem.place),
    )


def _as_facts(problem: Problem) -> dict[str, Any]:
    here = translated(problem)
    return {**_fields(here), "bare": here.bare}


def _escape(value: Any, name: str = "") -> Any:
    """Values as Markdown that shows them as they are: no word from outside can become a link or markup."""
    if isinstance(value, dict):
        return {key: _escape(inner, key) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_escape(inner, name) for inner in value]
    if isinstance(value, str) and (name in _WORDS or name == "school"):
        return _PUNCTUATION.sub(r"\\\1", " ".join(value.split()))
    return value


def _tidy(rendered: str) -> str:
    """Template whitespace made even: one empty line between paragraphs, none between the rows of a list."""
    kept: list[str] = []
    lines = [line.rstrip() for line in rendered.strip().splitlines()]
    for number, line in enumerate(lines):
        if not line:
            follows = next(later for later in lines[number:] if later)
            between_rows = follows.startswith("- ") and kept[-1].startswith(("- ", "  "))
            if not kept[-1] or between_rows:
                continue
        kept.append(line)
    return "\n".join(kept) + "\n"


def _plain(rendered: str) -> str:
    return re.sub(r"^#+ ", "", _tidy(rendered).replace("**", ""), flags=re.MULTILINE)
