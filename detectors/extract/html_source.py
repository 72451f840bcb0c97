"""What the source of a page says where no parser looks: comments, tags inside them, declarations, and tags that are words."""

import re
from collections.abc import Iterator
from html import unescape

WORDY = re.compile(r"[^\W\d_]{2}\W+\w|\d{9}")  # more than the one word of a machine
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_TAG = re.compile(r"<([^<>]*)>")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|big|em|font|i|mark|o:p|s|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]*)?>", re.IGNORECASE
)
_WORDS_ALONE = re.compile(
    r"[^\W\d_]+(?:\s+[^\W\d_]+)+\s*"
)  # and no tag of which a program knows the attributes
_SPOKEN = re.compile(
    r"\b(?:alt|title|value|placeholder|content|label|summary|string|href|src|(?:aria|data)-[\w-]{1,50})\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')",
    re.IGNORECASE,
)
# Tags that are none to a parser, which drops them: closing ones with words, instructions and declarations.
_DROPPED = re.compile(r"<(?:/[a-zA-Z][\w:-]*+\s+(?=[^\s>])|[?]|!(?!--))([^<>]*)")
_USUAL = re.compile(
    r"(?:doctype\s+html(?:\s+(?:public|system))?(?:\s+\"-//w3c//dtd x?html [\w. ]{1,40}//en\")?(?:\s+\"http://www\.w3\.org/[\w./-]{1,80}\")?"
    r"|xml[ :][\w:. =\"/-]{0,200}|\[(?:if [^\[\]]{1,40}|endif|cdata\[)\]?)\s*[/?]?",
    re.IGNORECASE,
)  # fmt: skip


def asides(text: str) -> Iterator[str]:
    """What comments say, and everything else that a parser drops."""
    for comment in _comments(text):
        yield said(comment)
    for inner in _DROPPED.findall(text):
        if not _USUAL.fullmatch(inner):
            yield unescape(inner)


def _comments(text: str) -> Iterator[str]:
    """Also those outside <html>, and what begins and is not ended."""
    last = text.rfind("-->") + 3
    yield from _COMMENT.findall(text, 0, last)
    begun = text.find("<!--", last) if last > 2 else text.find("<!--")
    if begun >= 0:
        yield text[begun + 4 :]
    elif (tag := text.find("<", text.rfind(">") + 1)) >= 0:
        yield text[tag + 1 :]


def said(source: str) -> str:
    """The words of a piece of HTML that no parser reads as such, and those of its attributes."""
    words = unescape(bare(source))
    if "=" not in source:
        return words
    attributes = dict.fromkeys(one or other for one, other in _SPOKEN.findall(source))
    return "\n".join((words, *map(unescape, attributes)))


def bare(source: str) -> str:
    """Without its tags, but for those that are words; tags inside a word part nothing."""
    return _TAG.sub(_unless_words, _INLINE.sub("", source))


def _unless_words(tag: re.Match[str]) -> str:
    return f" {tag[1]} " if _WORDS_ALONE.fullmatch(tag[1]) else " "
