"""Whole sessions as text, to be read beside the RFCs: the server must say exactly what the script says.

`c:` lines are sent as they stand, those that follow one another in one packet; `raw:` sends a Python bytes literal;
`s:` is one line of the server (… stands for anything at its end); `s: closed` is the end of the connection;
`tls` makes the handshake; `settings:` and `took:` (content, or nothing for no message) frame the script.
"""

import ast
import asyncio
import ssl
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gateway.smtp.running import Client, Running, connected, gateway, run

DIALOGS = sorted((Path(__file__).parent / "dialogs").glob("*.txt"))


def test_there_are_dialogs() -> None:
    assert len(DIALOGS) > 20


@pytest.mark.parametrize("path", DIALOGS, ids=lambda path: path.stem)
def test_dialog(path: Path, school_tls: dict[str, Path], client_tls: ssl.SSLContext) -> None:
    steps = [
        (number, *[part.removeprefix(" ") for part in line.partition(":")[::2]])
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]
    settings = tomllib.loads("\n".join(text for _, word, text in steps if word == "settings"))
    for key, name in settings.items():
        settings[key] = school_tls.get(name, name) if isinstance(name, str) else name
    settings["allow_from"] = tuple(settings.get("allow_from", ["127.0.0.0/8"]))
    run(play([step for step in steps if step[1] != "settings"], settings, client_tls))


async def play(steps: list[tuple[int, str, str]], settings: dict[str, object], tls: ssl.SSLContext) -> None:
    async with gateway(**settings) as running, connected(running.port, hello=False) as client:
        sent = b""
        for number, word, text in steps:
            if word in ("c", "raw"):
                sent += text.encode() + b"\r\n" if word == "c" else ast.literal_eval(text)
                continue
            await client.send(sent)
            sent = b""
            await CHECKS[word](number, text, client, running, tls)
        assert not sent, "the script ends with what the server says"


async def expect_line(number: int, text: str, client: Client, running: Running, tls: ssl.SSLContext) -> None:
    line = await client.line()
    if text == "closed":
        assert line == "", f"line {number}: still open"
    elif text.endswith("…"):
        assert line.startswith(text[:-1]), f"line {number}"
    else:
        assert line == text, f"line {number}"


async def expect_message(
    number: int, text: str, client: Client, running: Running, tls: ssl.SSLContext
) -> None:
    if not text:
        assert running.taken == [], f"line {number}"
    else:
        assert running.taken.pop(0)[1] == ast.literal_eval(text), f"line {number}"


async def expect_envelope(
    number: int, text: str, client: Client, running: Running, tls: ssl.SSLContext
) -> None:
    """`envelope: field=value`, as repr; of the message that `took:` comes to next."""
    name, _, value = text.partition("=")
    assert repr(getattr(running.taken[0][0], name)) == value, f"line {number}"


async def handshake(number: int, text: str, client: Client, running: Running, tls: ssl.SSLContext) -> None:
    await asyncio.wait_for(client.writer.start_tls(tls, server_hostname="gw.example.sch.uk"), 20)


CHECKS: dict[str, Callable] = {
    "s": expect_line,
    "took": expect_message,
    "envelope": expect_envelope,
    "tls": handshake,
}
