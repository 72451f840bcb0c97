"""Our own messages to senders and officers: whom to tell, what, sealed and ready for the outbox."""

from quarantine.letters.alarms import emergency, emergency_waits, incident, signature_broken
from quarantine.letters.decisions import stored, to_officers, to_sender
from quarantine.letters.letter import COPIES, Letter, Result, post
from quarantine.letters.reports import delivery_failed, relayed
from quarantine.letters.verdicts import checked, for_roles, for_verdict, tip

__all__ = [
    "COPIES",
    "Letter",
    "Result",
    "checked",
    "delivery_failed",
    "emergency",
    "emergency_waits",
    "for_roles",
    "for_verdict",
    "incident",
    "post",
    "relayed",
    "signature_broken",
    "stored",
    "tip",
    "to_officers",
    "to_sender",
]
