"""Incidents: somebody tells that data went astray, the right roles hear at once, and the 72 hours are counted from when it was noticed."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models import Count, Q
from django.utils import timezone

from policies.envelope import RANDOM_BYTES, new_id
from quarantine import audit, config, figures, letters, sealed_words
from quarantine.database import one_transaction
from quarantine.models import Held, Incident, Outcome, State

CLOCK = timedelta(hours=72)  # UK GDPR art. 33(1): from becoming aware, over weekends and holidays
SENDER = "sender"  # who told it, where it came from the page of a notice


class IncidentError(Exception):
    """It cannot be told or closed as asked: what is wrong, for who asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells."""

    school: str
    happened: str
    words: str = field(repr=False)
    aware_at: datetime
    reference: str = ""
    teller: str = ""  # fingerprint of the sender, from their page


def tell(told: Told, *, by: str, now: datetime) -> Incident:
    """Write it down and tell the incident roles and the DPO, in one transaction; a sender's second word about one message changes nothing."""
    if told.aware_at > now:
        raise IncidentError("The time at which you noticed it lies in the future.")
    first = Incident.objects.filter(reference=told.reference, teller=told.teller).exclude(teller="").first()
    if first is not None:
        return first
    try:
        return _write(told, by, now)
    except IntegrityError:  # the same page, twice at the same moment
        return Incident.objects.get(reference=told.reference, teller=told.teller)


def close(
    incident_id: str, *, outcome: str, why: str, actor: str, schools: frozenset[str], now: datetime
) -> Incident:
    """Decide what it was, with the reason that the law wants written down either way."""
    if outcome not in Outcome.values or not why.strip():
        raise IncidentError("Say what was decided, and why.")
    with one_transaction():
        reason = sealed_words.seal(why)
        open_ = Incident.objects.filter(id=incident_id, school__in=schools, closed_at=None)
        if not open_.update(outcome=outcome, why=reason, closed_at=now, closed_by=actor):
            raise IncidentError("It is closed already. You changed nothing.")
        incident = Incident.objects.get(id=incident_id)
        _log("incident-closed", incident, actor, now, outcome=outcome)
    return incident


def deadline(incident: Incident) -> datetime:
    """When the ICO must have heard of it, if it must hear."""
    return incident.aware_at + CLOCK


def words(incident: Incident) -> tuple[str, str]:
    """What happened, and why it was closed as it was."""
    return sealed_words.opened(incident.words), sealed_words.opened(incident.why)


def near_misses(schools: frozenset[str], *, since: datetime, now: datetime) -> dict[str, int]:
    """What was stopped before it left, by what became of it: counts for learning, no names."""
    days = figures.since(timezone.localdate(since), schools, now=now)
    stopped = Held.objects.filter(
        Q(state=State.DELETED, decided_by=SENDER) | Q(state__in=(State.CURED, State.RETURNED)),
        state__in=(State.CURED, State.RETURNED, State.DELETED),  # said twice: so the index alone answers
        school__in=schools,
        received_at__gte=since,
    )
    by_state = dict(stopped.values_list("state").annotate(many=Count("*")).order_by())
    return {
        "Mended by the sender before it went": by_state.get(State.CURED, 0),
        "Taken back by the sender": by_state.get(State.DELETED, 0),
        "Returned to the sender": by_state.get(State.RETURNED, 0),
        "Data of one family on its way to another": sum(
            counts[school, figures.Sort.FAMILY, ""] for counts in days.values() for school in schools
        ),
    }


def _write(told: Told, by: str, now: datetime) -> Incident:
    with one_transaction():
        incident = Incident.objects.create(
            id=new_id(now, secrets.token_bytes(RANDOM_BYTES)),
            school=config.current().school(told.school).key,
            reference=told.reference,
            happened=told.happened,
            aware_at=told.aware_at,
            told_at=now,
            told_by=by,
            teller=told.teller,
            words=sealed_words.seal(told.words),
        )
        _log("incident-told", incident, by, now, happened=told.happened)
        letters.post(
            letters.incident(
                incident.id, incident.school, aware_at=told.aware_at, deadline=deadline(incident), now=now
            ),
            reference=incident.id,
            now=now,
        )
    return incident


def _log(kind: str, incident: Incident, actor: str, now: datetime, **details: str) -> None:
    audit.append(kind, now=now, school=incident.school, reference=incident.id, actor=actor, **details)
