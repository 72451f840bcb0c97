"""Legal holds: set on the page of a message for it, its sender or a person in it; listed and ended on one page."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from quarantine import sealed_words, workflow
from quarantine.config import current
from quarantine.console.access import May, access, needs
from quarantine.console.forms import Keep
from quarantine.console.held import may_oversee, mine, page
from quarantine.console.shown import people
from quarantine.console.signin import signed_in, sudo
from quarantine.models import About, LegalHold
from quarantine.workflow import legal

MOST = 200  # shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One order as the page shows it."""

    row: LegalHold
    what: str
    reason: str


@needs(May.OVERSEE)
@require_POST
@sudo
def put(request: HttpRequest, key: str) -> HttpResponse:
    """Keep what was chosen, whatever is decided."""
    message = mine(request, key)
    if not may_oversee(request, message):
        raise Http404
    form = Keep(request.POST, message=message)
    if not form.is_valid():
        return page(request, message, status=422, keep=form)
    about, _, person = form.cleaned_data["what"].partition(":")
    key_of = {About.MESSAGE: message.id, About.SENDER: message.sender, About.PERSON: person}
    masked = {
        About.MESSAGE: message.id,
        About.SENDER: message.sender_masked,
        About.PERSON: dict(people(message)).get(person, ""),
    }
    order = legal.Keep(
        school=message.school,
        about=About(about),
        key=key_of[About(about)],
        masked=masked[About(about)],
        reason=form.cleaned_data["reason"],
    )
    legal.put(order, actor=signed_in(request).email, now=timezone.now())
    messages.success(
        request, "It is on legal hold now. Nothing of it can be deleted until somebody ends the hold."
    )
    return redirect("held", message.id)


@needs(May.OVERSEE)
@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """All orders that stand, and the latest that were ended."""
    mine_ = LegalHold.objects.filter(school__in=access(signed_in(request)).schools(May.OVERSEE))
    context = {
        "standing": _lines(mine_.filter(ended_at=None).order_by("-made_at")[:MOST]),
        "ended": _lines(mine_.exclude(ended_at=None).order_by("-ended_at")[:MOST]),
        "several_schools": len(current().schools) > 1,
    }
    return render(request, "console/legal_holds.html", context)


@needs(May.OVERSEE)
@require_POST
@sudo
def end(request: HttpRequest, key: str) -> HttpResponse:
    """End one order; what another one covers stays kept."""
    schools = access(signed_in(request)).schools(May.OVERSEE)
    try:
        legal.end(key, actor=signed_in(request).email, schools=schools, now=timezone.now())
    except workflow.HeldMissing:
        messages.warning(request, "This legal hold has ended already. You changed nothing.")
    else:
        messages.success(request, "The legal hold has ended.")
    return redirect("legal-holds")


def _lines(rows: object) -> list[Line]:
    return [_line(row) for row in rows]  # type: ignore[attr-defined]  # a sliced query


def _line(row: LegalHold) -> Line:
    what = {
        About.MESSAGE: f"Message {row.key}",
        About.SENDER: f"Everything held from {row.masked}",
        About.PERSON: f"Everything held about {row.masked}",
    }[About(row.about)]
    return Line(row=row, what=what, reason=sealed_words.opened(row.reason))
