"""The command `schoolgate`."""

from gateway.cli.app import main

__all__ = ["main"]
