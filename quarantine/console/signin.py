"""Sign-in by django-allauth, bent to a console: nobody signs up, no mail is sent, secrets are sealed, sudo mode for what matters."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from quarantine.console.django import SUDO_MINUTES
from quarantine.models import User
from quarantine.sealed_sessions import fernet

View = Callable[..., HttpResponse]
CLOCKS_DIFFER = 60  # seconds that a clock may be set back without undoing a session or a proof
PROVIDER_PROOF = "provider_proof"  # in the session: what the school's sign-in said of this person


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made on the server (`schoolgate user add`) and nowhere else."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The console speaks no SMTP; what would be mailed is said on the page."""

    def pre_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse | None:
        """Keep what the school's sign-in said of this person; a password brings no such word."""
        login = (how.get("signal_kwargs") or {}).get("sociallogin")
        request.session[PROVIDER_PROOF] = login.state.get(PROVIDER_PROOF, {}) if login else {}
        response: HttpResponse | None = super().pre_login(request, user, **how)
        return response

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """A password, a code, a key; or the school's sign-in, asked again."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and has_school_account(user):
            url = reverse("school-account-again")
            methods.append({"id": "school", "description": "Use your school's sign-in", "url": url})
        return methods

    def is_reauthentication_required(self, **_: object) -> bool:
        return not recently_proved(context.request)

    def add_message(self, request: HttpRequest, level: int, *args: object, **kwargs: object) -> None:
        """Its flash messages ("signed in as …") say nothing that the page does not."""


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """The secrets of second factors are encrypted in the database with the installation's secret."""

    def encrypt(self, text: str) -> str:
        return fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return fernet().decrypt(encrypted_text.encode()).decode()


def has_school_account(user: User) -> bool:
    """Whether the person has signed in by the provider before."""
    return bool(SocialAccount.objects.filter(user=user).exists())


def provider_proof(request: HttpRequest) -> dict[str, Any]:
    """What the school's sign-in said of this very person in this session."""
    proof: dict[str, Any] = request.session.get(PROVIDER_PROOF) or {}
    return proof if proof.get("user") == str(request.user.pk) else {}


def recently_proved(request: HttpRequest) -> bool:
    """Whether the person gave a password, code or key within the last minutes, here or to their school's sign-in."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    own = (record["at"] for record in records if record["method"] != "socialaccount")
    said = provider_proof(request).get("at") or 0.0  # coming back alone proves nothing
    last = max((said, *own), default=0.0)
    since = timezone.now().timestamp() - last
    return -CLOCKS_DIFFER < since < SUDO_MINUTES * 60


def sudo(view: View) -> View:
    """Sudo mode: the view runs only for who proved themselves lately; otherwise they are asked, and then it goes on."""

    @wraps(view)
    def respond(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not recently_proved(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return respond


def signed_in(request: HttpRequest) -> User:
    """The person behind the request; views run only for people."""
    user = request.user
    assert isinstance(user, User)
    return user
