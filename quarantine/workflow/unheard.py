"""A sender whom no letter reaches was never asked: a role decides in their place, before the message could end unsent."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from policies.verdict import Action
from quarantine.database import one_transaction
from quarantine.models import Held, Mend, Mending, OutgoingRecipient, Sending, State
from quarantine.workflow import copies
from quarantine.workflow.decisions import _audit, _lost
from quarantine.workflow.mending import free, give_to_a_role

NOT_HEARD = "not-heard"  # in the record, and what the officer reads


def due(*, now: datetime) -> QuerySet[Held]:
    """Messages that wait for a sender to whom no letter about them went: refused for good, or still on its way at the end."""
    about = OutgoingRecipient.objects.filter(outgoing__held=OuterRef("id"), outgoing__kind="notice")
    failed, waits = Exists(about.filter(state=Sending.FAILED)), Exists(about.filter(state=Sending.PENDING))
    told = Exists(about.filter(state=Sending.SENT, masked=OuterRef("sender_masked")))
    asking = Held.objects.filter(copies.LEADING, state=State.HELD, action=Action.ASK.word)
    silent = (failed & ~waits) | (Q(expires_at__lte=now) & (failed | waits))
    return asking.filter(silent, ~told).exclude(mending__state=Mend.DUE).order_by("expires_at")


def pass_on(held_id: str, *, now: datetime) -> Held:
    """The roles of its problems decide about it and its copies, with all their time."""
    with one_transaction():
        waits = Held.objects.filter(id=held_id, state=State.HELD, action=Action.ASK.word)
        if not waits.update(version=F("version") + 1):
            raise _lost(held_id)
        held = Held.objects.select_related("message").defer("message__blob").get(id=held_id)
        mending = free(held)
        for copy in copies.followers(held):
            row, _ = Mending.objects.get_or_create(held=copy, defaults={"school": held.school})
            give_to_a_role(copy, row, NOT_HEARD, now, tell=False)
        _audit(NOT_HEARD, held, now, "time")
        give_to_a_role(held, mending, NOT_HEARD, now)
    return held
