"""The process that holds the language model: locked in like every worker, it turns lines into spans of people."""

import gc
import os
import signal
import sys
import tempfile
from pathlib import Path

from detectors import frames, sandbox
from detectors.pipes import frame, take_pipes
from detectors.recognize import NamesFinder
from detectors.warmth import load_late_modules


def main() -> None:
    """Speak with the gateway until it closes the pipe."""
    sandbox.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = take_pipes()
    setup = frames.unpack_request(frame(source))
    if not isinstance(setup, frames.Setup):
        raise SystemExit(2)
    folder = Path(sys.argv[2])
    os.chdir(folder)
    tempfile.tempdir = str(folder)
    load_late_modules()
    finder = NamesFinder(setup.spacy_model)
    barriers = sandbox.enter(folder, memory=setup.memory)
    lacking = sandbox.missing(barriers)
    if setup.require_sandbox and lacking:
        target.write(frames.pack_reply(frames.Failed(reason=lacking)))
        raise SystemExit(3)
    gc.freeze()
    target.write(frames.pack_reply(frames.Ready(barriers=barriers)))
    while asked := frame(source):
        request = frames.unpack_request(asked)
        if not isinstance(request, frames.Lines):
            raise SystemExit(2)
        found = finder.people(request.lines) or ()
        spans = tuple(tuple(line) for line in found)
        target.write(frames.pack_reply(frames.People(spans=spans)))


if __name__ == "__main__":
    main()
