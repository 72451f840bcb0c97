"""The queue and the list of what was decided: sorted by risk and age, filtered, counted while one waits."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quarantine import keys
from quarantine.config import current
from quarantine.console import views
from quarantine.console.access import May, access, needs
from quarantine.console.forms import Filters
from quarantine.console.shown import row
from quarantine.console.signin import signed_in
from quarantine.masks import address_fingerprint
from quarantine.models import Held, State
from quarantine.workflow.copies import LEADING

A_PAGE = 25
MOST = 1_000  # messages that one list counts and turns over; filters reach the rest


@needs(May.QUEUE)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a decision: the highest risk first, then the oldest."""
    waiting = access(signed_in(request)).queue().filter(LEADING, state=State.HELD)
    return _list(request, waiting, order=("-level", "received_at"), heading="Queue", now_held=True)


@needs(May.QUEUE)
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """What was decided, the latest first."""
    decided = access(signed_in(request)).queue().filter(decided_at__isnull=False).exclude(state=State.HELD)
    return _list(request, decided, order=("-decided_at",), heading="Decided", now_held=False)


@needs(May.QUEUE)
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How many wait now; the queue page asks every half minute."""
    waiting = access(signed_in(request)).queue().filter(LEADING, state=State.HELD)
    return render(request, "console/count.html", {"waiting": _many(waiting.order_by()[: MOST + 1].count())})


def next_of(mine: QuerySet[Held], held: Held) -> str:
    """The id of the message that comes after this one in the queue, or ""."""
    waiting = mine.filter(LEADING, state=State.HELD).values_list("id", flat=True)
    beside = waiting.filter(level=held.level, received_at__gt=held.received_at).order_by("received_at")
    below = waiting.filter(level__lt=held.level).order_by("-level", "received_at")
    return beside.first() or below.first() or ""  # two short walks along an index, not one long one


def _list(
    request: HttpRequest, held: QuerySet[Held], *, order: tuple[str, ...], heading: str, now_held: bool
) -> HttpResponse:
    asked = views.asked_for(request)
    form = Filters(asked, decided=not now_held)
    found = _filtered(held, form.cleaned_data if form.is_valid() else {})
    page = _page(found.order_by(*order), request.GET.get("page", "1"))
    query = request.GET.copy()
    query.pop("page", None)
    kept = asked.copy()
    for name in ("page", "view"):
        kept.pop(name, None)
    name = "queue" if now_held else "history"
    return render(
        request,
        "console/queue.html",
        {
            "heading": heading,
            "now_held": now_held,
            "form": form,
            "page": page,
            "rows": _rows(page),
            "waiting": _many(page.paginator.count),
            "query": query.urlencode(),
            "views": views.of(signed_in(request), name),
            "viewed": request.GET.get("view", ""),
            "save": views.Save(initial={"page": name, "query": kept.urlencode()})
            if any(kept.values())
            else None,
            "several_schools": len(current().schools) > 1,
        },
    )


def _many(number: int) -> str:
    return str(number) if number <= MOST else f"More than {MOST}"


def _page(ids: QuerySet[Held], number: str) -> Page[Any]:
    """One page of ids; the rows themselves are read only for it, and no more than a person turns over are counted."""
    return Paginator(list(ids.values_list("id", flat=True)[: MOST + 1]), A_PAGE).get_page(number)


def _rows(page: Page[Any]) -> list[Any]:
    ids = list(page.object_list)
    by_id = Held.objects.prefetch_related("recipients").defer("findings", "misses", "parts").in_bulk(ids)
    now = timezone.now()
    return [row(by_id[key], now) for key in ids if key in by_id]


def _filtered(held: QuerySet[Held], asked: dict[str, Any]) -> QuerySet[Held]:
    if asked.get("action"):
        held = held.filter(action=asked["action"])
    if asked.get("state"):
        held = held.filter(state=asked["state"])
    if asked.get("school"):
        held = held.filter(school=asked["school"])
    if asked.get("risk"):
        held = held.filter(level__gte=int(asked["risk"]))
    if asked.get("sender"):
        sender = address_fingerprint(keys.current().fingerprints, asked["sender"])
        held = held.filter(id__in=Held.objects.filter(sender=sender).values("id"))  # by its own index
    if asked.get("reference"):
        held = held.filter(id=asked["reference"].strip().upper())
    return held
