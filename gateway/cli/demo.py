"""`schoolgate demo`: a made-up school on this machine, to see what the gateway does."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.opening import out, refuse
from gateway.demo.installation import Ports

PortOption = Annotated[int, typer.Option(min=1, max=65535)]


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where the made-up school lives.")] = Path("demo"),
    leave: Annotated[bool, typer.Option("--exit", help="End after the table.")] = False,
    smtp_port: PortOption = 2525,
    next_hop_port: PortOption = 2526,
    console_port: PortOption = 8080,
    metrics_port: PortOption = 9125,
    pages_port: PortOption = 8081,
) -> None:
    """Start a made-up school, send a dozen telling messages, show what becomes of each, and stay up to be tried."""
    from gateway.demo.run import DemoError, run
    from gateway.demo.shown import Shown

    ports = Ports(smtp_port, next_hop_port, console_port, metrics_port, pages_port)
    try:
        run(folder.absolute(), ports, Shown(out()), stay=not leave)
    except DemoError as wrong:
        refuse(str(wrong), 1)
