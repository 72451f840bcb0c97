"""How often each policy was right, and what to change where it was not: from the officers' decisions, never by itself."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from policies.verdict import Action
from quarantine.console.access import May, access, needs
from quarantine.console.signin import signed_in
from quarantine.models import Held, State

WEEKS = 12
MOST = 1_000  # decisions that are looked at: more would hardly change the figures
ENOUGH = 5  # decisions on a policy before anything is proposed
OFTEN = 0.5  # false alarms among them from which on a change is proposed
DECIDED = (State.RELEASED, State.RETURNED, State.DELETED)  # what expired or was mended says nothing here
STOPS = {Action.ASK.word, Action.QUARANTINE.word}


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of one policy's messages."""

    policy: str
    decided: int = 0
    released: int = 0
    false_alarms: int = 0
    alone: int = 0  # stopped by this policy and no other
    senders: Counter[tuple[str, str]] = field(
        default_factory=Counter
    )  # of false alarms: a message, its masked sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One change that the figures speak for."""

    policy: str
    why: str
    what: str
    effect: str
    link: str


@needs(May.REPORTS)
@require_safe
def precision(request: HttpRequest) -> HttpResponse:
    """The table, and the proposals for who may make exceptions."""
    mine = access(signed_in(request))
    now = timezone.now()
    since = now - timedelta(weeks=WEEKS)
    tallies = _tallies(mine.schools(May.REPORTS), since)
    makes = mine.may(May.ALLOW)
    context = {
        "tallies": [(one, _rightly(one)) for one in tallies],
        "proposals": [_proposal(one, link=makes) for one in tallies if _often_wrong(one)],
        "weeks": WEEKS,
    }
    return render(request, "console/precision.html", context)


def _tallies(schools: frozenset[str], since: datetime) -> list[Tally]:
    rows = (
        Held.objects.filter(school__in=schools, decided_at__gte=since, state__in=DECIDED)
        .order_by("-decided_at")
        .values_list("id", "state", "false_alarm", "sender", "sender_masked", "hits")[:MOST]
    )
    found: dict[str, Tally] = {}
    for key, state, false_alarm, sender, masked, hits in rows:
        _count(found, hits, state, (sender, masked, key) if false_alarm else None)
    return sorted(found.values(), key=lambda one: (-one.false_alarms, -one.decided, one.policy))


def _count(
    found: dict[str, Tally], hits: list[dict[str, Any]], state: str, wrong: tuple[str, str, str] | None
) -> None:
    stopping = {hit["policy"] for hit in hits if hit["action"] in STOPS}
    for policy in stopping:
        one = found.setdefault(policy, Tally(policy=policy))
        one.decided += 1
        one.released += state == State.RELEASED
        one.alone += len(stopping) == 1
        if wrong is not None:
            one.false_alarms += 1
            one.senders[wrong[:2]] += 1


def _rightly(one: Tally) -> str:
    return f"{100 * (one.decided - one.false_alarms) // one.decided} %"


def _often_wrong(one: Tally) -> bool:
    return one.decided >= ENOUGH and one.false_alarms >= OFTEN * one.decided


def _proposal(one: Tally, *, link: bool) -> Proposal:
    """An exception where one sender causes most of it; otherwise another action in the policy set."""
    (_, masked), most = one.senders.most_common(1)[0]
    why = f"{one.false_alarms} of {one.decided} decisions called it a false alarm."
    if most > one.false_alarms / 2:
        return Proposal(
            policy=one.policy,
            why=f"{why} {most} of them were for {masked}.",
            what=f"Make an exception for {masked}, if what they send is part of their work.",
            effect=f"About {_a_week(most)} fewer held messages a week.",
            link=f"{reverse('exceptions')}?{urlencode({'policy': one.policy})}#exception" if link else "",
        )
    return Proposal(
        policy=one.policy,
        why=why,
        what="Let your own policy set only record it (action “log”), or name what it should leave alone in “unless”.",
        effect=f"About {_a_week(one.alone)} fewer held messages a week. Try it first: schoolgate policy replay DRAFT.toml",
        link="",
    )


def _a_week(many: int) -> str:
    return f"{many / WEEKS:.1f}"
