"""The way to the provider and back: sign in with the school's account, and show oneself again for sudo mode."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

import requests
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect import views
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarantine.config import current
from quarantine.console.admission import sorry
from quarantine.console.signin import has_school_account, signed_in

PROVIDER = "school"
DOWN = "Your school's sign-in cannot be reached. Try again in a few minutes, or use your password."

View = Callable[..., HttpResponseBase]


def to_provider(view: View) -> View:
    """The forms of this page may lead to the provider: browsers follow a form's redirect only where the policy allows it."""

    @wraps(view)
    def respond(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if current().admission is None or current().openid is None:
            return view(request, *args, **kwargs)
        return csp_update({"form-action": [_origin()]})(view)(request, *args, **kwargs)

    return respond


@to_provider
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """To the provider, to sign in."""
    return _redirect(request, "login", _own(request, request.POST.get("next", "")) or reverse("home"), {})


@login_required
@to_provider
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """To the provider, to show oneself again: the page with the button, and the button."""
    if not has_school_account(signed_in(request)):
        raise Http404
    wanted = _own(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST":
        return render(request, "console/show_again.html", {"next": wanted})
    back = f"{reverse('school-account-shown')}?{urlencode({'next': wanted})}"
    return _redirect(request, "redirect", back, {"prompt": "login", "max_age": "0"})


@login_required
@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """Back from showing oneself again: what was pressed goes on; whether they did, the pressed page asks itself."""
    resumed: HttpResponse | None = resume_request(request)
    return resumed or redirect("home")


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider; whatever it answered wrongly is one page."""
    try:
        response: HttpResponse = views.callback(request, provider_id)
    except (requests.RequestException, KeyError, TypeError, ValueError, AttributeError):
        return sorry(request, DOWN)
    return response


def _redirect(request: HttpRequest, process: str, back: str, asked: dict[str, str]) -> HttpResponse:
    try:
        provider = get_adapter().get_provider(request, PROVIDER)
        response: HttpResponse = provider.redirect(request, process, next_url=back, auth_params=asked)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (requests.RequestException, KeyError, TypeError, ValueError):
        return sorry(request, DOWN)
    if not isinstance(response, HttpResponseRedirect) or _origin_of(response.url) != _origin():
        return sorry(request, DOWN)  # a provider whose page stands elsewhere is not the one in the settings
    return response


def _own(request: HttpRequest, url: str) -> str:
    """A page of the console, or ""."""
    own = url_has_allowed_host_and_scheme(url, allowed_hosts=None, require_https=request.is_secure())
    return url if url and own else ""


def _origin() -> str:
    provider = current().openid
    return _origin_of(provider.issuer) if provider else ""


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
