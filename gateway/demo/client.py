"""A mail program as small as it can be: hands one message to a server on this machine and gives back the last reply."""

import asyncio

TIMEOUT = 150.0  # seconds for one message: the gateway answers within 120


async def send(port: int, sender: str, recipients: list[str], raw: bytes) -> str:
    """The reply to the message, or to the command that was refused."""
    async with asyncio.timeout(TIMEOUT):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await _reply(reader)
            commands = [
                "EHLO teacher.example",
                f"MAIL FROM:<{sender}>",
                *(f"RCPT TO:<{r}>" for r in recipients),
                "DATA",
            ]
            for command in commands:
                writer.write(f"{command}\r\n".encode())
                reply = await _reply(reader)
                if reply[0] not in "23":
                    return reply
            writer.write(raw.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            reply = await _reply(reader)
            writer.write(b"QUIT\r\n")
            return reply
        finally:
            writer.close()


async def _reply(reader: asyncio.StreamReader) -> str:
    """One reply; of several lines the last."""
    while line := (await reader.readuntil(b"\n")).decode("ascii", "replace").strip():
        if line[3:4] != "-":
            return line
    return ""
