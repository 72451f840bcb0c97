"""The week in figures for the DPO and the head, each Monday: what was stopped, who decided, who saw content and why, and the signed ends of the record."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from quarantine import config, keys
from quarantine.database import one_transaction
from quarantine.letters.digest import CLOCK
from quarantine.letters.letter import Letter, post, to_roles
from quarantine.models import AuditEvent, Held, Incident, Remembered, SignedHead, State, VerdictRecord
from quarantine.notices.notice import Kind, Line, Notice, Section

ROLES = ("dpo", "head")
HOUR = 7  # of Monday, in the school's time
WEEK = timedelta(weeks=1)
KEPT = timedelta(weeks=2)  # for so long it is known which weeks were sent
DECISIONS = ("released", "returned", "deleted", "passed-on", "kept-longer")
STANDING = {
    "exception-added": "Exceptions asked for",
    "bypass-on": "The bypass was switched on",
    "legal-hold": "Legal holds set",
    "legal-hold-ended": "Legal holds ended",
    "silenced": "Decisions kept from their sender",
    "false-alarm": "False alarms",
    "content-destroyed": "Messages whose content was destroyed by age",
}


def send_due(*, now: datetime) -> int:
    """Write last week's report for each school, once; how many."""
    end = week_end(now)
    if now - end > timedelta(days=1) or now.astimezone(CLOCK).hour < HOUR:
        return 0
    return sum(_send(school.key, end, now) for school in config.current().schools)


def week_end(now: datetime) -> datetime:
    """The last Monday's first moment in the school's time: where the week ends."""
    local = now.astimezone(CLOCK).replace(hour=0, minute=0, second=0, microsecond=0)
    return local - timedelta(days=local.weekday())


def letter_for(school: str, end: datetime, now: datetime) -> list[Letter]:
    """The report of the week before `end`."""
    conf = config.current()
    with translation.override(conf.school(school).language):
        sections = tuple(_sections(school, end - WEEK, end))
    notice = Notice(
        kind=Kind.WEEKLY,
        reference=f"{end - WEEK:%Y-W%W}",
        school=school,
        to=(),
        received_at=end - WEEK,
        expires_at=end - timedelta(days=1),
        sections=sections,
        link=f"{conf.console_url.rstrip('/')}/reports/",
    )
    return to_roles(Kind.WEEKLY, ROLES, notice, now)


def _send(school: str, end: datetime, now: datetime) -> bool:
    key = keys.current().fingerprints.of("weekly", f"{school}\0{end.isoformat()}")
    if Remembered.objects.filter(kind="weekly", key=key).exists():
        return False
    letters = letter_for(school, end, now)
    with one_transaction():
        _row, first = Remembered.objects.get_or_create(
            kind="weekly", key=key, reference="", defaults={"until": now + KEPT}
        )
        if first:
            post(letters, reference=f"{end - WEEK:%Y-W%W}", now=now)
    return first


def _sections(school: str, start: datetime, end: datetime) -> Iterable[Section]:
    yield Section(_("Mail of the week"), tuple(_volume(school, start, end)))
    yield Section(_("Decided by"), tuple(_deciders(school, start, end)))
    yield Section(_("Who saw content, and why"), tuple(_views(school, start, end)))
    yield Section(_("Also on the record"), tuple(_standing(school, start, end)))
    yield Section(_("Signed ends of the record (keep this e-mail)"), tuple(_heads(start, end)))


def _volume(school: str, start: datetime, end: datetime) -> Iterable[Line]:
    rows = VerdictRecord.objects.filter(school=school, received_at__gte=start, received_at__lt=end)
    counts = dict(rows.values_list("action").annotate(many=Count("*")).order_by())
    names = {
        "block": _("Refused"),
        "quarantine": _("Held for an officer"),
        "ask": _("Given back to the sender"),
    }
    yield Line(_("Checked in all"), str(sum(counts.values())))
    yield from (Line(name, str(counts.get(action, 0))) for action, name in names.items())
    waiting = Held.objects.filter(school=school, state=State.HELD)
    yield Line(_("Waiting now"), str(waiting.count()))
    open_ = Incident.objects.filter(school=school, closed_at=None).count()
    yield Line(_("Open incidents"), str(open_))


def _deciders(school: str, start: datetime, end: datetime) -> Iterable[Line]:
    found = _events(school, start, end).filter(kind__in=DECISIONS).values_list("actor", "kind")
    by_actor: dict[str, Counter[str]] = {}
    for actor, kind in found:
        by_actor.setdefault(actor or _("the gateway"), Counter())[kind] += 1
    for actor, kinds in sorted(by_actor.items()):
        yield Line(actor, ", ".join(f"{kind} {many}" for kind, many in sorted(kinds.items())))


def _views(school: str, start: datetime, end: datetime) -> Iterable[Line]:
    found = Counter(
        (actor, str((details or {}).get("reason", "")))
        for actor, details in _events(school, start, end)
        .filter(kind="viewed")
        .values_list("actor", "details")
    )
    for (actor, reason), many in sorted(found.items()):
        yield Line(actor, f"{reason} ({many})")


def _standing(school: str, start: datetime, end: datetime) -> Iterable[Line]:
    rows = _events(school, start, end).filter(kind__in=STANDING).values_list("kind")
    counts = dict(rows.annotate(many=Count("*")).order_by())
    for kind, name in STANDING.items():
        if kind in counts:
            yield Line(_(name), str(counts[kind]))


def _heads(start: datetime, end: datetime) -> Iterable[Line]:
    rows = SignedHead.objects.filter(day__gte=start.date(), day__lt=end.date()).order_by("day")
    for row in rows:
        yield Line(f"{row.day:%d %b}", f"{row.number} {row.hash}")


def _events(school: str, start: datetime, end: datetime) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(school=school, at__gte=start, at__lt=end)
