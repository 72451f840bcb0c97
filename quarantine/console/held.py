"""One held message: why it was stopped, what can be done, what was done. Redacted; revealing is another page."""

import base64
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from policies.emergency import AT_ONCE, NOT_AT_ALL
from quarantine import sealed_words
from quarantine.config import current
from quarantine.console import shown
from quarantine.console.access import May, access, needs
from quarantine.console.explain import Explained, explained, steps, unread
from quarantine.console.forms import (
    AskSender,
    Delete,
    Keep,
    KeepLonger,
    PassOn,
    Quiet,
    Release,
    Return,
    Reveal,
)
from quarantine.console.queue import next_of
from quarantine.console.signin import signed_in
from quarantine.models import Held, HeldRecipient, Mending, Question, Silence, State
from quarantine.workflow.copies import family

ASKED = {
    "emergency": "The sender says that a child is at risk now.",
    "ask-dpo": "The sender asks for a decision.",
    "not-a-pupil": "The sender says that this is not a pupil.",
    "still-there": "The sender mended it, and something was left. What you see is the mended message.",
    "not-heard": "No e-mail about it reached the sender, so nobody has been asked yet.",
    "not-mended": "The sender chose a change that could not be made. What you see is the message as it was written.",
}


@needs(May.QUEUE)
@require_safe
def held(request: HttpRequest, key: str) -> HttpResponse:
    """The message page."""
    return page(request, mine(request, key))


def page(
    request: HttpRequest, message: Held, *, status: int = 200, **forms_with_errors: forms.Form
) -> HttpResponse:
    """The page of one message, with any form that was sent and has errors."""
    context = _story(request, message) | _choices(request, message) | forms_with_errors
    return render(request, "console/held.html", context, status=status)


def mine(request: HttpRequest, key: str) -> Held:
    """The message, if it is in this person's queue; otherwise it is not found, whether or not it exists."""
    found = access(signed_in(request)).queue().filter(id=key).prefetch_related("recipients").first()
    if found is None:
        raise Http404
    return found


def own_mail(request: HttpRequest, message: Held) -> bool:
    """Whether the person sent this message, under any address of theirs that the staff list knows; then others decide."""
    return message.sender in access(signed_in(request)).addresses


def waiting(message: Held) -> list[tuple[int, str]]:
    """The recipients who still wait, as choices: position and words."""
    return [(one.position, words) for one, words in recipients(message) if one.state == State.HELD]


def recipients(message: Held) -> list[tuple[HeldRecipient, str]]:
    """Each recipient with its address and what it is to the school."""
    cover = shown.opened_cover(message)
    addresses = cover.envelope.addresses if cover else ()
    ordered = sorted(message.recipients.all(), key=lambda one: one.position)
    return [(one, f"{_address(one, addresses)} ({shown.relation_words(one.relation)})") for one in ordered]


def _address(one: HeldRecipient, addresses: tuple[str, ...]) -> str:
    return addresses[one.position] if one.position < len(addresses) else one.masked


def sender_words(mending: Mending | None) -> list[str]:
    """The reasons and questions that the sender wrote on their page."""
    return [sealed_words.opened(base64.b64decode(one)) for one in (mending.words if mending else [])]


def questions(message: Held) -> list[tuple[Question, str, str]]:
    """What the sender was asked, and what they answered."""
    rows = message.questions.order_by("asked_at")
    return [(row, sealed_words.opened(row.words), sealed_words.opened(row.answer)) for row in rows]


def silence(message: Held) -> tuple[Silence, str] | None:
    """Who asked that the sender hears nothing more, and why."""
    row = getattr(message, "silence", None)
    return (row, sealed_words.opened(row.reason)) if row else None


def urgent(message: Held) -> dict[str, int]:
    """Where a child may be at risk: how many have it at once, who waits for a click, and whom nothing reaches."""
    everybody = HeldRecipient.objects.filter(held__in=family(message))
    waits = everybody.filter(state=State.HELD)
    return {
        "sent": everybody.filter(state=State.RELEASED, emergency=AT_ONCE).count(),
        "waits": waits.exclude(emergency=NOT_AT_ALL).count(),
        "never": waits.filter(emergency=NOT_AT_ALL).count(),
    }


def may_oversee(request: HttpRequest, message: Held) -> bool:
    """Whether the person may put this message on legal hold."""
    return message.school in access(signed_in(request)).schools(May.OVERSEE)


def _story(request: HttpRequest, message: Held) -> dict[str, Any]:
    now = timezone.now()
    cover = shown.opened_cover(message)
    mending = Mending.objects.filter(held=message).first()
    found: list[Explained] = explained(message)
    return {
        "held": message,
        "row": shown.row(message, now),
        "sender": cover.envelope.mail_from if cover else message.sender_masked,
        "recipients": recipients(message),
        "copies": message.followers.filter(state=State.HELD).prefetch_related("recipients"),
        "level": shown.LEVELS.get(message.level, ""),
        "hits": found,
        "misses": message.misses,
        "parts": message.parts,
        "unread": unread(message),
        "steps": steps(message),
        "sender_asked": ASKED.get(mending.asked, "") if mending else "",
        "sender_words": sender_words(mending),
        "questions": questions(message),
        "silence": silence(message),
        "note": sealed_words.opened(message.note),
        "urgent": urgent(message),
        "outgoing": message.outgoing.prefetch_related("recipients").order_by("pk"),
        "deciders": shown.role_words(message.reviewers),
        "kept_until": shown.kept_until(message),
        "school": current().school(message.school).name,
        "next": next_of(access(signed_in(request)).queue(), message),
    }


def _choices(request: HttpRequest, message: Held) -> dict[str, Any]:
    """The forms, where this person may still act."""
    own = own_mail(request, message)
    return {
        "own": own,
        "open": message.state == State.HELD and not own,
        "readable": message.message_id is not None and not own,
        "oversee": may_oversee(request, message),
        "reveal": Reveal(),
        "release": Release(recipients=waiting(message)),
        "return_form": Return(prefix="return"),
        "delete": Delete(prefix="delete"),
        "longer": KeepLonger(prefix="longer"),
        "pass_on": PassOn(prefix="pass", without=message.reviewers),
        "keep": Keep(message=message),
        "ask_sender": AskSender(prefix="ask"),
        "quiet": Quiet(prefix="quiet", second=hasattr(message, "silence")),
    }
