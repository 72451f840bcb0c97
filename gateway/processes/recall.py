"""What went before, asked of the quarantine as little as possible: of pairs only where a message speaks of a password."""

from datetime import datetime

from detectors.findings import Scan
from gateway.processes.in_force import InForce
from gateway.quarantine_calls import Threads
from policies import History
from policies.envelope import Envelope
from quarantine import memory


async def history(
    force: InForce, former: frozenset[str], envelope: Envelope, scan: Scan, *, threads: Threads, now: datetime
) -> History:
    """The history of one message; QuarantineDown where the database does not answer."""
    asked = force.to_recall(envelope, scan)
    pairs = await threads.call(memory.recall, asked, now=now) if asked else asked
    return History(protected_sent=pairs, former_contacts=former)


async def former_contacts(force: InForce, *, threads: Threads, now: datetime) -> frozenset[str]:
    """Tell the memory who is in the directory now; the addresses that lately left it."""
    await threads.call(memory.see_contacts, force.contacts(), now=now)
    return await threads.call(memory.former_contacts, now=now)
