"""Turns a notice into words: one template a kind, read once as plain text and once as HTML, so that both say the same."""

import re
from dataclasses import asdict, replace
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


def subject(notice: Notice, config: Config) -> str:
    """One neutral line: it never says what was found, nor in what."""
    return " ".join(_fill("subject.txt", notice, config, plain=True).split())


def text(notice: Notice, config: Config) -> str:
    """The words as plain text."""
    return _plain(_fill(f"{notice.kind}.md", notice, config, plain=True))


def body(notice: Notice, config: Config) -> str:
    """The same words as the inside of a page of ours."""
    said: str = _markdown().render(_tidy(_fill(f"{notice.kind}.md", notice, config, plain=False)))
    for tag, name in (("h1", "heading-l"), ("p", "body"), ("ul", "list govuk-list--bullet")):
        said = said.replace(f"<{tag}>", f'<{tag} class="govuk-{name}">')
    return said


def html(notice: Notice, config: Config) -> str:
    """The same words as one HTML page with its styles inline, as Outlook and Gmail need them."""
    body = _markdown().render(_tidy(_fill(f"{notice.kind}.md", notice, config, plain=False)))
    school = config.school(notice.school)
    with translation.override(school.language):
        shown = {"content": body, "school": school.name, "language": school.language}
        context = Context(shown | {"logo": logo(config.notices.logo) is not None}, autoescape=True)
        page = _engine(config.notices.wording).get_template("notices/page.html").render(context)
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False).inline(page)


def reread() -> None:
    """The school's own texts and logo may have changed on the disk."""
    _engine.cache_clear()
    logo.cache_clear()


def _fill(name: str, notice: Notice, config: Config, *, plain: bool) -> str:
    school = config.school(notice.school)
    facts = asdict(notice) | {
        "school": school.name,
        "fixes": notice.fixes,
        "renames": [{"initials": initials} for initials in notice.renames],
        "removals": notice.removals,
        "note_lines": [{"note": clean(line)} for line in notice.note.splitlines()],
    }
    facts["kind"], facts["plain"] = notice.kind.value, plain
    with translation.override(school.language):
        facts["problems"] = [_as_facts(problem) for problem in notice.problems]
        facts["waiting"] = [asdict(one) | {"problem": _as_facts(one.problem)} for one in notice.waiting]
        values = facts if plain else _escape(facts)
        return (
            _engine(config.notices.wording)
            .get_template(f"notices/{name}")
            .render(Context(values, autoescape=False))
        )


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
    said = translated(problem)
    return asdict(said) | {"bare": said.bare}


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
