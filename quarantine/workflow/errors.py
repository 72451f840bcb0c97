"""Why a change cannot be made; no text here carries a value."""

# ruff: noqa: N818 - the names say what happened, in the words of those who catch them

from datetime import datetime


class WorkflowError(Exception):
    """A change that cannot be made; its text carries no value."""


class HeldMissing(WorkflowError):
    """No message of this reference is known."""


class AlreadyDecided(WorkflowError):
    """Somebody was faster: who, what they decided, and when."""

    def __init__(self, by: str, state: str, at: datetime | None) -> None:
        super().__init__(f"already {state}")
        self.by, self.state, self.at = by, state, at


class OwnMessage(WorkflowError):
    """Nobody decides on a message that they sent."""


class UnknownRecipient(WorkflowError):
    """A chosen recipient is not one of those who still wait."""


class LegalHold(WorkflowError):
    """The message is kept by a legal hold."""


class NotDue(WorkflowError):
    """The time of this message has not come."""


class NotOffered(WorkflowError):
    """The sender chose a cure that this problem does not have."""


class ReasonMissing(WorkflowError):
    """Sending as it is needs a reason."""
