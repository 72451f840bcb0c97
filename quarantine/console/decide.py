"""Release, return, delete, keep longer, pass on: each a POST, each through the workflow, each told plainly when somebody else was first."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from quarantine import workflow
from quarantine.console.access import May, access, needs
from quarantine.console.forms import Delete, KeepLonger, PassOn, Release, Return
from quarantine.console.held import mine, own_mail, page, waiting
from quarantine.console.shown import opened_cover, role_words
from quarantine.console.signin import signed_in, sudo
from quarantine.models import Held, State
from quarantine.workflow import emergency as emergencies


@needs(May.QUEUE)
@require_POST
@sudo
def release(request: HttpRequest, key: str) -> HttpResponse:
    """Send the original bytes to the recipients who were ticked."""
    message = mine_to_decide(request, key)
    form = Release(request.POST, recipients=waiting(message))
    if not form.is_valid():
        return _again(request, message, release=form)
    chosen: list[int] = form.cleaned_data["recipients"]
    cover = opened_cover(message)
    addresses = [cover.envelope.addresses[position] for position in chosen] if cover else []
    left = len(waiting(message)) - len(chosen)
    return decided(
        request,
        message,
        lambda actor, now: workflow.release(
            message.id,
            actor=actor,
            recipients=addresses if left else None,
            note=form.cleaned_data["note"],
            false_alarm=form.cleaned_data["false_alarm"],
            now=now,
        ),
        f"Released to {len(chosen)}."
        + (f" {left} still held." if left else "")
        + (" Counted as a false alarm." if form.cleaned_data["false_alarm"] else "")
        + " The delivery is shown below.",
    )


@needs(May.QUEUE)
@require_POST
@sudo
def emergency(request: HttpRequest, key: str) -> HttpResponse:
    """A child may be at risk: one click sends it to everybody who may get it, and leaves out the others."""
    message = mine_to_decide(request, key)
    if message.emergency_at is None:
        raise Http404
    return decided(
        request,
        message,
        lambda actor, now: emergencies.release(message.id, actor=actor, now=now),
        "Released. The delivery is shown below. Phone as well.",
    )


@needs(May.QUEUE)
@require_POST
def return_(request: HttpRequest, key: str) -> HttpResponse:
    """Send it back to its sender with a note; nobody else gets anything."""
    message = mine_to_decide(request, key)
    form = Return(request.POST, prefix="return")
    if not form.is_valid():
        return _again(request, message, return_form=form)
    note = form.cleaned_data["note"]
    return decided(
        request,
        message,
        lambda actor, now: workflow.return_(message.id, actor=actor, note=note, now=now),
        "Returned. The sender gets your note.",
    )


@needs(May.QUEUE)
@require_POST
def delete(request: HttpRequest, key: str) -> HttpResponse:
    """Delete it; nobody gets it."""
    message = mine_to_decide(request, key)
    form = Delete(request.POST, prefix="delete")
    if not form.is_valid():
        return _again(request, message, delete=form)
    return decided(
        request,
        message,
        lambda actor, now: workflow.delete(message.id, actor=actor, now=now),
        "Deleted. Nobody gets it.",
    )


@needs(May.QUEUE)
@require_POST
def keep_longer(request: HttpRequest, key: str) -> HttpResponse:
    """Move the end of the hold."""
    message = mine_to_decide(request, key)
    form = KeepLonger(request.POST, prefix="longer")
    if not form.is_valid():
        return _again(request, message, longer=form)
    until = max(message.expires_at, timezone.now()) + timedelta(days=form.cleaned_data["days"])
    return decided(
        request,
        message,
        lambda actor, now: workflow.keep_longer(message.id, actor=actor, until=until, now=now),
        "It is kept longer. Nothing else changed.",
    )


@needs(May.QUEUE)
@require_POST
def pass_on(request: HttpRequest, key: str) -> HttpResponse:
    """Give the decision to another role, who is told."""
    message = mine_to_decide(request, key)
    form = PassOn(request.POST, prefix="pass", without=message.reviewers)
    if not form.is_valid():
        return _again(request, message, pass_on=form)
    role = form.cleaned_data["role"]
    response = decided(
        request,
        message,
        lambda actor, now: workflow.pass_on(message.id, actor=actor, roles=[role], now=now),
        f"Passed on to: {role_words([role])}. They are told by e-mail.",
    )
    return response if _still_mine(request, key) else redirect("queue")


def already(decided: workflow.AlreadyDecided) -> str:
    """Who was first, kindly."""
    at = timezone.localtime(decided.at) if decided.at else None
    when = f" on {at:%d %B %Y at %H:%M}" if at else ""
    who = decided.by if decided.by not in ("", "time") else "the passing of its time"
    return f"Already {decided.state} by {who}{when}. You changed nothing."


def refusal(problem: workflow.WorkflowError) -> str:
    """Why the workflow would not do it, for the person who asked."""
    match problem:
        case workflow.AlreadyDecided():
            return already(problem)
        case workflow.LegalHold():
            return "A legal hold keeps this message. You changed nothing."
        case workflow.OwnMessage():
            return "You sent this message. Somebody else must decide."
        case workflow.UnknownRecipient():
            return "One of these recipients no longer waits. Look at the list again. You changed nothing."
        case _:
            return "This message can no longer be sent or changed. You changed nothing."


def mine_to_decide(request: HttpRequest, key: str) -> Held:
    """The message, if this person may decide on it."""
    message = mine(request, key)
    if own_mail(request, message):
        raise PermissionDenied
    return message


def _still_mine(request: HttpRequest, key: str) -> bool:
    return access(signed_in(request)).queue().filter(id=key).exists()


def _again(request: HttpRequest, message: Held, **form: forms.Form) -> HttpResponse:
    """The page with what is wrong; if somebody was faster there is nothing to mend, and they are told who."""
    if message.state != State.HELD:
        first = workflow.AlreadyDecided(message.decided_by, message.state, message.decided_at)
        messages.warning(request, already(first))
        return redirect("held", message.id)
    return page(request, message, status=422, **form)


def decided(
    request: HttpRequest,
    message: Held,
    act: Callable[[str, datetime], object],
    done: str,
    not_offered: str = "",
) -> HttpResponse:
    """Do it in this person's name, and say on the message's page what came of it."""
    try:
        act(signed_in(request).email, timezone.now())
    except workflow.NotOffered as problem:
        messages.warning(request, not_offered or refusal(problem))
    except workflow.WorkflowError as problem:
        messages.warning(request, refusal(problem))
    else:
        messages.success(request, done)
    return redirect("held", message.id)
