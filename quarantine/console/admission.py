"""Sign-in with the school's account: who is let in, as what, and that nobody takes over another person's account by it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from quarantine import audit, openid
from quarantine.config import current
from quarantine.console.signin import PROVIDER_PROOF
from quarantine.models import Role, User
from quarantine.openid import Claims

BY_PROVIDER = "school account"
AGAIN = 120  # seconds within which somebody who was asked again must have shown themselves to the provider
NOT_LET_IN = "This account has no place here. Your IT team can give it one."
NOT_YOU = "That was another account than the one you are signed in with."
NOT_SHOWN = (
    "Your school's sign-in did not say that you showed yourself again just now. "
    "Set up a second factor under “Your account”: then that is asked for instead."
)


class SchoolAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """What allauth asks when somebody comes back from the provider."""

    def is_open_for_signup(self, _request: HttpRequest, _login: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, login: SocialLogin) -> None:
        """Match the person to an account, give and take roles by their groups, or refuse."""
        claims = _claims(login)
        if claims is None:
            _refuse(request, NOT_LET_IN)
        if login.state.get("process") == "redirect":
            _proved_again(request, login, claims)
            return
        if login.state.get("process") != "login":
            _refuse(request, NOT_LET_IN)
        linked = login.user if login.is_existing else None
        with transaction.atomic():
            user = admitted(claims, linked, now=timezone.now())
            if user is not None and linked is None:
                login.user = user
                login.save(request, connect=True)
        if user is None:
            _refuse(request, NOT_LET_IN)
        login.state[PROVIDER_PROOF] = _proof(user, claims, timezone.now())

    def on_authentication_error(self, request: HttpRequest, *_: object, **__: object) -> NoReturn:
        """One page for whatever went wrong on the way: nothing of it is for who stands outside."""
        raise ImmediateHttpResponse(
            sorry(request, "Signing in with your school's account did not work. Try again.")
        )


def admitted(claims: Claims, linked: User | None, *, now: datetime) -> User | None:
    """The account that these claims open, made where a group gives a role; None = nobody's."""
    config = current()
    provider, admission = config.openid, config.admission
    if provider is None or admission is None:
        return None
    address = openid.address(provider, claims, admission.domains)
    if not address:
        return None
    user = linked or User.objects.filter(email=address).first()
    given = openid.roles(admission, claims, [school.key for school in config.schools])
    if user is None and given:
        user = _made(address, now)
    if user is None:
        return None
    if not _renamed(user, address, now):
        return None
    _give(user, given, now)
    return user if user.roles.exists() else None


def sorry(request: HttpRequest, words: str) -> HttpResponse:
    """The page of somebody who is not let in."""
    return render(request, "console/not_let_in.html", {"words": words}, status=403)


def _claims(login: SocialLogin) -> Mapping[str, Any] | None:
    """The ID token of the provider that the settings name; its claims are not kept."""
    claims = login.account.extra_data.get("id_token")
    login.account.extra_data = {}
    if login.account.pk:
        login.account.save(update_fields=["extra_data"])
    provider = current().openid
    if provider is None or not isinstance(claims, dict) or claims.get("iss") != provider.issuer:
        return None
    return claims


def _proved_again(request: HttpRequest, login: SocialLogin, claims: Claims) -> None:
    """Sudo mode: the same person, who showed themselves to the provider just now."""
    if not login.is_existing or login.user != request.user:
        _refuse(request, NOT_YOU)
    now = timezone.now()
    at = openid.proved_at(claims, now)
    if at is None or now.timestamp() - at > AGAIN:
        _refuse(request, NOT_SHOWN)
    record_authentication(request, login.user, method="provider", reauthenticated=True)


def _proof(user: User, claims: Claims, now: datetime) -> dict[str, Any]:
    """What of the provider's word the session keeps: a second factor, and when the person was there."""
    admission = current().admission
    strong = admission is not None and openid.second_factor(admission, claims)
    return {
        "user": str(user.pk),
        "second_factor": strong,
        "at": openid.proved_at(claims, now) if strong else None,
    }


def _made(address: str, now: datetime) -> User:
    user = User(username=address[:150], email=address)
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    _log("account-added", user, now)
    return user


def _renamed(user: User, address: str, now: datetime) -> bool:
    """Follow a new address of the same person: nobody decides on their own mail. False where it is another account's."""
    if user.email == address:
        return True
    if User.objects.filter(email=address).exclude(pk=user.pk).exists():
        return False
    user.email, user.username = address, address[:150]
    user.save(update_fields=["email", "username"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    _log("account-renamed", user, now)
    return True


def _give(user: User, given: frozenset[tuple[str, str]], now: datetime) -> None:
    """The roles of the groups, and no others of theirs; what was given on the server stays."""
    rows = {(row.school, row.role): row for row in user.roles.all()}
    gone = [row.pk for key, row in rows.items() if row.by_group and key not in given]
    new = sorted(given - set(rows))
    Role.objects.filter(pk__in=gone).delete()
    Role.objects.bulk_create([Role(user=user, school=s, role=r, by_group=True) for s, r in new])
    if gone or new:
        _log("account-roles", user, now)


def _log(kind: str, user: User, now: datetime) -> None:
    roles = sorted(set(user.roles.values_list("role", flat=True)))
    audit.append(kind, now=now, actor=BY_PROVIDER, account=user.pk, roles=roles)


def _refuse(request: HttpRequest, words: str) -> NoReturn:
    raise ImmediateHttpResponse(sorry(request, words))
