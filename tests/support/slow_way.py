"""The slow plain way of a scan: no first pass, no memory, the standard library's parser, every cell and every element by itself. What it finds is the measure for the quick way."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes
from unittest import mock

from detectors.directory.people import Directory
from detectors.extract import archive_zip, mime, pdf_tables, tables, xlsx, xlsx_xml, xml
from detectors.findings import Scan
from detectors.recognize import fold, labels, names, partials, recognition
from detectors.recognize.hits import passage
from detectors.recognize.ner import FindsPeople
from detectors.scan import scan


@contextmanager
def slow_way() -> Iterator[None]:
    """Every short cut of the quick way is closed."""
    with ExitStack() as closed:
        for place, name, instead in (
            (recognition, "looked", passage),  # whole texts for every recognizer
            (labels, "looked", passage),
            (mime, "parse", message_from_bytes),
            (archive_zip, "inflated", _none),
            (xlsx, "alike", _none),
            (xlsx, "grid", _none),
            (xlsx, "_plain_cells", _none),
            (xlsx_xml, "_is_plain", _no),
            (xml, "_is_simple", _no),
            (tables, "_full", lambda _: ""),
            (tables, "_odd_gap", lambda _: True),
            (pdf_tables, "_side_by_side", lambda _: True),
            (names, "words_of", fold._WORD.findall),
            (partials, "words_and_numbers", fold._RUN.findall),
        ):
            closed.enter_context(mock.patch.object(place, name, instead))
        yield


def slowly(raw: bytes, directory: Directory, nlp: FindsPeople | None = None) -> Scan:
    """What the slow plain way finds in a message."""
    with slow_way():
        return scan(raw, directory, nlp=nlp)


def _none(*_: object) -> None:
    return None


def _no(*_: object) -> bool:
    return False
