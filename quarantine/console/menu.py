"""The menu: only what this person may open; and on every page what is out of order: the bypass, a refused reload."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from quarantine import bypass, reloads
from quarantine.config import current
from quarantine.console.access import May, access
from quarantine.models import User

ENTRIES = (
    ("queue", "Queue", May.QUEUE),
    ("history", "Decided", May.QUEUE),
    ("watched", "Let through", May.OVERSEE),
    ("exceptions", "Exceptions", May.APPROVE),
    ("incidents", "Incidents", May.OVERSEE),
    ("legal-holds", "Legal holds", May.OVERSEE),
    ("reports", "Reports", May.REPORTS),
    ("audit", "Audit", May.AUDIT),
    ("health", "Health", May.HEALTH),
    ("people", "People", May.PEOPLE),
    ("settings", "Settings", May.SETTINGS),
)


def school_account() -> str:
    """What the school calls the accounts with which its people may sign in; "" = they may not."""
    provider = current().openid
    return provider.name if provider and current().admission else ""


def menu(request: HttpRequest) -> dict[str, Any]:
    """The entries for the navigation bar, as a context processor."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"school_account": school_account()}
    mine = access(user)
    entries = [(reverse(name), text) for name, text, right in ENTRIES if mine.may(right)]
    if mine.roles:
        entries.append((reverse("incident-new"), "Report an incident"))
        entries.append((reverse("absent"), "Away"))
    if mine.may(May.QUEUE):
        entries.append((reverse("try"), "Try a message"))
    entries.append((reverse("account"), "Your account"))
    now = timezone.now()
    return {
        "broken": reloads.broken(),
        "bypasses": bypass.standing(now=now, schools=mine.roles),
        "menu": [{"url": url, "text": text, "active": request.path.startswith(url)} for url, text in entries],
    }
