"""The template of the workers: one process that has loaded everything once and reads no message; each worker is a copy of it."""

import gc
import importlib
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from detectors import frames, sandbox
from detectors.launch import HANDED_ON
from detectors.lean import give_back, let_go, let_go_of_files
from detectors.recognize.matcher import prepare
from detectors.recognize.modelless import load_presidio
from detectors.scan import scan
from detectors.warmth import EMPTY, SAMPLE, load_late_modules

FAILED = 3  # exit code of a worker that could not begin


def main() -> None:
    """Make workers until the gateway closes the socket. They share what stands here, memory page by memory page."""
    if HANDED_ON not in sys.argv:
        sandbox.die_with_parent()
    sandbox.call_me("sg-template")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the gateway decides
    control = socket.socket(fileno=os.dup(0))
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    load_late_modules()
    load_presidio()
    let_go()
    importlib.import_module("detectors.worker")
    scan(SAMPLE, EMPTY)  # all that is loaded late is loaded now: soon no file can be opened
    sandbox.draw_up()
    give_back()
    gc.freeze()  # nothing of it is ever garbage
    gc.enable()
    _serve(control)


def _serve(control: socket.socket) -> None:
    setup: frames.Setup | None = None
    while (asked := _asked(control)) is not None:
        request, ends = asked
        if isinstance(request, frames.Setup):
            if setup is not None:
                gc.unfreeze()  # the former directory may go
            setup = request
            prepare(setup.directory)
            gc.collect()
            give_back()
            let_go_of_files()
            gc.freeze()  # what is here now is shared: no collector touches it
            control.sendall(frames.pack_reply(frames.Ready(barriers=())))
        elif isinstance(request, frames.Fork) and setup is not None and len(ends) == 1:
            pid = os.fork()
            if pid == 0:
                control.close()
                _become(request, ends[0], setup)
            os.close(ends[0])
            control.sendall(frames.pack_reply(frames.Forked(pid=pid)))
        elif isinstance(request, frames.End):
            _end(request.pid)
            control.sendall(frames.pack_reply(frames.Ended()))
        else:
            raise SystemExit(2)


def _asked(control: socket.socket) -> tuple[frames.Setup | frames.Request, list[int]] | None:
    """The next request with the descriptors that came along; None when the gateway has gone."""
    head, ends, _, _ = socket.recv_fds(control, frames.HEAD.size, 1)
    if len(head) < frames.HEAD.size:
        return None
    size = frames.HEAD.unpack(head)[0]
    if size > frames.MAX_REQUEST:
        raise SystemExit(2)
    body = bytearray()
    while len(body) < size:
        if not (more := control.recv(size - len(body))):
            return None
        body += more
    return frames.unpack_request(bytes(body)), ends


def _end(pid: int) -> None:
    """Until here its number belongs to it, dead or alive: nobody else's group is hit."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)  # it has no group of its own yet
    os.waitpid(pid, 0)


def _become(request: frames.Fork, end: int, setup: frames.Setup) -> NoReturn:
    """From here on this process is a worker."""
    code = FAILED
    try:
        os.setsid()
        sandbox.die_with_parent()
        sandbox.call_me(f"sg-{request.module}")
        os.chdir(request.folder)
        tempfile.tempdir = request.folder
        with os.fdopen(os.dup(end), "rb", 1 << 20) as source, os.fdopen(end, "wb", 0) as target:
            importlib.import_module(f"detectors.{request.module}").serve(
                source, target, setup, Path(request.folder)
            )
        code = 0
    except SystemExit as ends:
        code = ends.code if isinstance(ends.code, int) else FAILED
    finally:
        os._exit(code)  # a copy of the template must not run what the template has set up for its own end


if __name__ == "__main__":
    main()
