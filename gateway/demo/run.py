"""`schoolgate demo`: starts the made-up school, sends its messages over SMTP, shows what became of each, and stays up."""

import asyncio
import contextlib
import email
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy as mail_policy
from pathlib import Path

from gateway.demo.client import send
from gateway.demo.installation import Demo, Ports, make
from gateway.demo.messages import Sample, samples
from gateway.demo.next_hop import keep_all
from gateway.demo.shown import Row, Shown
from gateway.processes.names import command
from gateway.settings_file import ENVIRONMENT

START = 90.0  # seconds for a cold disk and a slow machine
NOTICE = 20.0  # seconds to wait for a notice of ours before the table says that none came


class DemoError(Exception):
    """Why the demonstration cannot go on, in one line."""


def run(folder: Path, ports: Ports, shown: Shown, *, stay: bool) -> None:
    """The whole demonstration."""
    if taken := ports.taken():
        raise DemoError(f"somebody listens on port {', '.join(map(str, taken))} of this machine already")
    demo = make(folder, ports, now=datetime.now(UTC))
    os.environ[ENVIRONMENT] = str(demo.config.absolute())
    asyncio.run(_run(demo, ports, shown, stay=stay))


async def _run(demo: Demo, ports: Ports, shown: Shown, *, stay: bool) -> None:
    next_hop = await keep_all(demo.mail, f"127.0.0.1:{ports.next_hop}")
    try:
        async with _gateway(demo, ports) as gateway:
            shown.begin()
            for number, sample in enumerate(samples(demo.children), 1):
                shown.add(await _tell(demo, ports, sample, number))
            shown.end(demo, ports, stay=stay)
            if stay:
                await _until_stopped(gateway)
    finally:
        await next_hop.close(5)


@contextlib.asynccontextmanager
async def _gateway(demo: Demo, ports: Ports) -> AsyncIterator[asyncio.subprocess.Process]:
    """The real `schoolgate serve` beside us, from its greeting to its end."""
    with (demo.folder / "serve.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(*command("serve"), stdout=log, stderr=log)
    try:
        await _greets(process, ports.smtp, demo.folder / "serve.log")
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def _greets(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    """Wait until the metrics port says that all processes are ready."""
    deadline = asyncio.get_running_loop().time() + START
    while process.returncode is None and asyncio.get_running_loop().time() < deadline:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            greeting = await reader.read(4)
            writer.close()
            if greeting.startswith(b"220"):
                return
        await asyncio.sleep(0.1)
    raise DemoError(f"the gateway did not start; see {log}")


async def _tell(demo: Demo, ports: Ports, sample: Sample, number: int) -> Row:
    """Send one message, and look up what was decided and what its sender heard."""
    before = set(demo.mail.glob("*.eml"))
    now = datetime.now(UTC)
    reply = await send(ports.smtp, sample.sender.address, [sample.to], sample.raw(now, number))
    verdict = await asyncio.to_thread(_latest, demo.why)
    row = Row(sample, verdict.action, verdict.why, reply)
    if verdict.action in {"ask", "quarantine", "block"}:
        row.notice = await _notice(demo.mail, before, sample.sender.address)
    return row


@dataclass(frozen=True, slots=True)
class _Decided:
    action: str
    why: tuple[str, ...]


def _latest(why: dict[str, str]) -> _Decided:
    """The verdict on the message that went last."""
    from quarantine.models import VerdictRecord  # noqa: PLC0415 - models can be imported once Django is set up

    record = VerdictRecord.objects.order_by("-received_at", "-id").first()
    if record is None:
        return _Decided("none", ())
    return _Decided(record.action, tuple(dict.fromkeys(why[policy] for policy in record.policies)))


async def _notice(folder: Path, before: set[Path], to: str) -> str:
    """The subject of the notice that came to this address."""
    deadline = asyncio.get_running_loop().time() + NOTICE
    while asyncio.get_running_loop().time() < deadline:
        if subject := await asyncio.to_thread(_subject, folder, before, to):
            return subject
        await asyncio.sleep(0.1)
    return ""


def _subject(folder: Path, before: set[Path], to: str) -> str:
    for file in sorted(set(folder.glob("*.eml")) - before):
        message = email.message_from_bytes(file.read_bytes(), policy=mail_policy.default)
        if to in str(message["X-Envelope"]).partition(" to ")[2]:
            return str(message["Subject"])
    return ""


async def _until_stopped(gateway: asyncio.subprocess.Process) -> None:
    """Until Ctrl-C, SIGTERM, or the gateway's own end."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    ended, stopped = asyncio.create_task(gateway.wait()), asyncio.create_task(stop.wait())
    await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
    if ended.done():
        sys.stderr.write("schoolgate: the gateway ended by itself; see serve.log\n")
    stopped.cancel()
    ended.cancel()
