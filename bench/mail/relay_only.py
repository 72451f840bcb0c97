"""Our two ends of SMTP with nothing in between: mail in, mail out, no reading and no policy. python -m bench.mail.relay_only PORT HOP"""

import asyncio
import sys

import uvloop

from gateway.relay import Relay
from gateway.replies import Reply
from gateway.settings import NextHop, Smtp
from gateway.smtp import serve
from gateway.smtp.trace import received
from policies.envelope import Envelope


async def main(port: str, hop: str) -> None:
    relay = Relay(NextHop(address=f"127.0.0.1:{hop}", tls="off"), "bench")

    async def handle(envelope: Envelope, raw: bytes) -> Reply:
        trace = received(envelope, "bench.example", bytes(32))
        return (await relay.send(envelope, raw, trace=trace, within=60, judged=True)).reply

    await serve(
        Smtp(listen=(f"127.0.0.1:{port}",), allow_from=("127.0.0.0/8",)),
        handle,
        hostname="bench",
        loop_key=bytes(32),
    )
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
