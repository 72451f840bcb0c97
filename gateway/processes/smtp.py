"""`schoolgate serve smtp`: takes mail, scans, decides, relays or holds; it writes the store and cannot read it."""

import asyncio
import contextlib
from collections.abc import Callable
from importlib.metadata import version

import uvloop

from detectors.findings import Scan
from detectors.launch import Template
from detectors.lean import give_back
from detectors.pool import Pool
from gateway import installation, maillog, metrics, snapshot, workers
from gateway.before import Before, checking
from gateway.gate import Gate, QuarantineDown
from gateway.installation import hostname
from gateway.notify import notify
from gateway.pipeline import handle
from gateway.processes import recall
from gateway.processes.in_force import InForce, Refused, load, reload, reloaded, tell
from gateway.processes.start import stop_event, utc_now
from gateway.processes.watch import watch
from gateway.quarantine_calls import QuarantineCalls, Threads
from gateway.relay import Relay
from gateway.replies import Reply
from gateway.settings import Settings
from gateway.smtp import serve
from gateway.smtp.trace import received
from policies import Facts, History, Standing
from policies.envelope import Envelope
from policies.verdict import Verdict
from quarantine import in_force, reloads, setup, standing
from quarantine.keys import Keys

Marks = tuple[tuple[int, int], ...]  # of files on the disk
DRAIN = 130.0  # seconds for messages under way: the longest reply (120 s) and some more


def run(settings: Settings, keys: Keys, *, endpoint: bool, template: Template) -> None:
    """Run until SIGTERM; `endpoint` says whether the numbers are served here (a process apart) or by the supervisor."""
    uvloop.run(_run(settings, keys, endpoint=endpoint, template=template))


async def _run(settings: Settings, keys: Keys, *, endpoint: bool, template: Template) -> None:
    threads = Threads()
    imported = snapshot.mark(
        settings.storage.path
    )  # before the load: an import in between is seen at the first look
    files = installation.policy_marks(settings)
    force = _Force(load(settings, keys.fingerprints, today=utc_now().date()), keys, threads, imported, files)
    pool = workers.pool(settings, force.now.directory, template=template)
    relay = Relay(settings.next_hop, hostname(settings))
    await force.look()
    await pool.start()
    try:
        await _serve(force, pool, relay, endpoint=endpoint)
    finally:
        await pool.close()
        await relay.close()
        await asyncio.to_thread(threads.close)
        maillog.stopped(process="smtp", drained=True)


async def _serve(force: "_Force", pool: Pool, relay: Relay, *, endpoint: bool) -> None:
    settings, name = force.now.settings, hostname(force.now.settings)
    gate = Gate(
        pool=pool,
        facts=force.facts,
        decide=force.decide,
        relay=relay,
        quarantine=QuarantineCalls(force.threads, utc_now, force.emergency),
        trace=lambda envelope: received(envelope, name, force.keys.loop),
        history=force.history,
        before=_before(settings),
    )

    async def take(envelope: Envelope, raw: bytes) -> Reply:
        return await handle(force.now.whose(envelope), raw, gate)

    stop = stop_event(force.reloading(pool))
    server = await serve(
        settings.smtp, take, hostname=name, loop_key=force.keys.loop, clock=utc_now, report=_report
    )
    force.renew = server.renew
    numbers = None
    if endpoint and settings.metrics.listen:
        numbers = metrics.start(settings.metrics.listen, lambda: {"smtp": not stop.is_set()})
    tell(force.now)
    await force.started()
    maillog.started(process="smtp", version=version("schoolgate"), listen=settings.smtp.listen)
    notify("READY=1")
    give_back()  # to load takes more than what was loaded
    await watch(lambda: force.look(pool), stop)
    notify("STOPPING=1")
    await server.close(DRAIN)
    if numbers is not None:
        await asyncio.to_thread(numbers.close)


class _Force:
    """The set in force with what people have switched, and its replacement by a reload; one at a time."""

    def __init__(
        self, now: InForce, keys: Keys, threads: Threads, imported: tuple[int, int], files: Marks
    ) -> None:
        self.now, self.keys, self.threads = now, keys, threads
        self.standing = Standing()
        self.former: frozenset[str] = frozenset()
        self._imported = imported
        self._files = self._settling = files
        self._seen = ""  # version of the directory whose contacts the memory knows
        self.renew: Callable[[], None] = lambda: None  # the server's certificates
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def facts(self, envelope: Envelope, scan: Scan, history: History) -> Facts:
        return self.now.facts(envelope, scan, history)

    def decide(self, found: Facts) -> Verdict:
        return self.now.decide(found, self.standing)

    def emergency(self, found: Facts) -> dict[str, str]:
        return self.now.emergency(found)

    async def history(self, envelope: Envelope, scan: Scan) -> History:
        return await recall.history(
            self.now, self.former, envelope, scan, threads=self.threads, now=utc_now()
        )

    async def look(self, pool: Pool | None = None) -> None:
        """What people have switched since the last look, new policies, a new import, and whose address has left the directory."""
        self.standing = await self.threads.call(standing.read, now=utc_now())
        imported = snapshot.mark(self.now.settings.storage.path)
        if pool is not None and (imported != self._imported or self._replaced()):
            self._imported = imported
            await self._reload(pool)
        force = self.now
        if force.directory.version != self._seen:
            self.former = await recall.former_contacts(force, threads=self.threads, now=utc_now())
            self._seen = force.directory.version

    def _replaced(self) -> bool:
        """Whether settings or policies are new on the disk, and nobody has written to them since the last look."""
        marks, before = installation.policy_marks(self.now.settings), self._settling
        self._settling = marks
        return marks == before != self._files

    def reloading(self, pool: Pool) -> Callable[[], None]:
        """What SIGHUP calls."""

        def start() -> None:
            task = asyncio.get_running_loop().create_task(self._reload(pool))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        return start

    async def _reload(self, pool: Pool) -> None:
        async with self._lock:
            self.renew()
            self._files = self._settling = installation.policy_marks(self.now.settings)
            new = await asyncio.to_thread(reload, self.now, self.keys.fingerprints, today=utc_now().date())
            if isinstance(new, InForce):
                if new.directory.version != self.now.directory.version:  # new workers: it takes seconds
                    await pool.replace_directory(new.directory)
                old, self.now = self.now, new
                setup.use_config(installation.quarantine_config(new.settings, may_read=False))
                reloaded(old, new)
            await self._record(new)

    async def _record(self, new: InForce | Refused) -> None:
        """For the console's banner; a database that is down has been said already."""
        with contextlib.suppress(QuarantineDown):
            if isinstance(new, Refused):
                await self.threads.call(reloads.refused, what=new.what, where=new.where, now=utc_now())
            else:
                await self.threads.call(in_force.record, new.rules, now=utc_now())
                await self.threads.call(reloads.done, policy_set=new.policy_set.version, now=utc_now())

    async def started(self) -> None:
        """The set of this start is in force: a refusal of before is mended."""
        with contextlib.suppress(QuarantineDown):
            await self.threads.call(in_force.record, self.now.rules, now=utc_now())
            if await self.threads.call(reloads.broken) is not None:
                await self._record(self.now)


def _before(settings: Settings) -> Before:
    """What senders may ask for: with pages alone, where they can read the password and the answer's page."""
    if not settings.pages.url:
        return Before()
    domains = [domain for school in settings.school for domain in school.domains]
    asked = settings.before_sending
    return Before(tags=asked.tags, checks=checking(asked.check, domains))


def _report(what: str, client: str) -> None:
    """A refusal below the message: one line, one count."""
    code = 421 if what in {"dropped", "timed_out"} else 0
    maillog.rejected_session(client=client, code=code, cause=what)
    metrics.REJECTED.labels(cause=what.partition(":")[0]).inc()
