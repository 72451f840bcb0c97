"""What is wrong with an installation, as the one line and the exit code that every command gives."""

import os

import typer


def refuse_plainly(wrong: Exception) -> int:
    """Say what a person can mend and return the exit code; anything else is raised as it is."""
    from django.db import Error as DjangoDatabaseError

    from detectors.directory.errors import DirectoryError
    from detectors.sandbox import SandboxError
    from gateway.settings_file import SettingsError
    from policies.errors import PolicyError
    from quarantine.keys import KeysError
    from quarantine.setup import DatabaseError

    if isinstance(wrong, DjangoDatabaseError):
        # Its text may hold values of a row: the class says enough.
        typer.echo(f"schoolgate: the database does not answer ({type(wrong).__name__})", err=True)
        return os.EX_TEMPFAIL  # it may answer in a moment: whoever started us tries again
    if isinstance(
        wrong, SettingsError | DirectoryError | PolicyError | KeysError | DatabaseError | SandboxError
    ):
        typer.echo(f"schoolgate: {wrong}", err=True)
        return os.EX_CONFIG
    raise wrong
