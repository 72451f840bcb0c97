"""Revealing content: an act with a reason, in the audit before anything is shown, opened in a sandboxed worker."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from detectors.findings import Where
from quarantine import keys, store, workflow
from quarantine.console.access import May, needs
from quarantine.console.forms import Reveal
from quarantine.console.held import mine, own_mail, page
from quarantine.console.marks import Found, MarkedPiece, found_in, marked
from quarantine.console.pieces import Preview
from quarantine.console.preview import PreviewError, preview
from quarantine.console.signin import signed_in, sudo

ROOT = "0"  # the message itself: its text is its header
ENDED = frozenset({"deadline", "worker-crash"})  # how a part ends a scan worker


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """One part of the message on the page."""

    title: str
    headers: bool  # short fields rather than stretches of text
    formatted: str
    pieces: tuple[MarkedPiece, ...]


@needs(May.QUEUE)
@require_POST
@sudo
def reveal(request: HttpRequest, key: str) -> HttpResponse:
    """Show the words of the message and of its attachments as text."""
    message = mine(request, key)
    if own_mail(request, message):
        raise PermissionDenied
    form = Reveal(request.POST)
    if not form.is_valid():
        return page(request, message, status=422, reveal=form)
    if message.message is None:
        return redirect("held", message.id)
    reason = form.cleaned_data["reason"]
    workflow.viewed(
        message.id,
        actor=signed_in(request).email,
        part="content",
        reason=reason,
        now=timezone.now(),
    )
    raw = store.unseal(message.message.blob, keys.current().opening)
    try:
        shown = preview(raw, _unread(message.findings))
    except PreviewError:
        shown = None
    return render(
        request,
        "console/revealed.html",
        {
            "held": message,
            "shown": shown,
            "parts": _parts(shown, found_in(message.findings)) if shown else (),
        },
    )


def _unread(findings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The parts that ended the scan worker, and why: they would end the reader too, and then nothing were shown."""
    wheres = ((str(f.get("part", ROOT)), str(f["kind"]).partition(":")) for f in findings)
    return {
        path: why for path, (kind, _, why) in wheres if kind == "unreadable" and why in ENDED and path != ROOT
    }


def _parts(shown: Preview, found: Found) -> list[ShownPart]:
    """The pieces of each part together, in the order in which they stand; the formatted body goes with its own text."""
    bodies = [piece.part for piece in shown.pieces if piece.where == Where.BODY]
    body = next((part for part in bodies if "html" in shown.types.get(part, "")), "")
    grouped = groupby(
        sorted(shown.pieces, key=lambda piece: _order(piece.part)), key=lambda piece: piece.part
    )
    return [
        ShownPart(
            title=_title(path, shown),
            headers=path == ROOT,
            formatted=shown.formatted if path == body else "",
            pieces=tuple(marked(piece, found) for piece in pieces),
        )
        for path, pieces in grouped
    ]


def _order(path: str) -> tuple[int, ...]:
    return tuple(int(step) for step in path.split("/") if step.isdigit())


def _title(path: str, shown: Preview) -> str:
    """The names of a part and of what it lies in: "report.zip > list.xlsx"."""
    steps = path.split("/")
    above = [shown.names.get("/".join(steps[:end]), "") for end in range(1, len(steps) + 1)]
    named = " > ".join(name for name in above if name)
    if named or path == ROOT:
        return named or "Headers"
    return "Message text (formatted version)" if "html" in shown.types.get(path, "") else "Message text"
