"""`schoolgate scan` prints the tree of parts: type, size, lock, how far each was read, and what was found, without any name."""

import io
import zipfile

from rich.console import Console

from detectors.findings import Finding, Part, Protection, Read, Scan, Where
from detectors.scan import scan
from detectors.warmth import EMPTY
from gateway.cli.parts import MOST, tree
from tests.support.mail import make_message


def printed(found: Scan) -> str:
    console = Console(file=io.StringIO(), width=160, highlight=False)
    console.print(tree(found))
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_every_part_has_its_line_under_its_container() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("Wilhelmina Warmington.txt", "Wilhelmina Warmington, born 12/03/2011\n")
    raw = make_message(
        attach=[("all.zip", "application/zip", target.getvalue()), ("x.bin", "", bytes(range(256)) * 9)]
    )
    lines = printed(scan(raw, EMPTY)).splitlines()
    assert lines[0].startswith("the message  eml, ")
    assert any("text of the message  txt, " in line and "read whole" in line for line in lines)
    zipped = next(i for i, line in enumerate(lines) if "all.zip  zip, " in line)
    assert "W… W….txt  txt, " in lines[zipped + 1]
    assert any("pupil-name" in line and "W… W…" in line for line in lines)
    assert any("x.bin  unknown, 2.3 kB  not read: a format that is not read" in line for line in lines)
    assert "Warmington" not in "\n".join(lines)


def test_locks_and_long_lists_are_said_shortly() -> None:
    parts = (
        Part(path="0", role=Where.MESSAGE, sniffed="eml", size=5),
        Part(path="0/0", label="a.pdf", sniffed="pdf", size=25_000_000, protection=Protection.LOOKALIKE, protected_how="owner password", read=Read.IN_PART, read_why="pages"),
    )  # fmt: skip
    findings = tuple(Finding(kind=f"kind-{n}", recognizer="x", part="0/0") for n in range(MOST + 3))
    text = printed(Scan(parts=parts, findings=findings, versions={}))
    assert "a.pdf  pdf, 25 MB  only looks locked: owner password  read in part: pages" in text
    assert "… and 3 more kinds" in text
