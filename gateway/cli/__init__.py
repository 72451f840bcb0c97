"""The command `schoolgate`."""

import sys

from gateway.cli.refusals import refuse_plainly


def main() -> None:
    """Run one command; what is wrong with the installation is one line on standard error and exit code 78."""
    try:
        if sys.argv[1:2] == ["serve"]:  # mail waits for it: nothing is loaded for the other commands
            from gateway.cli.root import command_line
            from gateway.cli.serve import migrate, serve

            app = command_line()
            app.command()(serve)
            app.command()(migrate)
        else:
            from gateway.cli.app import app
        app()
    except Exception as wrong:  # noqa: BLE001  raised again unless a person can mend it
        sys.exit(refuse_plainly(wrong))


__all__ = ["main"]
