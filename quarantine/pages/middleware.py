"""What holds for every page: nobody keeps, lists or frames it, and nobody asks too often."""

from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy

from quarantine.config import current

Respond = Callable[[HttpRequest], HttpResponse]

MINUTE = 60  # seconds
LOOKS, ACTS = (
    600,
    30,
)  # a minute, for one address of a page: a link scanner may look, a person acts a few times
SAFE = ("GET", "HEAD", "OPTIONS")


def headers(get_response: Respond) -> Respond:
    """Nothing is kept by browsers or proxies nor found by search engines, and pages may use no device."""

    def respond(request: HttpRequest) -> HttpResponse:
        with translation.override(current().schools[0].language):  # a page of a message has its own school's
            response = get_response(request)
        response.headers["Permissions-Policy"] = (
            "camera=(), microphone=(), geolocation=(), display-capture=()"
        )
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    return respond


def limits(get_response: Respond) -> Respond:
    """A bounded number of looks and acts a minute for each link."""

    def respond(request: HttpRequest) -> HttpResponse:
        looking = request.method in SAFE or not request.path.startswith("/m/")
        link = request.path[:200].split("/")[2:3] or [""]
        key = f"{'look' if looking else 'act'}:{link[0]}"
        cache.add(key, 0, MINUTE)
        if _count(key) > (LOOKS if looking else ACTS):
            response = render(request, "pages/message.html", SLOW, status=429)
            response.headers["Retry-After"] = str(MINUTE)
            return response
        return get_response(request)

    return respond


def _count(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # its minute ended just now
        return 0


SLOW = {
    "heading": gettext_lazy("Please wait a minute"),
    "text": gettext_lazy("This page was asked for too often. Nothing was changed. Try again in a minute."),
}
