"""“I am away”: a person names who stands in for them, and is back early when they say so."""

from datetime import datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from quarantine import absences
from quarantine.console.access import access
from quarantine.console.signin import signed_in, sudo
from quarantine.models import Absence, User


def _day() -> forms.DateInput:
    """Browsers read a day in this form alone, whatever the page's language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Away(forms.Form):
    first = forms.DateField(label="First day away", widget=_day())
    last = forms.DateField(label="Last day away", widget=_day())
    deputy = forms.ModelChoiceField(
        User.objects.none(),
        label="Who stands in for you?",
        help_text="They see and decide what you would, and get your notices.",
        empty_label=None,
    )

    def __init__(self, data: object = None, *, user: User) -> None:
        super().__init__(data, initial={"first": timezone.localdate()})  # type: ignore[arg-type]  # a query
        field = self.fields["deputy"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = absences.deputies(user).order_by("email")


@login_required
@require_safe
def absent(request: HttpRequest) -> HttpResponse:
    """The form, and what stands."""
    return _page(request, Away(user=_somebody(request)))


@login_required
@require_POST
@sudo
def go(request: HttpRequest) -> HttpResponse:
    """Write it down."""
    user = _somebody(request)
    form = Away(request.POST, user=user)
    if not form.is_valid():
        return _page(request, form, status=422)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    zone = timezone.get_current_timezone()
    try:
        absences.away(
            user,
            form.cleaned_data["deputy"],
            starts_at=datetime.combine(first, time(), zone),
            ends_at=datetime.combine(last + timedelta(days=1), time(), zone),
            actor=user.email,
            now=timezone.now(),
        )
    except absences.AbsenceError as problem:
        form.add_error("last", str(problem))
        return _page(request, form, status=422)
    messages.success(request, "Written down. Enjoy your time away.")
    return redirect("absent")


@login_required
@require_POST
def back(request: HttpRequest, key: int) -> HttpResponse:
    """Back before the time."""
    user = _somebody(request)
    try:
        absences.back(key, user=user, actor=user.email, now=timezone.now())
    except absences.AbsenceError as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, "Welcome back.")
    return redirect("absent")


def _somebody(request: HttpRequest) -> User:
    user = signed_in(request)
    if not access(user).roles:
        raise Http404
    return User.objects.get(pk=user.pk)


def _page(request: HttpRequest, form: Away, status: int = 200) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    own = Absence.objects.filter(user=user, ends_at__gt=now).select_related("deputy").order_by("starts_at")
    for_others = absences.standing(now).filter(deputy=user).order_by("ends_at")
    context = {"form": form, "own": own, "for_others": for_others}
    return render(request, "console/absent.html", context, status=status)
