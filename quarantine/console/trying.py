"""The console's page to try a message: the same form and the same answer as the sender's, for who may sign in here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from quarantine import trials
from quarantine.console.access import May, needs
from quarantine.console.signin import signed_in
from quarantine.pages.signin import fingerprint
from quarantine.pages.trying import Try, begun, too_large

WRONG = "Please check the addresses. A file may have 10 MB at most."
OFTEN = "You have tried many times just now. Please wait ten minutes."


@needs(May.QUEUE)
@require_http_methods(["GET", "HEAD", "POST"])
def try_(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST puts the message up for its answer."""
    form, mine = Try(request.POST or None, request.FILES or None), signed_in(request).email
    if request.method != "POST":
        return _form(request, form, "", 200)
    if too_large(request) or not form.is_valid():
        return _form(request, form, WRONG, 422)
    try:
        trial = begun(form, mine, fingerprint(mine))
    except trials.TooManyError:
        return _form(request, form, OFTEN, 429)
    return redirect("tried", trial)


@needs(May.QUEUE)
@require_safe
def tried(request: HttpRequest, trial: str) -> HttpResponse:
    """The answer, for whoever asked."""
    found = trials.found(trial, fingerprint(signed_in(request).email), now=timezone.now())
    answer = trials.answer(found) if found and found.action not in ("", trials.FAILED) else ""
    status = 200 if found else 404
    return render(request, "console/tried.html", {"trial": found, "answer": answer}, status=status)


def _form(request: HttpRequest, form: Try, wrong: str, status: int) -> HttpResponse:
    return render(request, "console/try.html", {"form": form, "wrong": wrong}, status=status)
