"""`python -m bench reading`: what Schoolgate and its peers find in the corpus, and how fast; the table goes into docs/reading.md.

markitdown and xberg are not dependencies: they live in an environment of their own, made once with
`python -m venv peers && peers/bin/pip install xberg==1.3.9 "markitdown[docx,xlsx,xls,pptx,pdf,outlook]"`, and named by
SCHOOLGATE_PEERS=peers/bin/python. Without it their columns are left out. Nothing is downloaded while the bench runs.
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.reading import files, tools

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
FORMS = ("docx", "xlsx", "pptx", "doc", "xls", "ppt", "odt", "ods", "odp", "rtf", "pdf", "html", "csv")


def main() -> int:
    """Exit code 1 when Schoolgate misses a needle."""
    with tempfile.TemporaryDirectory() as folder:
        hidden = [s for s in files.needles(Path(folder)) if s.form in FORMS]
        long = files.long(Path(folder))
        tools.own(long[:2])  # warm
        measured = {name: run([*hidden, *long]) for name, run in peers().items()}
        lines = table(hidden, long, measured)
    text = "\n".join(lines)
    print(text)
    if "dry" not in sys.argv:
        page = PAGE.read_text("utf-8")
        head, _, rest = page.partition(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", "utf-8")
    return int(any(missed(s, measured["Schoolgate"]) for s in hidden))


def peers() -> dict[str, Callable[[list[files.Sample]], tools.Result]]:
    found = {
        "Schoolgate": tools.own,
        "pdftotext": tools.pdftotext,
        "catdoc": tools.catdoc,
        "LibreOffice": tools.libreoffice,
    }
    if python := os.environ.get("SCHOOLGATE_PEERS"):
        found |= {name: tools.library(name, python) for name in ("markitdown", "xberg")}
    return found


def missed(sample: files.Sample, result: tools.Result) -> list[str]:
    text = flat(result.get(sample.path, (0, ""))[1])
    return [needle for needle in sample.needles if flat(needle) not in text]


def flat(text: str) -> str:
    """Without what a reader may add: Markdown's and tables' marks, and all blanks alike."""
    text = re.sub(r"\\([_*|])", r"\1", text.replace("\xad", ""))
    return re.sub(r"[\s|_*]+", " ", text).casefold()


def table(hidden, long, measured) -> list[str]:
    head = "| format | " + " | ".join(measured) + " |"
    lines = [head, "|---|" + "---|" * len(measured)]
    for form in FORMS:
        cells = []
        for result in measured.values():
            some = [s for s in hidden if s.form == form and s.path in result]
            [big] = [s for s in long if s.form == form] or [None]
            if not some and (big is None or big.path not in result):
                cells.append("")
                continue
            total = sum(len(s.needles) for s in some)
            lost = sum(len(missed(s, result)) for s in some)
            each = sorted(result[s.path][0] for s in some)
            middle = f"{each[len(each) // 2] * 1000:,.1f} ms" if each else ""
            speed = f"{big.path.stat().st_size / 1e6 / result[big.path][0]:.2f} MB/s" if big and big.path in result and len(result[big.path][1]) > 1_000 else "failed" if big else ""  # fmt: skip
            share = f"{total - lost}/{total}" if total else ""
            cells.append(", ".join(c for c in (share, middle, speed) if c))
        lines.append(f"| {form} | " + " | ".join(cells) + " |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
