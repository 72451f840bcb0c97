"""The way to the school's provider and back: who comes back is remembered as a fingerprint; no account is made."""

from typing import NoReturn
from urllib.parse import urlsplit

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect import views as provider_views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quarantine import openid
from quarantine.config import current
from quarantine.pages.signin import ADDRESS, WHO, fingerprint, own_page

PROVIDER = "school"


class Senders(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """What allauth asks when somebody comes back from the provider: nobody gets an account here."""

    def is_open_for_signup(self, _request: HttpRequest, _login: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, login: SocialLogin) -> NoReturn:
        """Remember who it is, and go on to the page that they wanted; nothing else of the token is kept."""
        provider, claims = current().openid, login.account.extra_data.get("id_token")
        login.account.extra_data = {}
        address = ""
        if provider and isinstance(claims, dict) and claims.get("iss") == provider.issuer:
            address = openid.address(provider, claims, current().domains)
        if not address:
            raise ImmediateHttpResponse(_not_ours(request))
        request.session.cycle_key()
        request.session[WHO], request.session[ADDRESS] = fingerprint(address), address
        raise ImmediateHttpResponse(redirect(own_page(str(login.state.get("next", "")))))

    def on_authentication_error(self, request: HttpRequest, *_: object, **__: object) -> NoReturn:
        """One page for whatever went wrong on the way."""
        raise ImmediateHttpResponse(_down(request))


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """To the provider."""
    try:
        provider = get_adapter().get_provider(request, PROVIDER)
        response: HttpResponse = provider.redirect(
            request, "login", next_url=own_page(request.POST.get("next", ""))
        )
    except (SocialApp.DoesNotExist, requests.RequestException, KeyError, TypeError, ValueError):
        return _down(request)
    issuer = getattr(current().openid, "issuer", "")
    if not isinstance(response, HttpResponseRedirect) or origin(response.url) != origin(issuer):
        return _down(request)  # a provider whose page stands elsewhere is not the one in the settings
    return response


@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider; whatever it answered wrongly is one page."""
    try:
        response: HttpResponse = provider_views.callback(request, provider_id)
    except (requests.RequestException, KeyError, TypeError, ValueError, AttributeError):
        return _down(request)
    return response


def origin(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _down(request: HttpRequest) -> HttpResponse:
    text = _("Your school's sign-in does not answer. Nothing was changed. Try again in a few minutes.")
    return _said(request, _("Signing in did not work"), text, 503)


def _not_ours(request: HttpRequest) -> HttpResponse:
    text = _(
        "This account is not one of the school's. Nothing was changed. Sign in with your school address."
    )
    return _said(request, _("Please use your school account"), text, 403)


def _said(request: HttpRequest, heading: str, text: str, status: int) -> HttpResponse:
    return render(request, "pages/message.html", {"heading": heading, "text": text}, status=status)
