"""Pages for what went wrong: short, kind, and silent about what exists."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    return render(request, "console/error.html", {"heading": "Page not found", "text": NOT_FOUND}, status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    return render(
        request, "console/error.html", {"heading": "You cannot do this", "text": FORBIDDEN}, status=403
    )


def csrf_failure(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "console/error.html", {"heading": "Please try again", "text": STALE}, status=403)


NOT_FOUND = "There is no such page, or it is not for you. If somebody sent you the address, ask them whether it was for your account."
FORBIDDEN = "Your account may not do this. Nothing was changed."
STALE = "The page had been open for too long, or it was sent from elsewhere. Nothing was changed. Go back, load the page again and repeat what you did."


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    return render(request, "console/error.html", {"heading": "Please try again", "text": STALE}, status=400)


def broken(request: HttpRequest) -> HttpResponse:
    return render(
        request, "console/error.html", {"heading": "Sorry, something went wrong", "text": BROKEN}, status=500
    )


BROKEN = "Nothing was changed. Please try again in a minute. If it happens again, tell your IT team the time at which it happened."
