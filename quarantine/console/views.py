"""Saved views: filters that one person keeps under a name. They are sealed, for a filter may hold an address."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from quarantine import keys, store
from quarantine.console.access import May, needs
from quarantine.console.signin import signed_in
from quarantine.models import SavedView, User

MOST = 20  # views that one person keeps
LONGEST = 1_000  # characters of one filter
PAGES = ("queue", "history")


class Save(forms.Form):
    """A name for the filter that is shown."""

    name = forms.CharField(label="Name", max_length=60)
    page = forms.ChoiceField(choices=[(page, page) for page in PAGES], widget=forms.HiddenInput)
    query = forms.CharField(max_length=LONGEST, widget=forms.HiddenInput)


@needs(May.QUEUE)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filter; an old one of the same name is replaced."""
    form, user = Save(request.POST), signed_in(request)
    page = request.POST.get("page", "")
    if not form.is_valid():
        messages.warning(request, "Give the view a name of at most 60 letters. Nothing was saved.")
        return redirect(page if page in PAGES else "queue")
    asked = form.cleaned_data
    if not SavedView.objects.filter(user=user, name=asked["name"]).exists() and user.views.count() >= MOST:
        messages.warning(request, f"You have {MOST} views. Remove one first.")
        return redirect(page)
    sealed = store.seal(asked["query"].encode(), keys.current().public)
    row, _ = SavedView.objects.update_or_create(
        user=user,
        name=asked["name"],
        defaults={"page": page, "query": sealed, "made_at": timezone.now()},
    )
    return redirect(f"{reverse(page)}?view={row.pk}")


@needs(May.QUEUE)
@require_POST
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Forget a view of one's own."""
    row = get_object_or_404(SavedView, pk=key, user=signed_in(request))
    row.delete()
    return redirect(row.page)


def asked_for(request: HttpRequest) -> QueryDict:
    """The filter of the request: written in it, or that of the saved view that it names."""
    key = request.GET.get("view", "")
    if not key:
        return request.GET
    row = SavedView.objects.filter(pk=key, user=signed_in(request)).first() if key.isdecimal() else None
    if row is None:
        raise Http404
    return QueryDict(store.unseal(row.query, keys.current().opening).decode())


def of(user: User, page: str) -> list[SavedView]:
    """The person's views of one list, by name."""
    return list(user.views.filter(page=page).order_by("name"))
