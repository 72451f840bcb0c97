"""The labelled subjects: every form in which a pupil's name turns up, and everything that only looks like one."""

import json
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from detectors.directory import Directory, Pupil, Staff
from detectors.extract.extracts import Extract
from detectors.findings import Strength, Where
from detectors.fingerprints import Fingerprints
from detectors.recognize import hits, name_index, name_tables, sensitive

CASES = json.loads((Path(__file__).parent / "subject.json").read_text("utf-8"))


def roster() -> Directory:
    pupils = tuple(
        Pupil(
            id=row["id"],
            legal_forename=row["legal_forename"],
            legal_surname=row["legal_surname"],
            preferred_forename=row["pref_forename"],
            preferred_surname=row["pref_surname"],
            class_name=row["class"].split(" ")[0],
        )
        for row in CASES["roster"]
    )
    staff = (
        Staff(id="s1", forename="Jordan", surname="Lee"),
        Staff(id="s2", forename="Sarah", surname="Green"),
    )
    return Directory(
        school_names=("Example Primary School",),
        domains=("example.sch.uk",),
        fingerprints=Fingerprints(b"k" * 32),
        pupils=pupils,
        staff=staff,
    )


@pytest.fixture(scope="module")
def reader():
    directory = roster()
    return name_tables.reader(directory, name_index.build(directory), sensitive.load())


def strengths(reader, subject: str) -> set[Strength | None]:
    text = str(make_header(decode_header(subject)))
    extract = Extract(part="0", where=Where.SUBJECT, place="subject", text=text)
    return {hit.strength for hit in reader.read(hits.passage(extract))}


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda c: f"{c['n']} {c['expected']}")
def test_labelled_subjects(reader, case):
    """FULL is a sure name, WARN a doubtful one; PART and NONE are neither."""
    found = strengths(reader, case["subject"])
    wanted = {"FULL": Strength.FULL, "WARN": Strength.WEAK}.get(case["expected"])
    if wanted is None:
        assert not found & {Strength.FULL, Strength.WEAK}
    else:
        strongest = (
            Strength.FULL if Strength.FULL in found else Strength.WEAK if Strength.WEAK in found else None
        )
        assert strongest is wanted
