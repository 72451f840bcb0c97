"""What holds for every page: headers, sessions that end, and the second factor that nobody gets around."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from quarantine.config import current
from quarantine.console.django import IDLE_MINUTES, LONGEST_HOURS
from quarantine.console.signin import CLOCKS_DIFFER, provider_proof

Respond = Callable[[HttpRequest], HttpResponse]

STARTED, SEEN = "started", "seen"
POLLS = ("/queue/count", "/settings/lists/state")  # a page left open is not somebody who is there
WITHOUT_SECOND_FACTOR = ("/account/", "/static/")  # where one is set up, or where one signs out


def headers(get_response: Respond) -> Respond:
    """Nothing is kept by browsers or proxies, and pages may use no device."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = (
            "camera=(), microphone=(), geolocation=(), display-capture=(), publickey-credentials-get=(self)"
        )
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    return respond


def sessions_end(get_response: Respond) -> Respond:
    """Sign out who was away too long or has been here too long."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            started = request.session.setdefault(STARTED, now)
            seen = request.session.get(SEEN, now)
            back = (
                now < max(seen, started) - CLOCKS_DIFFER
            )  # the clock was put back: nothing proves how long it was
            if back or now - seen > IDLE_MINUTES * 60 or now - started > LONGEST_HOURS * 3600:
                logout(request)
                return redirect("account_login")
            if request.path not in POLLS and now - request.session.get(SEEN, 0) > 60:
                request.session[SEEN] = now
        return get_response(request)

    return respond


def second_factor(get_response: Respond) -> Respond:
    """Send who has no second factor yet to the page where one is set up."""

    def respond(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            user.is_authenticated
            and current().mfa_required
            and not request.path.startswith(WITHOUT_SECOND_FACTOR)
            and not provider_proof(request).get("second_factor")
            and not is_mfa_enabled(user)
        ):
            return redirect("mfa_index")
        return get_response(request)

    return respond
