"""A delivery process that kills itself at a named step, as a power cut would: `python -m tests.support.killed_deliver STEP`."""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from gateway.cli import main
from gateway.installation import quarantine_config
from gateway.settings_file import read
from quarantine import setup

Call = Callable[..., Awaitable[Any]]
STEPS = ("before the claim", "after the claim", "before the send", "after the send", "after the record")


def dying(call: Call, *, after: bool) -> Call:
    """The call, and the end of the process before or after it."""

    async def die(*args: Any, **named: Any) -> Any:
        result = await call(*args, **named) if after else None
        if not after or result != []:  # an empty claim is no step of a message
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return die


def install(step: str) -> None:
    """Put the end at its step."""
    setup.setup(quarantine_config(read(Path(os.environ["SCHOOLGATE_CONFIG"])), may_read=True))
    from gateway.quarantine_calls import OutboxCalls
    from gateway.relay import Relay

    owner, name = {"claim": (OutboxCalls, "claim"), "send": (Relay, "send"), "record": (OutboxCalls, "sent")}[
        step.rpartition(" ")[2]
    ]
    setattr(owner, name, dying(getattr(owner, name), after=step.startswith("after")))


if __name__ == "__main__":
    install(sys.argv.pop(1))
    sys.argv[1:] = ["serve", "deliver"]
    main()
