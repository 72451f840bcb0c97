"""The only place where states change: compare-and-swap, audit event and outbox rows in one transaction, or nothing."""

from quarantine.letters import Result
from quarantine.workflow.decisions import (
    delete,
    expire,
    keep_longer,
    pass_on,
    release,
    remind,
    return_,
    viewed,
)
from quarantine.workflow.errors import (
    AlreadyDecided,
    HeldMissing,
    LegalHold,
    NotDue,
    NotOffered,
    OwnMessage,
    ReasonMissing,
    UnknownRecipient,
    WorkflowError,
)
from quarantine.workflow.intake import checked, hold, partial, refused
from quarantine.workflow.legal import legal_hold
from quarantine.workflow.passing import Entry, entry, passed
from quarantine.workflow.records import writable

__all__ = [
    "AlreadyDecided",
    "Entry",
    "HeldMissing",
    "LegalHold",
    "NotDue",
    "NotOffered",
    "OwnMessage",
    "ReasonMissing",
    "Result",
    "UnknownRecipient",
    "WorkflowError",
    "checked",
    "delete",
    "entry",
    "expire",
    "hold",
    "keep_longer",
    "legal_hold",
    "partial",
    "pass_on",
    "passed",
    "refused",
    "release",
    "remind",
    "return_",
    "viewed",
    "writable",
]
