"""The part of mail out that mends: its own pool of one worker, started when the first sender has chosen."""

import asyncio
from datetime import date

from detectors.findings import Scan
from detectors.pool import Pool
from gateway import installation, workers
from gateway.mending import Workshop, run
from gateway.processes import recall
from gateway.processes.in_force import InForce, load, reload, reloaded
from gateway.processes.start import utc_now
from gateway.quarantine_calls import Threads
from gateway.settings import Settings
from gateway.signing import Signer
from policies import Facts, History, Standing
from policies.envelope import Envelope
from policies.verdict import Verdict
from quarantine import memory, standing
from quarantine.keys import Keys


class _Started:
    """Directory, policies and worker, once they are needed."""

    def __init__(self, settings: Settings, keys: Keys, threads: Threads) -> None:
        self._settings, self._keys, self._threads = settings, keys, threads
        self._force: InForce | None = None
        self._pool: Pool | None = None
        self._marks: tuple[tuple[int, int], ...] = ()
        self._standing = Standing()

    async def history(self, envelope: Envelope, scan: Scan) -> History:
        assert self._force is not None
        now = utc_now()
        self._standing = await self._threads.call(standing.read, now=now)
        former = await self._threads.call(memory.former_contacts, now=now)
        return await recall.history(self._force, former, envelope, scan, threads=self._threads, now=now)

    def facts(self, envelope: Envelope, scan: Scan, history: History) -> Facts:
        assert self._force is not None
        return self._force.facts(envelope, scan, history)

    def decide(self, found: Facts) -> Verdict:
        assert self._force is not None
        return self._force.decide(found, self._standing)

    async def pool(self) -> Pool:
        """The worker, with the directory and policies that are on the disk now."""
        marks = installation.marks(self._settings)
        if self._pool is not None and self._force is not None and marks != self._marks:
            self._marks = marks
            new = await asyncio.to_thread(reload, self._force, self._keys.fingerprints, today=_today())
            if isinstance(new, InForce):
                await self._pool.replace_directory(new.directory)
                old, self._force = self._force, new
                reloaded(old, new)
        if self._pool is None:
            self._marks = marks
            self._force = await asyncio.to_thread(
                load, self._settings, self._keys.fingerprints, today=_today()
            )
            pool = workers.pool(self._settings, self._force.directory, workers=1)
            await pool.start()
            self._pool = pool
        return self._pool

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()


def _today() -> date:
    return utc_now().date()


async def mend(
    settings: Settings, keys: Keys, threads: Threads, stop: asyncio.Event, *, signer: Signer
) -> None:
    """Mend until `stop`."""
    started = _Started(settings, keys, threads)
    shop = Workshop(
        pool=started.pool,
        history=started.history,
        facts=started.facts,
        decide=started.decide,
        sign=signer.sign,
        threads=threads,
        clock=utc_now,
    )
    try:
        await run(shop, stop)
    finally:
        await started.close()
