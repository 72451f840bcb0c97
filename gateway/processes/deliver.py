"""`schoolgate serve deliver`: sends what the outbox holds, and does what the clock asks for: reminders, expiry, retention."""

import asyncio
from importlib.metadata import version

import uvloop

from gateway import maillog, metrics, signing
from gateway.deliver import Post
from gateway.deliver import run as deliver
from gateway.installation import hostname
from gateway.notify import notify
from gateway.processes.mend import mend
from gateway.processes.nightly import import_nightly
from gateway.processes.start import stop_event, utc_now
from gateway.processes.upkeep import keep_up
from gateway.processes.uploads import take_uploads
from gateway.quarantine_calls import OutboxCalls, Threads
from gateway.relay import Relay
from gateway.settings import Settings
from gateway.smtp.trace import received
from quarantine.keys import Keys

DRAIN = 60.0  # seconds for messages under way; a row cut off comes back when its lease ends


def run(settings: Settings, keys: Keys, *, endpoint: bool) -> None:
    """Run until SIGTERM; `endpoint` says whether the numbers are served here (a process apart) or by the supervisor."""
    uvloop.run(_run(settings, keys, endpoint=endpoint))


async def _run(settings: Settings, keys: Keys, *, endpoint: bool) -> None:
    stop, name = stop_event(), hostname(settings)
    relay, threads = Relay(settings.next_hop, name), Threads()
    signer = signing.load(settings.dkim)
    post = Post(
        outbox=OutboxCalls(threads, utc_now),
        relay=relay,
        trace=lambda envelope: received(envelope, name, keys.loop),
    )
    numbers = None
    if endpoint and settings.metrics.deliver:
        numbers = metrics.start(settings.metrics.deliver, lambda: {"deliver": not stop.is_set()})
    maillog.started(process="deliver", version=version("schoolgate"))
    notify("READY=1")
    upkeep = asyncio.create_task(keep_up(threads, stop))
    nightly = asyncio.create_task(import_nightly(settings, stop))
    mending = asyncio.create_task(mend(settings, keys, threads, stop, signer=signer))
    exports = asyncio.create_task(take_uploads(settings, keys, threads, stop))
    drained = await deliver(post, stop, drain=DRAIN)
    notify("STOPPING=1")
    await asyncio.gather(upkeep, nightly, mending, exports)
    await relay.close()
    await asyncio.to_thread(threads.close)
    if numbers is not None:
        await asyncio.to_thread(numbers.close)
    maillog.stopped(process="deliver", drained=drained)
