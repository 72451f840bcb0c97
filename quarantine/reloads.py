"""What became of a reload: a broken set leaves the old one in force, and whoever looks at the console is told until it is mended."""

from datetime import datetime

from quarantine import audit
from quarantine.database import one_transaction
from quarantine.models import AuditEvent

REFUSED, DONE = "reload-refused", "reloaded"


def refused(*, what: str, where: str, now: datetime) -> None:
    """The set on the disk is broken: `what` it is (settings, directory, policies, files), and where in it."""
    with one_transaction():
        audit.append(REFUSED, now=now, what=what, where=where)


def done(*, policy_set: str, now: datetime) -> None:
    """The set on the disk is in force."""
    with one_transaction():
        audit.append(DONE, now=now, policy_set=policy_set)


def broken() -> AuditEvent | None:
    """The refusal since which no set has come into force; None when all is well."""
    last = AuditEvent.objects.filter(kind__in=(REFUSED, DONE)).order_by("-number").first()
    return last if last is not None and last.kind == REFUSED else None
