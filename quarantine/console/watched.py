"""What passed only because nothing was enforced: in monitor mode, or while the bypass was on. No content, no address."""

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quarantine import in_force
from quarantine.config import current
from quarantine.console.access import May, access, needs
from quarantine.console.explain import ACTIONS
from quarantine.console.shown import plain
from quarantine.console.signin import signed_in
from quarantine.letters.watching import figures
from quarantine.models import VerdictRecord

A_PAGE = 25
MOST = 1_000  # that one list turns over


@needs(May.OVERSEE)
@require_safe
def watched(request: HttpRequest) -> HttpResponse:
    """The messages that a policy would have stopped, the newest first."""
    schools = access(signed_in(request)).schools(May.OVERSEE)
    rows = (
        VerdictRecord.objects.filter(school__in=schools)
        .exclude(would="")
        .filter(action__in=("allow", "log"))
        .defer("features")
        .order_by("-received_at")
    )
    page = Paginator(rows[:MOST], A_PAGE).get_page(request.GET.get("page", "1"))
    lines = [
        (
            one,
            ACTIONS.get(one.would, one.would),
            [name for name in one.policies if name != "panic-bypass"],
            [plain(kind) for kind in one.kinds if kind not in ("header-address", "personal-data")],
            "panic-bypass" in one.policies,
        )
        for one in page.object_list
    ]
    return render(
        request,
        "console/watched.html",
        {
            "page": page,
            "lines": lines,
            "several_schools": len(current().schools) > 1,
            **_mode(schools),
        },
    )


def _mode(schools: Iterable[str]) -> dict[str, object]:
    """Since when the set only watches, why it may not enforce, and the figures of that time; nothing while it enforces."""
    row = in_force.found()
    if row is None or row.monitor_since is None:
        return {}
    return {
        "since": row.monitor_since,
        "report_at": row.report_at,
        "obstacles": row.obstacles,
        "sections": list(figures(schools, row.monitor_since)),
    }
