"""The tools that are compared: each takes samples and gives the text and the seconds of every file it can read."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.reading.files import Sample
from detectors.limits import Limits
from tests.corpus.reading import read_file

LIMIT = 30
Result = dict[Path, tuple[float, str]]


def own(samples: list[Sample]) -> Result:
    """Schoolgate's reading of the file, all of it: text, tables, hidden places, protection."""
    found: Result = {}
    for sample in samples:
        began = time.perf_counter()
        out = read_file(sample.path.name, sample.path.read_bytes(), Limits())
        found[sample.path] = time.perf_counter() - began, "\n".join(e.text for e in out.extracts)
    return found


def program(commands: dict[str, Callable[[Path], list[str]]]) -> Callable[[list[Sample]], Result]:
    """A program for each file, its start included."""

    def run(samples: list[Sample]) -> Result:
        return dict(_run(samples, commands))

    return run


def _run(
    samples: list[Sample], commands: dict[str, Callable[[Path], list[str]]]
) -> Iterator[tuple[Path, tuple[float, str]]]:
    for sample in samples:
        if sample.form in commands:
            began = time.perf_counter()
            try:
                said = subprocess.run(
                    commands[sample.form](sample.path), capture_output=True, timeout=LIMIT, check=False
                ).stdout
            except subprocess.TimeoutExpired:
                said = b""
            yield sample.path, (time.perf_counter() - began, said.decode("utf-8", "replace"))


pdftotext = program({"pdf": lambda p: ["pdftotext", "-layout", str(p), "-"]})
catdoc = program(
    {
        "doc": lambda p: ["catdoc", "-dutf-8", str(p)],
        "rtf": lambda p: ["catdoc", "-dutf-8", str(p)],
        "xls": lambda p: ["xls2csv", "-dutf-8", str(p)],
        "ppt": lambda p: ["catppt", "-dutf-8", str(p)],
    }
)
_TO = {"doc": "txt:Text (encoded):UTF8", "docx": "txt:Text (encoded):UTF8", "odt": "txt:Text (encoded):UTF8", "rtf": "txt:Text (encoded):UTF8", "html": "txt:Text (encoded):UTF8", "xls": "html", "xlsx": "html", "ods": "html", "csv": "html", "ppt": "pdf", "pptx": "pdf", "odp": "pdf"}  # fmt: skip


def libreoffice(samples: list[Sample]) -> Result:
    """The converter to text, HTML or PDF: small files in one start for each target, long ones alone."""
    found: Result = {}
    small = [s for s in samples if s.form in _TO and s.needles]
    for target in sorted(set(_TO.values())):
        found |= _converted([s for s in small if _TO[s.form] == target], target)
    for sample in samples:
        if sample.form in _TO and not sample.needles:
            found |= _converted([sample], _TO[sample.form])
    return found


def _converted(samples: list[Sample], target: str) -> Result:
    folder = samples[0].path.parent
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", target, "--outdir", str(folder / "converted"), *(str(s.path) for s in samples)]  # fmt: skip
    began = time.perf_counter()
    try:
        subprocess.run(command, capture_output=True, timeout=LIMIT * (1 + len(samples)), check=False)
    except subprocess.TimeoutExpired:
        return {}
    each = (time.perf_counter() - began) / len(samples)
    return {
        s.path: (each, _said(folder / "converted" / f"{s.path.stem}.{target.split(':', maxsplit=1)[0]}"))
        for s in samples
    }


def _said(made: Path) -> str:
    if not made.exists():
        return ""
    if made.suffix == ".pdf":
        return subprocess.run(["pdftotext", str(made), "-"], capture_output=True, check=False).stdout.decode(
            "utf-8", "replace"
        )
    return "".join(e.text + "\n" for e in read_file(made.name, made.read_bytes()).extracts)


def library(name: str, python: str) -> Callable[[list[Sample]], Result]:
    """A library in an environment of its own."""

    def run(samples: list[Sample]) -> Result:
        asked = "".join(f"{sample.path}\n" for sample in samples)
        peer = Path(__file__).with_name("peer.py")
        ran = subprocess.run([python, str(peer), name], input=asked, capture_output=True, text=True, check=False, timeout=1_800)  # fmt: skip
        rows = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("[")]
        return {Path(path): (took, text) for path, took, text in rows}

    return run
