"""The person's own pages: where they land, and their account."""

from allauth.account.views import password_change
from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from quarantine.config import current
from quarantine.console.access import access
from quarantine.console.menu import ENTRIES
from quarantine.console.shown import role_words
from quarantine.console.signin import signed_in


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page that the person may open."""
    mine = access(signed_in(request))
    return redirect(next((name for name, _, right in ENTRIES if mine.may(right)), "account"))


@login_required
def password(request: HttpRequest) -> HttpResponseBase:
    """Change the password; who signs in with the school's account alone has none here."""
    if not signed_in(request).has_usable_password():
        raise Http404
    response: HttpResponseBase = password_change(request)
    return response


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Roles, password and second factors."""
    user = signed_in(request)
    mine = access(user)
    roles = [(current().school(key).name, role_words(sorted(names))) for key, names in mine.roles.items()]
    factors = Authenticator.objects.filter(user=user).count()
    return render(request, "console/account.html", {"roles": roles, "factors": factors})
