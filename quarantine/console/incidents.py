"""Incidents in the console: told by anybody who signs in, listed with their clock, closed with a reason by the DPO."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from quarantine import incidents
from quarantine.config import current
from quarantine.console.access import May, access, needs
from quarantine.console.shown import span
from quarantine.console.signin import signed_in, sudo
from quarantine.models import Happened, Incident, Outcome

LIMIT = 2_000  # characters of somebody's words
MOST = 200  # shown at once
MONTH = timedelta(days=30)


class Tell(forms.Form):
    """What happened."""

    happened = forms.ChoiceField(label="What happened?", choices=Happened.choices, widget=forms.RadioSelect)
    aware_at = forms.DateTimeField(
        label="When did you notice it?",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="The 72 hours run from then.",
    )
    words = forms.CharField(
        label="In a few words: what went where, and about how many people is it?",
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LIMIT}),
    )
    reference = forms.CharField(
        label="Reference of the e-mail, if you have it", max_length=64, required=False
    )
    school = forms.ChoiceField(label="School")

    def __init__(self, data: object = None, *, schools: frozenset[str]) -> None:
        super().__init__(data, initial={"aware_at": timezone.localtime()})  # type: ignore[arg-type]  # a query
        field = self.fields["school"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.key, one.name) for one in current().schools if one.key in schools]


class Close(forms.Form):
    """What it was."""

    outcome = forms.ChoiceField(label="What is it?", choices=Outcome.choices, widget=forms.RadioSelect)
    why = forms.CharField(
        label="Why? Write down the reason, also for not reporting it",
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LIMIT}),
    )


@login_required
@require_safe
def tell_form(request: HttpRequest) -> HttpResponse:
    """The form for anybody with a role."""
    return _form(request, Tell(schools=_own_schools(request)))


@login_required
@require_POST
def tell(request: HttpRequest) -> HttpResponse:
    """Write it down and tell the right people."""
    form = Tell(request.POST, schools=_own_schools(request))
    if not form.is_valid():
        return _form(request, form, status=422)
    told = incidents.Told(
        school=form.cleaned_data["school"],
        happened=form.cleaned_data["happened"],
        words=form.cleaned_data["words"],
        aware_at=form.cleaned_data["aware_at"],
        reference=form.cleaned_data["reference"].strip().upper(),
    )
    try:
        incidents.tell(told, by=signed_in(request).email, now=timezone.now())
    except incidents.IncidentError as problem:
        form.add_error("aware_at", str(problem))
        return _form(request, form, status=422)
    messages.success(request, "Thank you for telling. The right people have been told by e-mail just now.")
    return redirect("home")


@needs(May.OVERSEE)
@require_safe
def all_of_them(request: HttpRequest) -> HttpResponse:
    """The open ones with their clock first, then the closed; beside them what was stopped in time."""
    schools = access(signed_in(request)).schools(May.OVERSEE)
    now = timezone.now()
    mine = Incident.objects.filter(school__in=schools)
    waiting = [(one, *_clock(one)) for one in mine.filter(closed_at=None).order_by("aware_at")[:MOST]]
    context = {
        "waiting": waiting,
        "closed": mine.exclude(closed_at=None).order_by("-closed_at")[:MOST],
        "near": incidents.near_misses(schools, since=now - MONTH, now=now),
        "several_schools": len(current().schools) > 1,
    }
    return render(request, "console/incidents.html", context)


@needs(May.OVERSEE)
@require_safe
def incident(request: HttpRequest, key: str) -> HttpResponse:
    """One incident: the words, the clock, and the decision."""
    return _page(request, _mine(request, key), Close())


@needs(May.OVERSEE)
@require_POST
@sudo
def close(request: HttpRequest, key: str) -> HttpResponse:
    """Decide what it was."""
    found, form = _mine(request, key), Close(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        incidents.close(
            key,
            outcome=form.cleaned_data["outcome"],
            why=form.cleaned_data["why"],
            actor=signed_in(request).email,
            schools=access(signed_in(request)).schools(May.OVERSEE),
            now=timezone.now(),
        )
    except incidents.IncidentError as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, "Written down. The reason is kept with it.")
    return redirect("incident", key)


def _own_schools(request: HttpRequest) -> frozenset[str]:
    found = frozenset(access(signed_in(request)).roles)
    if not found:
        raise Http404
    return found


def _mine(request: HttpRequest, key: str) -> Incident:
    schools = access(signed_in(request)).schools(May.OVERSEE)
    found = Incident.objects.filter(id=key, school__in=schools).first()
    if found is None:
        raise Http404
    return found


def _clock(one: Incident) -> tuple[str, bool]:
    """How long is left of the 72 hours, and whether it is urgent."""
    left = incidents.deadline(one) - timezone.now()
    return (span(left), left < timedelta(hours=24)) if left > timedelta() else ("no time", True)


def _form(request: HttpRequest, form: Tell, status: int = 200) -> HttpResponse:
    return render(request, "console/incident_tell.html", {"form": form}, status=status)


def _page(request: HttpRequest, found: Incident, form: Close, status: int = 200) -> HttpResponse:
    words, why = incidents.words(found)
    left, urgent = _clock(found)
    context = {
        "incident": found,
        "words": words,
        "why": why,
        "deadline": incidents.deadline(found),
        "left": left,
        "urgent": urgent,
        "form": form,
    }
    return render(request, "console/incident.html", context, status=status)
