"""`schoolgate serve`: where the numbers of its processes are summed, and what must be so before anything else is loaded."""

import gc
import os
import shutil
import tempfile
from pathlib import Path

from detectors.launch import Template
from gateway.settings import Settings

GRACE = 150.0  # seconds for a process to drain: the longest reply (120 s) and some more


def tree(settings: Settings, template: Template, *, grace: float = GRACE) -> int:
    """Run the whole gateway until SIGTERM; the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="schoolgate-metrics-"))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(
        folder
    )  # its library looks when it is loaded, and never again
    gc.disable()  # while modules are loaded nothing is garbage
    try:
        from gateway.running import run  # noqa: PLC0415

        return run(settings, template, folder, grace)
    finally:
        template.end()  # nobody uses it any more
        shutil.rmtree(folder, ignore_errors=True)
