"""The processes of one gateway by name, and what they share in the storage."""

import sys
from enum import StrEnum

PATTERNS = "patterns"  # in the storage: compiled patterns, made anew where they are missing


class Process(StrEnum):
    """What may run apart, each as its own user."""

    SMTP = "smtp"
    DELIVER = "deliver"
    CONSOLE = "console"
    PAGES = "pages"

    @property
    def may_read(self) -> bool:
        """Whether it opens held mail, and so has the private key."""
        return self in {Process.DELIVER, Process.CONSOLE}


def command(*words: str) -> tuple[str, ...]:
    """Our own command in a process of its own; it finds the settings in the environment."""
    return (sys.executable, "-P", "-m", "gateway", *words)
