"""What a reviewer does besides deciding: asks the sender, and keeps a decision from them by two people's word."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from quarantine.console.access import May, needs
from quarantine.console.decide import decided, mine_to_decide
from quarantine.console.forms import AskSender, Quiet
from quarantine.console.held import page
from quarantine.console.signin import sudo
from quarantine.workflow import questions
from quarantine.workflow import silence as silences


@needs(May.QUEUE)
@require_POST
def ask_sender(request: HttpRequest, key: str) -> HttpResponse:
    """Send the sender a question."""
    message = mine_to_decide(request, key)
    form = AskSender(request.POST, prefix="ask")
    if not form.is_valid():
        return page(request, message, status=422, ask_sender=form)
    words = form.cleaned_data["words"]
    return decided(
        request,
        message,
        lambda actor, now: questions.ask_sender(message.id, actor=actor, words=words, now=now),
        "Your question is on its way. You get an e-mail when the sender has answered.",
        "The sender cannot be asked now: they have a question already, or no address that may be told.",
    )


@needs(May.QUEUE)
@require_POST
@sudo
def silence(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for silence, or give the second word for it."""
    message = mine_to_decide(request, key)
    second = hasattr(message, "silence")
    form = Quiet(request.POST, prefix="quiet", second=second)
    if not form.is_valid():
        return page(request, message, status=422, quiet=form)
    return decided(
        request,
        message,
        lambda actor, now: silences.silence(
            message.id, actor=actor, reason=form.cleaned_data.get("reason", ""), now=now
        ),
        "The sender hears nothing more of this message."
        if second
        else "Written down. It counts once a second person has agreed.",
        "You asked for this yourself. A second person must agree.",
    )


@needs(May.QUEUE)
@require_POST
def unsilence(request: HttpRequest, key: str) -> HttpResponse:
    """Tell the sender again."""
    message = mine_to_decide(request, key)
    return decided(
        request,
        message,
        lambda actor, now: silences.unsilence(message.id, actor=actor, now=now),
        "The sender is told again of what is decided.",
        "Nothing was silent. You changed nothing.",
    )
