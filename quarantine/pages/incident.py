"""“It went to the wrong person”: told from the link of any notice to a sender, also about a message that has long gone."""

from datetime import datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from quarantine import incidents
from quarantine.config import current
from quarantine.models import Happened, VerdictRecord
from quarantine.pages import links, signin, views

LIMIT = 2_000  # characters
NOTICED = (
    ("now", gettext_lazy("Just now")),
    ("today", gettext_lazy("Earlier today")),
    ("before", gettext_lazy("Yesterday or before")),
)
HAPPENED = (
    (Happened.WRONG_PERSON, gettext_lazy("It went to the wrong person")),
    (Happened.WRONG_FILE, gettext_lazy("I attached the wrong file")),
    (Happened.EXPOSED, gettext_lazy("People could see each other's addresses")),
    (Happened.OTHER, gettext_lazy("Something else")),
)


class Tell(forms.Form):
    happened = forms.ChoiceField(choices=HAPPENED)
    noticed = forms.ChoiceField(choices=NOTICED)
    words = forms.CharField(max_length=LIMIT, widget=forms.Textarea)


@require_http_methods(["GET", "HEAD", "POST"])
def incident(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form; POST tells the school's incident roles, once for each message."""
    now = timezone.now()
    try:
        bearer = links.read(token, now=now)
    except links.LinkError as wrong:
        return views.expired(request) if wrong.expired else views.not_found(request)
    record = VerdictRecord.objects.filter(id=bearer.held_id, sender__startswith=bearer.sender).first()
    if record is None:
        return views.not_found(request)
    school = current().school(record.school)
    with translation.override(school.language):
        if stop := signin.stopped(request, bearer.sender):
            return stop
        form = Tell(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return _form(request, form, school.name)
        told = incidents.Told(
            school=record.school,
            happened=form.cleaned_data["happened"],
            words=form.cleaned_data["words"],
            aware_at=_noticed(form.cleaned_data["noticed"], record.received_at, now),
            reference=record.id,
            teller=record.sender,
        )
        incidents.tell(told, by=incidents.SENDER, now=now)
        context = {"school": school.name, "heading": _("Thank you for telling us"), "text": _DONE}
        return render(request, "pages/message.html", context)


_DONE = gettext_lazy(
    "The right people at school have been told just now, and will get in touch with you. "
    "Please ask the person who got it not to open it, and to delete it."
)


def _noticed(word: str, received_at: datetime, now: datetime) -> datetime:
    """The earliest moment that these words allow: the law's clock must never be late."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    earliest = {"now": now, "today": today, "before": today - timedelta(days=1)}[word]
    return min(max(earliest, received_at), now)


def _form(request: HttpRequest, form: Tell, school: str) -> HttpResponse:
    context = {
        "school": school,
        "form": form,
        "happened": HAPPENED,
        "noticed": NOTICED,
        "missing": bool(form.errors),
    }
    return render(request, "pages/incident.html", context, status=422 if form.errors else 200)
