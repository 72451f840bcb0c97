"""The sender's page and its acts: a GET never changes anything; a POST goes through the workflow, and a replay is told kindly."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from policies.verdict import Cure
from quarantine import workflow
from quarantine.config import current
from quarantine.models import Held, Mending
from quarantine.pages import links, signin
from quarantine.pages.shown import page_of
from quarantine.workflow import emergency as emergencies
from quarantine.workflow import mending, questions

View = Callable[..., HttpResponse]


def for_sender(view: View) -> View:
    """Hands the view the held message that the token names; anything else is one neutral page without a fact."""

    @wraps(view)
    def respond(request: HttpRequest, token: str) -> HttpResponse:
        try:
            bearer = links.read(token, now=timezone.now())
        except links.LinkError as wrong:
            return expired(request) if wrong.expired else not_found(request)
        held = Held.objects.filter(id=bearer.held_id, sender__startswith=bearer.sender).first()
        if held is None:
            return not_found(request)
        with translation.override(current().school(held.school).language):
            return signin.stopped(request, held.sender) or view(request, token, held)

    return respond


@require_safe
@for_sender
def page(request: HttpRequest, token: str, held: Held) -> HttpResponse:
    """What was found, what mends it, and how far it is."""
    return _page(request, token, held)


@require_POST
@for_sender
def choose(request: HttpRequest, token: str, held: Held) -> HttpResponse:
    """Choose the cure for one problem."""
    cure, words = request.POST.get("cure", ""), request.POST.get("words", "")

    def act(now: datetime) -> None:
        if cure not in set(Cure):
            raise workflow.NotOffered
        key = request.POST.get("problem", "")
        mending.choose(held.id, key, Cure(cure), sender=held.sender, now=now, words=words)

    return _acted(request, token, held, act)


@require_POST
@for_sender
def noted(request: HttpRequest, token: str, held: Held) -> HttpResponse:
    """The sender has written the password down."""
    return _acted(request, token, held, lambda now: mending.noted(held.id, sender=held.sender, now=now))


@require_POST
@for_sender
def ask(request: HttpRequest, token: str, held: Held) -> HttpResponse:
    """Give it to a role, with a question or as a false alarm."""
    cure = Cure.NOT_A_PUPIL if request.POST.get("cure") == Cure.NOT_A_PUPIL else Cure.ASK_DPO
    words = request.POST.get("words", "")
    return _acted(
        request,
        token,
        held,
        lambda now: mending.ask(held.id, cure, sender=held.sender, now=now, words=words),
    )


@require_POST
@for_sender
def emergency(request: HttpRequest, token: str, held: Held) -> HttpResponse:
    """A child is at risk now: it goes at once where it may, and the safeguarding lead has the rest."""
    words = request.POST.get("words", "")
    return _acted(
        request,
        token,
        held,
        lambda now: emergencies.declare(held.id, sender=held.sender, now=now, words=words),
    )


@require_POST
@for_sender
def answer(request: HttpRequest, token: str, held: Held) -> HttpResponse:
    """Answer the question of whoever reviews it."""
    words = request.POST.get("words", "")
    return _acted(
        request,
        token,
        held,
        lambda now: questions.answer(held.id, sender=held.sender, words=words, now=now),
        empty=_("Please write your answer. A few words are enough."),
    )


@require_POST
@for_sender
def cancel(request: HttpRequest, token: str, held: Held) -> HttpResponse:
    """Take it back for good."""
    return _acted(request, token, held, lambda now: mending.cancel(held.id, sender=held.sender, now=now))


def _acted(
    request: HttpRequest, token: str, held: Held, act: Callable[[datetime], object], *, empty: str = ""
) -> HttpResponse:
    try:
        act(timezone.now())
    except workflow.ReasonMissing:
        told = empty or _("Please say why it may go as it is.")
        missing = "answer" if empty else request.POST.get("problem", "")
        return _page(request, token, held, told=told, status=422, missing=missing)
    except workflow.AlreadyDecided:
        return _page(
            request, token, held, told=_("This was decided before. You changed nothing."), status=409
        )
    except workflow.LegalHold:
        told = _("The school must keep this e-mail. It was not deleted, and it was not sent.")
        return _page(request, token, held, told=told, status=409)
    except workflow.WorkflowError:
        told = _("That is not possible any more. You changed nothing. This is how it stands now.")
        return _page(request, token, held, told=told, status=409)
    return redirect("page", token)


def _page(
    request: HttpRequest, token: str, held: Held, *, told: str = "", status: int = 200, missing: str = ""
) -> HttpResponse:
    held.refresh_from_db()
    row = Mending.objects.filter(held=held).first()
    context = page_of(held, row, timezone.now()) | {"token": token, "told": told, "missing": missing}
    return render(request, "pages/page.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django names it
    """The same for every link that is not one of ours, and for every page that is not there."""
    text = _("It may be cut off or changed. Open the newest e-mail that we sent you and use the link there.")
    return _message(request, _("This link does not work"), text, 404)


def expired(request: HttpRequest) -> HttpResponse:
    """The same for every link whose time has passed."""
    text = _("Links stop working after a while. Look for a newer e-mail from us, or ask at your school.")
    return _message(request, _("This link is too old"), text, 410)


def stale(request: HttpRequest, exception: Exception | None = None, **_why: object) -> HttpResponse:  # noqa: ARG001 - Django names it
    """A form that was open too long or came from elsewhere."""
    text = _("Nothing was changed. Go back, load the page again and do it once more.")
    return _message(request, _("Please try again"), text, 403)


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault."""
    text = _("Nothing was changed. Please try again in a minute.")
    return _message(request, _("Sorry, something went wrong"), text, 500)


def _message(request: HttpRequest, heading: str, text: str, status: int) -> HttpResponse:
    return render(request, "pages/message.html", {"heading": heading, "text": text}, status=status)
