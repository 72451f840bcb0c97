"""Word lists as versioned data files: the first line of each says its version; `read` gives the words by section."""

import hashlib
from functools import cache
from importlib import resources


@cache
def read(name: str) -> dict[str, tuple[str, ...]]:
    """The lines of a list by section; lines before the first "[section]" stand under ""."""
    sections: dict[str, list[str]] = {"": []}
    section = ""
    for raw in resources.files(__name__).joinpath(f"{name}.txt").read_text("utf-8").splitlines():
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            sections.setdefault(section, [])
        elif line and not line.startswith("#"):
            sections[section].append(line)
    return {key: tuple(lines) for key, lines in sections.items()}


@cache
def words(name: str) -> frozenset[str]:
    """Every word of a list whose lines are words between spaces, all sections together."""
    return frozenset(word for lines in read(name).values() for line in lines for word in line.split())


def version() -> str:
    """A short hash over all lists: it stands in the versions of a scan."""
    digest = hashlib.sha256()
    for file in sorted(resources.files(__name__).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".txt"):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
