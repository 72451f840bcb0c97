"""The audit log: who did what and when, newest first, a page at a time however long it grows."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quarantine.console.access import May, access, needs
from quarantine.console.explain import detail_words, event_words
from quarantine.console.signin import signed_in
from quarantine.models import AuditEvent

A_PAGE = 50


class Search(forms.Form):
    reference = forms.CharField(label="Reference", max_length=64, required=False)
    actor = forms.CharField(label="Who (whole address)", max_length=200, required=False)
    kind = forms.CharField(label="What (as in the log)", max_length=40, required=False)
    since = forms.DateField(
        label="From this day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label="To this day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


@needs(May.AUDIT)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The events of this person's schools, and those of the installation as a whole."""
    schools = access(signed_in(request)).schools(May.AUDIT)
    form = Search(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    wanted = Q(whose__in=[*schools, ""])
    for name, lookup in LOOKUPS.items():
        if asked.get(name):
            wanted &= Q(**{lookup: asked[name]})
    for name, lookup, days in (("since", "at__gte", 0), ("until", "at__lt", 1)):
        if asked.get(name):
            wanted &= Q(**{lookup: _midnight(asked[name] + timedelta(days=days))})
    events = list(_of_schools().filter(wanted).order_by("-number")[: A_PAGE + 1])
    query = request.GET.copy()
    query.pop("before", None)
    return render(
        request,
        "console/audit.html",
        {
            "form": form,
            "events": [
                (event, event_words(event.kind), detail_words(event.details)) for event in events[:A_PAGE]
            ],
            "more": events[A_PAGE - 1].number if len(events) > A_PAGE else None,
            "query": query.urlencode(),
        },
    )


def _of_schools() -> QuerySet[AuditEvent]:
    """Events with their school as an expression: the newest are read by number, not all of a school sorted."""
    return AuditEvent.objects.annotate(whose=Concat("school", Value("")))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


LOOKUPS = {
    "reference": "reference",
    "actor": "actor",
    "kind": "kind",
    "before": "number__lt",
}
