"""A row of the table of locks: a file's name, its bytes, and the verdict that is right for it."""

from detectors.findings import Protection

NONE, LOOKALIKE, WEAK, STRONG, RIGHTS = (
    Protection.NONE,
    Protection.LOOKALIKE,
    Protection.WEAK,
    Protection.STRONG,
    Protection.RIGHTS_MANAGED,
)
PASSWORD = "correct horse battery"
Lock = tuple[str, bytes, Protection]
