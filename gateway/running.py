"""The whole gateway as one process tree, with one address for its numbers and its health.

The children are copies of this process, made while it has neither a thread nor a loop: what they need is loaded once, and shared.
A child that is started again, after a crash or for new settings, is a program of its own and begins from nothing.
"""

import asyncio
import contextlib
import gc
import os
import select
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from prometheus_client.multiprocess import mark_process_dead

from detectors.launch import Template
from detectors.lean import give_back, let_go_of_files
from gateway import maillog, metrics
from gateway.cli.serve import migrate
from gateway.copies import Copy, copy, ended
from gateway.installation import quarantine_config
from gateway.notify import notify
from gateway.processes.names import Process, command
from gateway.processes.one import run as run_one
from gateway.settings import Settings
from gateway.settings_file import SettingsError, read
from gateway.supervisor import Child, Program, family, supervise
from quarantine import setup
from quarantine.keys import exist

COPIES = (Process.SMTP, Process.DELIVER, Process.CONSOLE)  # the senders' pages are another web site
MAIL_FIRST = 5.0  # seconds at a start in which the others leave the processors to mail in


def run(settings: Settings, template: Template, folder: Path, grace: float) -> int:
    """Load, make what a new installation lacks, start all processes, and keep them until SIGTERM; the exit code."""
    maillog.configure()
    load(settings)
    if not exist(settings.storage.path / "keys") and (refused := ended(copy(migrate))):
        return refused
    names = (*COPIES, Process.PAGES) if settings.pages.url else COPIES
    programs = [Program(name, command("serve", name), reloads=name is Process.SMTP) for name in names]
    children = family(programs, dict(os.environ), grace=grace)
    go = _copies(settings, template, children)
    return asyncio.run(_run(settings, folder, children, template, go))


def load(settings: Settings) -> None:
    """What mail in needs, and with it most of what the others need; no thread, no connection, no private key."""
    setup.setup(quarantine_config(settings, may_read=False))
    import_module("gateway.processes.smtp")
    gc.freeze()  # shared with the copies: no collector touches it


def _copies(settings: Settings, template: Template, children: dict[str, Child]) -> int:
    """Start the first of each; what is returned is closed when those may go on that wait for mail in."""
    wait, go = os.pipe()

    def begin(process: Process) -> None:
        os.close(go)
        os.environ.update(children[process].environment)
        for child in children.values():
            child.notices.close()
        if process is not Process.SMTP:
            template.control.close()
            select.select([wait], [], [])
        os.close(wait)
        gc.enable()
        run_one(process, settings, template if process is Process.SMTP else None)

    for process in COPIES:
        children[process].first = Copy(copy(partial(begin, process)))
    os.close(wait)
    template.control.close()  # mail in has it now: when it ends, the template ends
    gc.enable()
    return go


async def _run(
    settings: Settings, folder: Path, children: dict[str, Child], template: Template, go: int
) -> int:
    started = asyncio.Event()

    def ready() -> None:
        started.set()
        maillog.started(process="serve", version=version("schoolgate"), listen=settings.smtp.listen)
        notify("READY=1")
        give_back()
        let_go_of_files()  # all that was loaded here was loaded for the copies

    def died(name: str, pid: int) -> None:
        metrics.RESTARTS.labels(process=name).inc()
        mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]  # the library has no types here

    def health() -> dict[str, bool]:
        return {name: started.is_set() and child.ready.is_set() for name, child in children.items()}

    endpoint = (
        metrics.start(settings.metrics.listen, health, folder=folder) if settings.metrics.listen else None
    )
    _reap(template)
    letting = asyncio.create_task(_let_go(children[Process.SMTP], go))
    try:
        return await supervise(children, may_reload=lambda: _whole(settings.source), ready=ready, died=died)
    finally:
        notify("STOPPING=1")
        letting.cancel()
        if endpoint is not None:
            endpoint.close()
        maillog.stopped(process="serve", drained=True)


async def _let_go(smtp: Child, go: int) -> None:
    """The others begin once mail is taken: a start has two processors at the best, and mail waits."""
    try:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(smtp.ready.wait(), MAIL_FIRST)
    finally:
        os.close(go)


def _reap(template: Template) -> None:
    """Its parent takes note of its end, whoever uses it."""
    loop = asyncio.get_running_loop()

    def gone() -> None:
        loop.remove_reader(template.handle)
        template.reap()

    loop.add_reader(template.handle, gone)


def _whole(source: Path) -> bool:
    """Whether the settings on disk may be handed to the children; a broken file is said loudly and left alone."""
    try:
        read(source)
    except SettingsError:  # the mail process refuses it as well: it writes the log line and sets the metric
        return False
    return True
