"""`schoolgate serve`: the whole gateway as one process tree, with one address for its numbers and its health."""

import asyncio
import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from prometheus_client.multiprocess import mark_process_dead

from gateway import maillog, metrics
from gateway.notify import notify
from gateway.settings import Settings
from gateway.settings_file import SettingsError, read
from gateway.supervisor import Child, Program, supervise

PROCESSES = ("smtp", "deliver", "console")  # and the pages for senders, where they are on
GRACE = 150.0  # seconds for a process to drain: the longest reply (120 s) and some more


def command(*words: str) -> tuple[str, ...]:
    """Our own command in a process of its own; it finds the settings in the environment."""
    return (sys.executable, "-P", "-m", "gateway", *words)


def tree(settings: Settings, *, grace: float = GRACE) -> int:
    """Bring the tables up to date, then run all processes until SIGTERM; the exit code."""
    maillog.configure()
    if refused := _migrated():
        return refused
    folder = Path(tempfile.mkdtemp(prefix="schoolgate-metrics-"))
    try:
        return asyncio.run(_run(settings, folder, grace))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _migrated() -> int:
    """`schoolgate migrate` in a copy of this process, which has loaded it already; this one never opens the database."""
    from gateway.cli.app import main  # noqa: PLC0415  the commands import this module

    pid = os.fork()
    if pid == 0:
        sys.argv[1:] = ["migrate"]
        code = 1
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


async def _run(settings: Settings, folder: Path, grace: float) -> int:
    children: dict[str, Child] = {}
    names = (*PROCESSES, "pages") if settings.pages.url else PROCESSES

    def ready(started: dict[str, Child]) -> None:
        children.update(started)
        maillog.started(process="serve", version=version("schoolgate"), listen=settings.smtp.listen)
        notify("READY=1")

    def died(name: str, pid: int) -> None:
        metrics.RESTARTS.labels(process=name).inc()
        mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]  # the library has no types here

    def health() -> dict[str, bool]:
        return {name: name in children and children[name].ready.is_set() for name in names}

    endpoint = (
        metrics.start(settings.metrics.listen, health, folder=folder) if settings.metrics.listen else None
    )
    try:
        return await supervise(
            [Program(name, command("serve", name), reloads=name == "smtp") for name in names],
            {**os.environ, metrics.MULTIPROCESS: str(folder)},
            grace=grace,
            may_reload=lambda: _whole(settings.source),
            ready=ready,
            died=died,
        )
    finally:
        notify("STOPPING=1")
        if endpoint is not None:
            endpoint.close()
        maillog.stopped(process="serve", drained=True)


def _whole(source: Path) -> bool:
    """Whether the settings on disk may be handed to the children; a broken file is said loudly and left alone."""
    try:
        read(source)
    except SettingsError:  # the mail process refuses it as well: it writes the log line and sets the metric
        return False
    return True
