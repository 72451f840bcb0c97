"""Monitor mode in figures for the DPO and IT, after fourteen days and while it lasts: what the rules would have done, and that they did not."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _

from quarantine import audit, config, in_force
from quarantine.database import one_transaction
from quarantine.letters.letter import Letter, post, to_roles
from quarantine.models import PolicyInForce, VerdictRecord
from quarantine.notices.notice import Kind, Line, Notice, Section

ROLES = ("dpo", "it")
TOP = 8  # rules that are listed
STOPS = ("ask", "quarantine", "block")
BYPASS = "panic-bypass"


def send_due(*, now: datetime) -> int:
    """Write the report that is due, for each school, once; how many."""
    row = in_force.found()
    if row is None or row.monitor_since is None or row.report_at is None or row.report_at > now:
        return 0
    found = [(s.key, letter_for(s.key, row.monitor_since, now)) for s in config.current().schools]
    with one_transaction():
        due = PolicyInForce.objects.filter(pk=row.pk, report_at=row.report_at)
        if not due.update(report_at=now + in_force.REPORT_EVERY):  # another process was faster
            return 0
        for school, letters in found:
            reference = f"watched-{now:%Y%m%d}"
            post(letters, reference=reference, now=now)
            days = (now - row.monitor_since).days
            audit.append("monitor-report", now=now, school=school, reference=reference, days=days)
    return len(found)


def letter_for(school: str, since: datetime, now: datetime) -> list[Letter]:
    """The report since monitor mode began."""
    conf = config.current()
    with translation.override(conf.school(school).language):
        sections = tuple(figures([school], since))
    notice = Notice(
        kind=Kind.WATCHED,
        reference=f"watched-{now:%Y%m%d}",
        school=school,
        to=(),
        received_at=since,
        sections=sections,
        link=f"{conf.console_url.rstrip('/')}/let-through/",
    )
    return to_roles(Kind.WATCHED, ROLES, notice, now)


def figures(schools: Iterable[str], since: datetime) -> Iterable[Section]:
    """What would have become of the mail of these schools; the console shows the same."""
    rows = VerdictRecord.objects.filter(school__in=list(schools), received_at__gte=since)
    would = dict(rows.filter(would__in=STOPS).values_list("would").annotate(many=Count("*")).order_by())
    yield Section(
        _("What the rules would have done"),
        (
            Line(_("E-mails checked"), str(rows.count())),
            Line(_("Given back to the sender, to mend"), str(would.get("ask", 0))),
            Line(_("Held for an officer"), str(would.get("quarantine", 0))),
            Line(_("Refused"), str(would.get("block", 0))),
        ),
    )
    spoke = Counter(
        names[0]
        for policies in rows.filter(would__in=STOPS).values_list("policies", flat=True).iterator()
        if (names := [name for name in policies if name != BYPASS])
    )
    yield Section(
        _("The rules that spoke first, most often"),
        tuple(Line(name, str(many)) for name, many in spoke.most_common(TOP)),
    )
