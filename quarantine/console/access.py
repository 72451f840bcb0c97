"""Who may see and do what: roles per school, and nobody decides on their own mail. Every view asks here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from quarantine import in_force
from quarantine.console.signin import signed_in
from quarantine.models import Absence, Held, Role, User
from quarantine.models.role_names import naming

View = Callable[..., HttpResponse]


class May(Enum):
    """What a role allows besides its queue."""

    QUEUE = "see the queue and decide"
    AUDIT = "read the audit log"
    HEALTH = "see whether all runs well"
    REPORTS = "read the figures"
    PEOPLE = "see who may sign in"
    SETTINGS = "see what is set"
    OVERSEE = "put on legal hold"
    ALLOW = "make and end exceptions, and switch the bypass"
    APPROVE = "approve exceptions"


NO_CONTENT = frozenset({"admin", "it", "auditor"})  # these never see a held message
_MAY: Mapping[str, frozenset[May]] = {
    "dpo": frozenset(
        {
            May.QUEUE,
            May.AUDIT,
            May.HEALTH,
            May.REPORTS,
            May.PEOPLE,
            May.SETTINGS,
            May.OVERSEE,
            May.ALLOW,
            May.APPROVE,
        }
    ),
    "reviewer": frozenset({May.QUEUE, May.REPORTS}),
    "admin": frozenset({May.HEALTH, May.SETTINGS, May.PEOPLE}),
    "it": frozenset({May.HEALTH, May.SETTINGS, May.PEOPLE}),
    "auditor": frozenset({May.AUDIT, May.REPORTS}),
}
_KEPT = "_schoolgate_access"  # on the user of one request
_OWN_QUEUE = frozenset({May.QUEUE})  # any other role of the policies: dsl, hr, head, …


@dataclass(frozen=True, slots=True)
class Access:
    """What one person may do: their roles in each school."""

    roles: Mapping[str, frozenset[str]]
    approvers: frozenset[str] = frozenset()  # the roles whose word counts for exceptions
    addresses: frozenset[str] = frozenset()  # keyed: what the person sends is for others to decide

    def may(self, right: May) -> bool:
        return bool(self.schools(right))

    def schools(self, right: May) -> frozenset[str]:
        """The schools in which the person has this right."""
        return frozenset(s for s, roles in self.roles.items() if any(right in self._rights(r) for r in roles))

    def _rights(self, role: str) -> frozenset[May]:
        """What a role allows."""
        approves = frozenset({May.APPROVE} if role in self.approvers else ())
        return _MAY.get(role, _OWN_QUEUE) | approves

    def queue(self) -> QuerySet[Held]:
        """The held messages, in any state, that this person may see."""
        allowed = Q(pk__in=[])
        for school, roles in self.roles.items():
            allowed |= _queue_of(school, roles)
        return Held.objects.filter(allowed)


def access(user: User) -> Access:
    """The access of one person, and of those for whom they stand in; worked out once for each request."""
    found = getattr(user, _KEPT, None)
    if not isinstance(found, Access):
        now = timezone.now()
        away = Absence.objects.filter(deputy=user, starts_at__lte=now, ends_at__gt=now).values("user")
        rows = Role.objects.filter(Q(user=user) | Q(user__in=away, user__is_active=True))
        row = in_force.found()
        found = Access(
            _by_school(rows.values_list("school", "role")),
            frozenset(in_force.waivers_in(row).by),
            in_force.addresses(user.email, row),
        )
        setattr(user, _KEPT, found)
    return found


def needs(right: May) -> Callable[[View], View]:
    """The view exists only for signed-in people with this right; for others it is not found."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def respond(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not access(signed_in(request)).may(right):
                raise Http404
            return view(request, *args, **kwargs)

        return respond

    return decorate


def _by_school(rows: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for school, role in rows:
        found[school] = found.get(school, frozenset()) | {role}
    return found


def _queue_of(school: str, roles: frozenset[str]) -> Q:
    """A DPO oversees all; a reviewer has what no special role was named for; the others have what names them."""
    here = Q(school=school)
    if "dpo" in roles:
        return here
    named = Q(pk__in=[])
    if "reviewer" in roles:
        named |= Q(reviewers=[]) | _names("dpo") | _names("reviewer")
    for role in sorted(roles - NO_CONTENT - {"reviewer"}):
        named |= _names(role)
    return here & named


def _names(role: str) -> Q:
    return Q(reviewers__contains=naming(role))
