"""The cures that are built, in the order in which they help: what takes least time and leaks nothing comes first."""

from policies.verdict import Cure

BUILT = (
    Cure.INITIALS,
    Cure.REPLACE_ADDRESS,
    Cure.BCC,
    Cure.SINGLY,
    Cure.ENCRYPT,
    Cure.REMOVE,
    Cure.CONFIRM,
)
