"""An officer mends a message in its sender's place: for every problem one cure, then it goes; fresh passwords are shown before."""

from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from policies.verdict import Cure
from quarantine import workflow
from quarantine.console.access import May, needs
from quarantine.console.decide import mine_to_decide, refusal
from quarantine.console.shown import plain, spot
from quarantine.console.signin import recently_proved, signed_in, sudo
from quarantine.cures import locked
from quarantine.cures.problems import Open, attachment, part_row
from quarantine.models import Held, Mend, Mending, State
from quarantine.workflow import on_behalf

CURES = {
    Cure.INITIALS: "Write initials instead of the name",
    Cure.REPLACE_ADDRESS: "Write the school's address instead of the private one",
    Cure.BCC: "Hide the recipients from each other",
    Cure.SINGLY: "Send it to each recipient singly",
    Cure.ENCRYPT: "Lock the file with a password",
    Cure.REMOVE: "Leave it out: the file, or the people who must not have it",
    Cure.CONFIRM: "Leave it as it is, on your word",
}


class Cures(forms.Form):
    """One choice for each problem."""

    def __init__(self, data: Any = None, *, problems: tuple[Open, ...], message: Held) -> None:
        super().__init__(data)
        for one in problems:
            self.fields[one.key] = forms.ChoiceField(
                label=_words(one, message),
                choices=[(cure.value, CURES[cure]) for cure in one.cures],
                widget=forms.RadioSelect,
                error_messages={"required": "Choose what to do about this"},
            )


@needs(May.QUEUE)
@require_http_methods(["GET", "HEAD", "POST"])
@sudo
def mend(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for a cure for each problem; with all chosen it goes, or the passwords are shown first."""
    message = mine_to_decide(request, key)
    if message.state != State.HELD:
        return redirect("held", key)
    sent = request.POST if request.method == "POST" else None
    form = Cures(sent, problems=on_behalf.offered(message), message=message)
    if request.method == "POST" and form.is_valid():
        return _chosen(request, message, {name: Cure(cure) for name, cure in form.cleaned_data.items()})
    context = {"held": message, "form": form, "passwords": _passwords(request, message)}
    return render(request, "console/mend.html", context, status=422 if form.errors else 200)


@needs(May.QUEUE)
@require_POST
@sudo
def mend_send(request: HttpRequest, key: str) -> HttpResponse:
    """The officer has the passwords: it goes."""
    message = mine_to_decide(request, key)
    try:
        on_behalf.send(message.id, actor=signed_in(request).email, now=timezone.now())
    except workflow.WorkflowError as problem:
        messages.warning(request, refusal(problem))
    else:
        messages.success(request, "It is being changed and sent. The delivery is shown below in a minute.")
    return redirect("held", message.id)


def _chosen(request: HttpRequest, message: Held, choices: dict[str, Cure]) -> HttpResponse:
    try:
        prepared = on_behalf.mend(message.id, choices, actor=signed_in(request).email, now=timezone.now())
    except workflow.WorkflowError as problem:
        messages.warning(request, refusal(problem))
        return redirect("held", message.id)
    if prepared.sends:
        messages.success(request, "It is being changed and sent. The delivery is shown below in a minute.")
        return redirect("held", message.id)
    return redirect("mend", message.id)


def _passwords(request: HttpRequest, message: Held) -> tuple[locked.Password, ...]:
    """Those that an officer's choice made and nobody has taken down yet; shown in sudo mode alone."""
    mending = Mending.objects.filter(held=message, state=Mend.CHOOSING, noted_at=None).first()
    if mending is None or not mending.by or request.method == "POST":
        return ()
    if not recently_proved(request):
        raise ReauthenticationRequired
    return locked.shown(message, mending, timezone.now())


def _words(one: Open, message: Held) -> str:
    """A problem in one line: what was found, how often, and in which file."""
    kinds = dict.fromkeys(f"{plain(hit.kind)} {spot({'where': hit.where.value})}".strip() for hit in one.hits)
    label = part_row(message, attachment(one.first)).get("label", "")
    return "; ".join(kinds).capitalize() + (f" ({label})" if label else "")
