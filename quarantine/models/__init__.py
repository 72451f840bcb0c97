"""The rows of the database, by noun: each carries its school, and no value of a person in clear."""

from quarantine.models.figures import ClosedDay, Figure
from quarantine.models.held import Held, HeldRecipient, Sealed, State, VerdictRecord
from quarantine.models.incidents import Happened, Incident, Outcome
from quarantine.models.legal import About, LegalHold
from quarantine.models.mending import Mend, Mending, PartnerPassword, Trial
from quarantine.models.outgoing import Outgoing, OutgoingRecipient, Sending
from quarantine.models.people import Role, SavedView, SignInCount, User
from quarantine.models.record import AuditEvent, ChainHead, KeyRecord, SignedHead
from quarantine.models.review import Absence, Question, Silence
from quarantine.models.standing import Approval, Bypass, PolicyInForce, Remembered, Waiver
from quarantine.models.uploads import DirectoryUpload, Upload

__all__ = [
    "About",
    "Absence",
    "Approval",
    "AuditEvent",
    "Bypass",
    "ChainHead",
    "ClosedDay",
    "DirectoryUpload",
    "Figure",
    "Happened",
    "Held",
    "HeldRecipient",
    "Incident",
    "KeyRecord",
    "LegalHold",
    "Mend",
    "Mending",
    "Outcome",
    "Outgoing",
    "OutgoingRecipient",
    "PartnerPassword",
    "PolicyInForce",
    "Question",
    "Remembered",
    "Role",
    "SavedView",
    "Sealed",
    "Sending",
    "SignInCount",
    "SignedHead",
    "Silence",
    "State",
    "Trial",
    "Upload",
    "User",
    "VerdictRecord",
    "Waiver",
]
