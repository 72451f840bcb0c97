"""What of a page would keep its parser busy for hours, told before it is parsed: depth, options, attributes of one tag, and styles that nothing closes."""

import re

_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_SHALLOW = frozenset(
    b"p li td th tr br hr img input meta link option dt dd col area base embed source track wbr tbody thead tfoot".split()
)
_WHOLE_TAG = re.compile(rb"<[a-zA-Z](?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+")
_ATTRIBUTE = re.compile(rb"[\s\"'/][^\s\"'/>=]")
_STYLE = re.compile(
    rb"<(/?)((?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b[^<>]{0,200})", re.IGNORECASE
)
_ATTRIBUTES, _OPTIONS = (
    1_000,
    10_000,
)  # the parser is quadratic in the attributes of a tag and the options of a list
_REOPENED = 2_000_000  # styles that are opened anew in each paragraph, all together
_ALIKE = 3  # styles that are alike are opened anew so often at most
_SMALL = 20_000  # bytes: of those no tag has too many attributes


def refusal(data: bytes, most: int) -> str:
    """Why it is not parsed, in a plain sentence; "" where it is."""
    if len(data) > _SMALL and any(map(_crowded, _WHOLE_TAG.findall(data))):
        return "a tag has more attributes than the parser takes"
    tags = data.count(b"<")
    if tags <= most:
        return ""
    if _depth(data) > most:
        return "is nested deeper than the parser goes"
    if len(re.findall(rb"(?i)<opt", data)) > _OPTIONS:
        return "has longer lists than the parser takes"
    return "has more open styles than the parser takes" if _open_styles(data) * tags > _REOPENED else ""


def _crowded(tag: bytes) -> bool:
    return len(tag) > 2 * _ATTRIBUTES and len(_ATTRIBUTE.findall(tag)) > _ATTRIBUTES


def _depth(data: bytes) -> int:
    deepest = now = 0
    for close, tag in _TAG.findall(data):
        if tag.lower() not in _SHALLOW:
            now = max(0, now - 1) if close else now + 1
            deepest = max(deepest, now)
    return deepest


def _open_styles(data: bytes) -> int:
    """How many styles stay open, roughly; of those that are alike no more than a parser keeps."""
    opened: dict[bytes, int] = {}
    kinds: dict[bytes, set[bytes]] = {}
    for close, tag in _STYLE.findall(data):
        name = tag.split(None, 1)[0].lower()
        opened[name] = opened.get(name, 0) + (-1 if close else 1)
        if not close:
            kinds.setdefault(name, set()).add(tag)
    return sum(min(count, _ALIKE * len(kinds.get(name, ()))) for name, count in opened.items() if count > 0)
