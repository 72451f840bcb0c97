"""For one row of the table: each message is written to the disk, and on it, before its relay, as a queueing server does. Put on
PYTHONPATH, with SPOOL naming a folder on the same disk; the product itself keeps nothing of what passes."""

import asyncio
import itertools
import os

COUNT = itertools.count()


def spooled(send, folder):
    """Relay.send, with the message durable from before it is offered until it is answered for."""

    async def sending(self, envelope, raw, **more):
        path = os.path.join(folder, f"{os.getpid()}-{next(COUNT)}")
        await asyncio.to_thread(write, path, folder, raw)
        try:
            return await send(self, envelope, raw, **more)
        finally:
            await asyncio.to_thread(os.unlink, path)

    return sending


def write(path, folder, raw):
    """The file, then its name: both are on the disk when this returns."""
    with open(path, "xb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())
    entry = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


if folder := os.environ.get("SPOOL"):
    from gateway.relay import Relay

    Relay.send = spooled(Relay.send, folder)
