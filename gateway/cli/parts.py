"""The tree of parts as a person wants to see it: what each is, how large, how locked, how far read, and what was found in it."""

from collections.abc import Iterable, Sequence

from rich.text import Text
from rich.tree import Tree

from detectors.findings import Finding, Part, Protection, Read, Scan, Where

MOST = 8  # kinds of findings that are listed under one part; --json has all
_LOCKS = {
    Protection.STRONG: ("well locked", "green"),
    Protection.WEAK: ("weakly locked", "red"),
    Protection.LOOKALIKE: ("only looks locked", "red"),
    Protection.RIGHTS_MANAGED: ("under rights management", "yellow"),
}
_GRAVE = ("unreadable:", "protected:weak", "protected:lookalike", "password-")


def tree(scan: Scan) -> Tree:
    """The message at the root; under each part first what was found in it, then what lies inside."""
    found: dict[str, list[Finding]] = {}
    for finding in scan.findings:
        found.setdefault(finding.part, []).append(finding)
    branches: dict[str, Tree] = {}
    for part in scan.parts:
        above = branches.get(part.path.rpartition("/")[0])
        branch = Tree(_line(part)) if above is None else above.add(_line(part))
        branches[part.path] = branch
        for line in _findings(found.get(part.path, ())):
            branch.add(line)
    return branches[scan.parts[0].path]


def _line(part: Part) -> Text:
    line = Text(_name(part), style="bold")
    line.append(f"  {part.sniffed or 'unknown'}, {_size(part.size)}", style="dim")
    if part.protection in _LOCKS:
        words, colour = _LOCKS[part.protection]
        line.append(f"  {words}{f': {part.protected_how}' if part.protected_how else ''}", style=colour)
    line.append(f"  {_read(part)}", style="" if part.read is Read.WHOLE else "yellow")
    return line


def _name(part: Part) -> str:
    if "/" not in part.path:
        return "the message"
    own = part.label.rpartition(" \u203a ")[2]
    return own or ("text of the message" if part.role is Where.BODY else "(no name)")


def _read(part: Part) -> str:
    how = {Read.WHOLE: "read whole", Read.IN_PART: "read in part", Read.NOT: "not read"}[part.read]
    return f"{how}: {part.read_why}" if part.read_why else how


def _size(size: int) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000 or unit == "MB":
            return f"{size:.0f} {unit}" if size >= 10 or unit == "B" else f"{size:.1f} {unit}"
        size /= 1000  # type: ignore[assignment]
    raise AssertionError


def _findings(found: Iterable[Finding]) -> Sequence[Text]:
    """One line a kind: how often, an example that names nobody, and where."""
    kinds: dict[str, list[Finding]] = {}
    for finding in found:
        kinds.setdefault(finding.kind, []).append(finding)
    lines = [_kind(kind, of_kind) for kind, of_kind in kinds.items()]
    rest = len(lines) - MOST
    return [*lines[:MOST], Text(f"… and {rest} more kinds", style="dim")] if rest > 0 else lines


def _kind(kind: str, found: Sequence[Finding]) -> Text:
    line = Text(kind, style="red" if kind.startswith(_GRAVE) else "cyan")
    if kind == "personal-data":
        line.append(f" P{max(f.level for f in found)}")
    if len(found) > 1:
        line.append(f", {len(found)} times")
    example = next((f.masked for f in found if f.masked), "")
    places = list(dict.fromkeys(f.place for f in found if f.place))
    told = [example, ", ".join(places[:3]) + (", …" if len(places) > 3 else "")]
    if kind.startswith(("unreadable:", "protected:", "disguised", "password-")):
        told.append(found[0].why)
    return line.append("  " + "; ".join(t for t in told if t), style="dim") if any(told) else line
