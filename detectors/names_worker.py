"""The process that holds the language model: locked in like every worker, it turns lines into spans of people."""

from pathlib import Path
from typing import BinaryIO

from detectors import frames
from detectors.pipes import frame, lock_in
from detectors.recognize.ner import NamesFinder


def serve(source: BinaryIO, target: BinaryIO, setup: frames.Setup, folder: Path) -> None:
    """Load the model, lock in, and answer until the gateway closes the socket."""
    finder = NamesFinder(setup.spacy_model)
    lock_in(target, setup, folder)
    while asked := frame(source):
        request = frames.unpack_request(asked)
        if not isinstance(request, frames.Lines):
            raise SystemExit(2)
        found = finder.people(request.lines) or ()
        spans = tuple(tuple(line) for line in found)
        target.write(frames.pack_reply(frames.People(spans=spans)))
