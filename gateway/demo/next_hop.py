"""The next hop of the demonstration: takes everything from this machine and keeps it as files, for anybody to look at."""

import asyncio
import secrets
from pathlib import Path

from gateway.replies import Reply
from gateway.settings import Smtp
from gateway.smtp import Server, serve
from policies.envelope import Envelope


async def keep_all(folder: Path, listen: str) -> Server:
    """Listen on `listen` and write each message to `folder` as NUMBER.eml."""

    async def keep(envelope: Envelope, raw: bytes) -> Reply:
        await asyncio.to_thread(_write, folder, envelope, raw)
        return Reply(250, "2.0.0", "Kept")

    return await serve(
        Smtp(listen=(listen,), allow_from=("127.0.0.0/8", "::1/128")),
        keep,
        hostname="next-hop.example",
        loop_key=secrets.token_bytes(32),
    )


def _write(folder: Path, envelope: Envelope, raw: bytes) -> None:
    to = ", ".join(f"<{address}>" for address in envelope.addresses)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{envelope.id}.part"
    part.write_bytes(f"X-Envelope: from <{envelope.mail_from}> to {to}\r\n".encode() + raw)
    part.rename(part.with_suffix(".eml"))
