"""What the school allows for a while: exceptions, asked for, approved and ended here, and the panic bypass."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from quarantine import bypass, in_force, waivers
from quarantine.bypass import BypassError
from quarantine.config import current
from quarantine.console.access import May, access, needs
from quarantine.console.shown import role_words
from quarantine.console.signin import signed_in, sudo
from quarantine.models import Waiver
from quarantine.waivers import Asked, WaiverError

REASON = 500  # characters


class Ask(forms.Form):
    """What somebody asks for."""

    policy = forms.CharField(label="Policy", max_length=200)
    sender = forms.EmailField(label="Whose mail (whole address)", max_length=254)
    recipient = forms.EmailField(
        label="To whom (whole address)", max_length=254, required=False, help_text="Empty means everybody."
    )
    reason = forms.CharField(
        label="Why", max_length=REASON, widget=forms.Textarea(attrs={"rows": 3, "maxlength": REASON})
    )
    days = forms.TypedChoiceField(
        label="For how long",
        coerce=int,
        choices=[(1, "1 day"), (7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "a year")],
    )
    school = forms.ChoiceField(label="School")

    def __init__(
        self, data: Any = None, *, schools: Iterable[str], initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.fields["school"] = _school_field(schools)
        if known := in_force.waivers().policies:
            self.fields["policy"] = forms.ChoiceField(label="Policy", choices=[(n, n) for n in known])


class Open(forms.Form):
    """The panic bypass."""

    hours = forms.TypedChoiceField(
        label="For how long",
        coerce=int,
        choices=[(1, "1 hour"), (4, "4 hours"), (12, "12 hours"), (24, "24 hours")],
    )
    why = forms.CharField(
        label="Why must all mail pass?",
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": REASON}),
    )
    where = forms.ChoiceField(label="School")

    def __init__(self, data: object = None, *, schools: Iterable[str]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the query of a request
        self.fields["where"] = _school_field(schools)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One exception as the page shows it."""

    row: Waiver
    reason: str
    approvers: tuple[str, ...]
    missing: int
    mine: bool  # this person has approved it already


@needs(May.APPROVE)
@require_safe
def exceptions(request: HttpRequest) -> HttpResponse:
    """All that stands, and the forms for more."""
    return _page(request)


@needs(May.ALLOW)
@require_POST
@sudo
def add(request: HttpRequest) -> HttpResponse:
    """Ask for an exception; the person's own word counts as an approval where their role may give it."""
    form = Ask(request.POST, schools=_mine(request, May.ALLOW))
    if not form.is_valid():
        return _page(request, status=422, ask=form)
    asked, now = form.cleaned_data, timezone.now()
    wanted = Asked(
        policy=asked["policy"],
        sender=asked["sender"],
        recipients=(asked["recipient"],) if asked["recipient"] else (),
        reason=asked["reason"],
        expires_at=now + timedelta(days=asked["days"]),
        school=asked["school"],
    )
    own = _word_counts(request, asked["school"])
    return _done(
        request,
        lambda actor, at: waivers.add(wanted, actor=actor, approvers=[actor] if own else [], now=at),
        "The exception is written down. It counts once enough people have approved it.",
    )


@needs(May.APPROVE)
@require_POST
@sudo
def approve(request: HttpRequest, key: str) -> HttpResponse:
    """One more person's word."""
    schools = [school for school in _mine(request, May.APPROVE) if _word_counts(request, school)]
    return _done(
        request, lambda actor, at: waivers.approve(key, who=actor, schools=schools, now=at), "Approved."
    )


@needs(May.ALLOW)
@require_POST
def end(request: HttpRequest, key: str) -> HttpResponse:
    """End it now."""
    schools = _mine(request, May.ALLOW)
    return _done(
        request, lambda actor, at: waivers.end(key, actor=actor, schools=schools, now=at), "It has ended."
    )


@needs(May.ALLOW)
@require_POST
@sudo
def bypass_on(request: HttpRequest) -> HttpResponse:
    """All mail passes, for hours."""
    form = Open(request.POST, schools=_mine(request, May.ALLOW))
    if not form.is_valid():
        return _page(request, status=422, open_form=form)
    asked = form.cleaned_data
    return _done(
        request,
        lambda actor, at: bypass.on(
            hours=asked["hours"], reason=asked["why"], school=asked["where"], actor=actor, now=at
        ),
        "The bypass is on. All mail passes; the record says what would have been stopped.",
    )


@needs(May.ALLOW)
@require_POST
def bypass_off(request: HttpRequest) -> HttpResponse:
    """Policies hold again."""
    schools = _mine(request, May.ALLOW)
    return _done(
        request,
        lambda actor, at: bypass.off(actor=actor, now=at, schools=schools),
        "Policies hold again.",
    )


def _page(request: HttpRequest, *, status: int = 200, **forms_again: forms.Form) -> HttpResponse:
    now, mine = timezone.now(), access(signed_in(request))
    may_make = _mine(request, May.ALLOW)
    asks, email = in_force.waivers(), signed_in(request).email
    lines = []
    for row in waivers.listing(now=now, schools=mine.schools(May.APPROVE)):
        found = waivers.approvers(row)
        lines.append(
            Line(
                row=row,
                reason=waivers.reason(row),
                approvers=found,
                missing=waivers.missing(row),
                mine=email in found or not _word_counts(request, row.school),
            )
        )
    wanted = {"policy": request.GET.get("policy", "")}
    defaults = (
        {"ask": Ask(schools=may_make, initial=wanted), "open_form": Open(schools=may_make)}
        if may_make
        else {}
    )
    context = {
        "lines": lines,
        "needed": max(asks.approvers, len(asks.by) if asks.each else 1),
        "each": asks.each,
        "approvers": role_words(asks.by),
        **defaults,
        **forms_again,
    }
    return render(request, "console/exceptions.html", context, status=status)


def _mine(request: HttpRequest, right: May) -> list[str]:
    return sorted(access(signed_in(request)).schools(right))


def _word_counts(request: HttpRequest, school: str) -> bool:
    """Whether one of the person's roles in this school is one whose word the policy set counts."""
    return not access(signed_in(request)).roles.get(school, frozenset()).isdisjoint(in_force.waivers().by)


def _school_field(schools: Iterable[str]) -> forms.ChoiceField:
    choices = [(key, current().school(key).name) for key in schools]
    return forms.ChoiceField(label="School", choices=choices, initial=choices[0][0] if choices else None)


def _done(request: HttpRequest, act: Callable[[str, datetime], object], said: str) -> HttpResponse:
    try:
        act(signed_in(request).email, timezone.now())
    except (WaiverError, BypassError) as wrong:
        messages.warning(request, str(wrong))
    else:
        messages.success(request, said)
    return redirect("exceptions")
