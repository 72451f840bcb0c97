"""One process of the gateway from its start to its end, whether it was started by itself or is a copy of the supervisor."""

import os

from detectors.launch import Template, launch
from detectors.sandbox import call_me
from gateway.processes.names import Process
from gateway.processes.start import begin
from gateway.settings import Settings
from gateway.supervisor import PARENT


def run(process: Process, settings: Settings, template: Template | None = None) -> None:
    """Until SIGTERM. Each process is imported once the quarantine is open: it brings the models."""
    call_me(f"serve {process}")
    keys = begin(
        settings, may_read=process.may_read, serves="pages" if process is Process.PAGES else "console"
    )
    endpoint = PARENT not in os.environ
    match process:
        case Process.SMTP:
            from gateway.processes import smtp  # noqa: PLC0415

            smtp.run(settings, keys, endpoint=endpoint, template=template or launch())
        case Process.DELIVER:
            from gateway.processes import deliver  # noqa: PLC0415

            deliver.run(settings, keys, endpoint=endpoint)
        case Process.CONSOLE:
            from gateway.processes import console  # noqa: PLC0415

            console.run(settings)
        case Process.PAGES:
            from gateway.processes import pages  # noqa: PLC0415

            pages.run(settings)
