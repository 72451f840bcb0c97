"""Several messages at once: first a page that spells out what will happen, then each through the workflow on its own."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from quarantine import workflow
from quarantine.console import shown
from quarantine.console.access import May, access, needs
from quarantine.console.decide import refusal
from quarantine.console.forms import Note, Return
from quarantine.console.held import own_mail, waiting
from quarantine.console.signin import signed_in, sudo
from quarantine.models import Held, State

MOST = 50  # at once: what a person can read on one page
WORDS = {
    "release": (
        "Release",
        "will be sent as it was written, to every recipient named, and is not checked again",
    ),
    "return": ("Return", "goes to nobody; its sender is told why, with your note"),
    "delete": ("Delete", "goes to nobody and cannot be brought back; its sender is told that it was deleted"),
}
DONE = {"release": "Released", "return": "Returned", "delete": "Deleted"}


@needs(May.QUEUE)
@require_POST
@sudo
def bulk(request: HttpRequest) -> HttpResponse:
    """Ask, then act on exactly what was shown."""
    decision = request.POST.get("decision", "")
    chosen = _chosen(request)
    if decision not in WORDS or not chosen:
        messages.warning(request, "Tick at least one message that still waits. Nothing was changed.")
        return redirect("queue")
    form = Return(request.POST) if decision == "return" else Note(request.POST)
    if "confirmed" not in request.POST or not form.is_valid():
        return _ask(request, decision, chosen, form if "confirmed" in request.POST else type(form)())
    return _act(request, decision, chosen, form.cleaned_data["note"])


def _chosen(request: HttpRequest) -> list[Held]:
    """The ticked messages that wait, that the person may see and did not send."""
    ids = request.POST.getlist("ids")[:MOST]
    queue = (
        access(signed_in(request)).queue().filter(id__in=ids, state=State.HELD).prefetch_related("recipients")
    )
    return [held for held in queue.order_by("-level", "received_at") if not own_mail(request, held)]


def _ask(request: HttpRequest, decision: str, chosen: list[Held], form: Note) -> HttpResponse:
    now = timezone.now()
    listed = [(shown.row(held, now), [words for _, words in waiting(held)]) for held in chosen]
    verb, consequence = WORDS[decision]
    context = {
        "decision": decision,
        "verb": verb,
        "consequence": consequence,
        "listed": listed,
        "people": sum(len(to) for _, to in listed),
        "form": form,
        "with_note": decision != "delete",
    }
    return render(request, "console/bulk.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest, decision: str, chosen: list[Held], note: str) -> HttpResponse:
    done = 0
    for held in chosen:
        try:
            _decide(decision, signed_in(request).email, note)(held.id)
            done += 1
        except workflow.WorkflowError as problem:
            messages.warning(request, f"{held.id}: {refusal(problem)}")
    if done:
        messages.success(request, f"{DONE[decision]}: {done} message{'' if done == 1 else 's'}.")
    return redirect("queue")


def _decide(decision: str, actor: str, note: str) -> Callable[[str], object]:
    now = timezone.now()
    if decision == "release":
        return lambda key: workflow.release(key, actor=actor, note=note, now=now)
    if decision == "return":
        return lambda key: workflow.return_(key, actor=actor, note=note, now=now)
    return lambda key: workflow.delete(key, actor=actor, note=note, now=now)
