"""Masks names and numbers in file names, so that a label can be shown."""

from detectors.directory.people import Directory
from detectors.extract.extracts import Extract
from detectors.findings import Strength, Where
from detectors.recognize import identifiers
from detectors.recognize.first_pass import looked
from detectors.recognize.matcher import prepare


def mask_label(text: str, directory: Directory) -> str:
    """The text with every pupil's name and every identifier masked: "A… T… report.pdf"."""
    matcher = prepare(directory)
    one = looked(Extract(part="0", where=Where.FILENAME, text=text[:2_000]))
    hits = matcher.names.read(one) + [h for h in identifiers.read(one, matcher.admissions) if h.score >= 0.2]
    shown, end = [], 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if hit.start >= end and hit.strength is not Strength.PARTIAL:
            shown += [one.text[end : hit.start], hit.masked or "…"]
            end = hit.end
    return "".join([*shown, one.text[end:]])
