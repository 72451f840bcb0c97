"""What is set, to be read: directory, partners, roles, times of keeping; and the policy set in words, with a draft tried beside it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

import policies
from policies import PolicyError, PolicySet
from policies.compare import Change, diff
from policies.loader import parse_set
from policies.replay import Features, Forecast, replay
from policies.verdict import Action
from quarantine import audit, features, in_force, keys
from quarantine.config import current
from quarantine.console.access import May, access, needs
from quarantine.console.directory import may_send
from quarantine.console.explain import ACTIONS
from quarantine.console.shown import role_words, span
from quarantine.console.signin import signed_in, sudo
from quarantine.database import one_transaction
from quarantine.models import AuditEvent

LARGEST = 500_000  # bytes of a draft: the longest shipped set has a tenth
DAYS = 28  # of past mail that a draft judges again
LONGEST = 8.0  # seconds for it; what is left then is left out, and the page says so
IMPORTS = ("directory-imported", "directory-refused")
GRADES = {
    "T0": "nobody knows how mail travels there",
    "T1": "usually encrypted, but nothing proves it",
    "T2": "encrypted, and the server proves who it is",
    "T3": "encrypted and proved, and the organisation has agreed to keep it so",
}


class Draft(forms.Form):
    """A policy set that is not in force."""

    draft = forms.FileField(label="Your draft (a .toml file)", max_length=200)

    def clean_draft(self) -> PolicySet:
        sent: UploadedFile[bytes] = self.cleaned_data["draft"]
        if (sent.size or 0) > LARGEST:
            raise forms.ValidationError("The file is larger than 500 kB: this is no policy set")
        try:
            return parse_set(sent.read().decode("utf-8-sig"), name="draft", file="the draft")
        except UnicodeDecodeError:
            raise forms.ValidationError("The file is not UTF-8 text") from None
        except RecursionError:
            raise forms.ValidationError("The file is nested too deeply: this is no policy set") from None
        except PolicyError as wrong:
            raise forms.ValidationError(str(wrong)) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a draft would have done."""

    changes: tuple[Change, ...]
    forecast: Forecast
    whole: bool  # all of the past mail was judged
    rows: tuple[tuple[str, int, int, str], ...]  # action, now, under the draft, a week


@needs(May.SETTINGS)
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Everything at a glance. Nothing is changed here."""
    now, row, config = timezone.now(), in_force.found(), current()
    people = dict(row.directory) if row else {}
    since = datetime.fromisoformat(people["since"]) if people.get("since") else None
    context = {
        "people": people,
        "since": since,
        "age": span(now - since) if since else "",
        "imports": _imports(),
        "may_send": may_send(request),
        "oversees": access(signed_in(request)).may(May.OVERSEE),
        "partners": [(*one, GRADES.get(one[1], "")) for one in (row.partners if row else [])],
        "roles": [(role_words([role]), addresses) for role, addresses in sorted(config.roles.items())],
        "keeping": config.retention,
        "schools": config.schools,
    }
    return render(request, "console/settings.html", context)


@needs(May.OVERSEE)
@require_POST
@sudo
def weak_names(request: HttpRequest) -> HttpResponse:
    """The names that are ordinary words too: pupils' names, so the look is written down."""
    found = in_force.weak_names()
    with one_transaction():
        audit.append(
            "weak-names-viewed", now=timezone.now(), actor=signed_in(request).email, names=len(found)
        )
    return render(request, "console/weak_names.html", {"names": found})


@needs(May.SETTINGS)
@require_safe
def policy_set(request: HttpRequest) -> HttpResponse:
    """The set in force in plain words, and the form for a draft."""
    return _page(request, Draft())


@needs(May.SETTINGS)
@require_POST
def try_draft(request: HttpRequest) -> HttpResponse:
    """Beside the set in force: what the draft changes, and what it would have done to past mail. Nothing is put in force."""
    form = Draft(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    row = in_force.found()
    try:
        now_set = policies.load_set(row.source if row else "default")
    except PolicyError:
        form.add_error("draft", "The file of the set in force cannot be read by the console")
        return _page(request, form, status=422)
    trial = _tried(now_set, form.cleaned_data["draft"], timezone.now())
    with one_transaction():
        audit.append(
            "draft-tried", now=timezone.now(), actor=signed_in(request).email,
            draft=form.cleaned_data["draft"].version, messages=trial.forecast.messages,
        )  # fmt: skip
    return _page(request, Draft(), trial=trial)


def _page(request: HttpRequest, form: Draft, *, status: int = 200, **more: Any) -> HttpResponse:
    row = in_force.found()
    context = {"row": row, "words": _sections(row.words if row else ""), "form": form, "days": DAYS, **more}
    return render(request, "console/policy_set.html", context, status=status)


def _sections(words: str) -> list[tuple[list[str], list[str]]]:
    """What `explain_set` wrote, for a page: by section its plain lines and its points."""
    found = []
    for block in words.split("\n\n"):
        lines = block.splitlines()
        points = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
        found.append(([line for line in lines if not line.startswith("- ")], points))
    return [section for section in found if any(section)]


def _tried(now_set: PolicySet, draft: PolicySet, now: datetime) -> Trial:
    since = now - timedelta(days=DAYS)
    total, past = features.count(since), features.stored(since)
    prints = keys.current().fingerprints
    forecast = replay(_until(past, monotonic() + LONGEST), now_set, draft, fingerprints=prints)
    rows = tuple(
        (
            ACTIONS[action.word],
            forecast.before.get(action.word, 0),
            forecast.after.get(action.word, 0),
            f"{forecast.per_week(forecast.after.get(action.word, 0)):.1f}",
        )
        for action in Action
    )
    return Trial(changes=diff(now_set, draft), forecast=forecast, whole=forecast.messages >= total, rows=rows)


def _until(past: Iterable[Features], end: float) -> Iterator[Features]:
    """Past mail until the time is over; the judging of a chunk that was begun still ends."""
    for one in past:
        if monotonic() > end:
            return
        yield one


def _imports() -> list[tuple[AuditEvent, list[tuple[str, Any]]]]:
    """The last imports, with what each changed."""
    events = AuditEvent.objects.filter(kind__in=IMPORTS).order_by("-number")[:5]
    named, found = ("pupils", "new", "gone", "changed"), []
    for event in events:
        details = event.details or {}
        found.append((event, [(name, details[name]) for name in named if name in details]))
    return found
