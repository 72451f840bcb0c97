"""Asks a sandboxed process for the text of one message. It is bounded in time, memory and answer; what fails is said, never shown."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping

import msgspec

from quarantine.console.pieces import Preview

SECONDS = 40  # then the process is killed; it reads most messages in one
MEMORY = 1_500_000_000  # bytes of address space
MOST_ANSWER = 8_000_000  # bytes; ten times what its own limits allow for a page


class PreviewError(Exception):
    """No preview: the reader did not answer, or not in time. Nothing of the message is in this."""


def preview(raw: bytes, skip: Mapping[str, str]) -> Preview:
    """The text of the message, read in a process that can neither reach the network nor the keys. `skip` names parts that ended a scan worker, and why."""
    with tempfile.TemporaryDirectory(prefix="schoolgate-preview-") as folder:
        answer = _ask(raw, folder, json.dumps(dict(skip)))
    if not answer or len(answer) > MOST_ANSWER:
        raise PreviewError
    try:
        return msgspec.msgpack.decode(answer, type=Preview)
    except msgspec.DecodeError:
        raise PreviewError from None


def _ask(raw: bytes, folder: str, skip: str) -> bytes:
    """Send the bytes and take the answer; the whole process group is gone afterwards."""
    command = [sys.executable, "-m", "quarantine.console.reader", folder, str(MEMORY), skip]
    with subprocess.Popen(  # noqa: S603 - our own module, our own arguments
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Timer(SECONDS, _kill, [process])
        late.start()
        feeder = threading.Thread(target=_feed, args=(process, raw), daemon=True)
        feeder.start()
        try:
            return process.stdout.read(MOST_ANSWER + 1)
        finally:
            late.cancel()
            _kill(process)
            feeder.join(timeout=5)


def _feed(process: subprocess.Popen[bytes], raw: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(raw)
        process.stdin.flush()
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
