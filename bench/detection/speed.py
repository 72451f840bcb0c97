"""Letters a second over the school mail mix: the whole scan, and presidio on the very text that the scan read out of each message."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.detection import rivals
from detectors.directory import Directory
from detectors.extract.walk import read_message
from detectors.limits import Limits
from detectors.recognize.ner import NamesFinder
from detectors.recognize.recognition import recognize
from detectors.scan import scan

MESSAGES, EVERY, ROUNDS = 100, 10, 3
CORPUS = Path(__file__).parents[1] / "mail" / "corpus.py"


def mix() -> list[bytes]:
    with TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, str(CORPUS), "--out", folder, "--n", str(MESSAGES)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return [path.read_bytes() for path in sorted(Path(folder).glob("*.eml"))]


def section(directory: Directory) -> str:
    """Median of three rounds for ours; presidio reads every tenth message once."""
    messages, nlp = mix(), NamesFinder()
    readings = [read_message(raw, Limits()) for raw in messages]
    letters = sum(len(e.text) for r in readings for e in r.extracts)
    whole, words, bare = [], [], []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for raw in messages:
            scan(raw, directory, nlp=nlp)
        whole.append(time.process_time() - begun)
        begun = time.process_time()
        for reading in readings:
            recognize(reading.extracts, directory, (), nlp)
        words.append(time.process_time() - begun)
        begun = time.process_time()
        for reading in readings:
            recognize(reading.extracts, directory, (), None)
        bare.append(time.process_time() - begun)
    presidio = rivals.presidio()
    presidio("Warm up with Jo Bloggs of 07700 900123.")
    read, begun = 0, time.process_time()
    for reading in readings[::EVERY]:
        for extract in reading.extracts:
            presidio(extract.text)
            read += len(extract.text)
    stock = read / (time.process_time() - begun)
    rows = {
        "Schoolgate, whole scan of the message's bytes": letters / median(whole),
        "Schoolgate, recognition alone": letters / median(words),
        "Schoolgate, recognition without the language model": letters / median(bare),
        "presidio-analyzer, stock, of the text alone": stock,
    }
    lines = [f"| {who} | {rate:,.0f} | {rate / stock:.0f} × |" for who, rate in rows.items()]
    return "\n".join([
        f"### Speed over the school mail mix ({MESSAGES} messages of bench/mail, {letters:,} letters; CPU time)", "",
        "| | letters a second | beside presidio |", "|---|---|---|", *lines,
    ])  # fmt: skip
