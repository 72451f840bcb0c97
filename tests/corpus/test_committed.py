"""What other programs wrote: every needle is found, every verdict right, and nothing that broke a reader breaks it again."""

import re
from datetime import date
from random import Random

import pytest

from detectors.directory import DirectoryPaths, load
from detectors.fingerprints import Fingerprints
from detectors.limits import Limits
from detectors.scan import scan
from tests.corpus.entries import ENTRIES
from tests.corpus.files import FOLDER, crashes, locked_files, needle_files
from tests.corpus.mutation import mutated
from tests.corpus.reading import read_file
from tests.support.mail import make_message

TRIES = {
    "ooxml": 4,
    "pdf": 6,
    "mime": 6,
    "text": 6,
    "ole": 6,
    "odf": 4,
    "cms": 10,
}  # the slower doors; the others take twenty


def read_letters(out):
    """Everything that was read, with single spaces, as the names of people are looked for."""
    joined = "\n".join(e.text for e in out.extracts).replace("\xad", "").replace("_", " ")
    return re.sub(r"\s+", " ", joined)


@pytest.mark.parametrize("made", needle_files(), ids=lambda made: made.name)
def test_every_needle_is_found(made):
    found = read_letters(read_file(made.name, made.data))
    assert [place for place, needle in made.needles.items() if needle not in found] == []


@pytest.mark.slow
@pytest.mark.parametrize("locked", locked_files(), ids=lambda locked: locked.name)
def test_every_verdict_is_right(locked):
    out = read_file(locked.name, locked.data, Limits(try_seconds=0))
    assert out.nodes[1].protection is locked.verdict, out.nodes[1].how


@pytest.mark.parametrize(("name", "data"), crashes(), ids=lambda v: v if isinstance(v, str) else "")
def test_what_broke_a_reader_is_read_or_said_to_be_unread(name, data):
    [entry] = [e for e in ENTRIES if name.startswith(f"{e.name}-")]
    entry.enter(data)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_files_bent_at_random_are_read_or_said_to_be_unread(entry):
    """The short form of `make fuzz`: the same changes in every run."""
    seeds = entry.seeds()
    for seed in range(TRIES.get(entry.name, 20)):
        random = Random(seed)
        entry.enter(mutated(random.choice(seeds), random))


@pytest.mark.slow
def test_the_pupils_whom_others_hid_are_found_by_the_whole_scan():
    """Files by people who had not read the extractors, thirty, thirty-five and twenty-three; each names a pupil of the committed list."""
    directory = load(
        DirectoryPaths(pupils=(FOLDER / "pupils.csv",)), ["Example School"], ["example.sch.uk"], Fingerprints(b"k" * 32), today=date(2026, 3, 2)
    )  # fmt: skip
    hidden = [made for made in needle_files() if re.match(r"\d\d-", made.name)]
    missed = []
    for made in hidden:
        ending = made.name.rsplit(".", 1)[-1]
        raw = make_message(attach=((f"attached.{ending}", "application/octet-stream", made.data),))
        found = {f.masked[:1] for f in scan(raw, directory).findings if f.kind == "pupil-name"}
        if not all(found & {word[0] for word in re.findall(r"\w+", name)} for name in made.needles.values()):
            missed.append(made.name)
    assert len(hidden) == 88
    assert missed == []
