"""Judges what people only try on a page: read in the sandbox, decided by the policies in force, answered in masks, then gone."""

import asyncio
from typing import TYPE_CHECKING

from detectors.pool import Busy
from detectors.process import WorkerError
from gateway import maillog
from quarantine import trials

if TYPE_CHECKING:
    from gateway.mending import Workshop


async def try_next(shop: "Workshop") -> bool:
    """Judge the next one; whether there was one."""
    job = await shop.threads.call(trials.claim, now=shop.clock())
    if job is None:
        return False
    try:
        pool = await shop.pool()
        scan = await pool.scan(job.raw)
        history = await shop.history(job.envelope, scan)
        facts = await asyncio.to_thread(shop.facts, job.envelope, scan, history)
        verdict = await asyncio.to_thread(shop.decide, facts)
    except (Busy, WorkerError) as trouble:
        maillog.failed(where="try", cause=getattr(trouble, "reason", "busy"), id=job.envelope.id)
        await shop.threads.call(trials.failed, job)
    else:
        await shop.threads.call(trials.judged, job, verdict, now=shop.clock())
    return True
