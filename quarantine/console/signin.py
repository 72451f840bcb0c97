"""Sign-in by django-allauth, bent to a console: nobody signs up, no mail is sent, secrets are sealed, sudo mode for what matters."""

import base64
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.signing import JSONSerializer
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.encoding import force_bytes

from quarantine.console.django import SUDO_MINUTES
from quarantine.models import User

View = Callable[..., HttpResponse]


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made on the server (`schoolgate user add`) and nowhere else."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The console speaks no SMTP; what would be mailed is said on the page."""

    def is_reauthentication_required(self, **_: object) -> bool:
        return not recently_proved(context.request)

    def add_message(self, request: HttpRequest, level: int, *args: object, **kwargs: object) -> None:
        """Its flash messages ("signed in as …") say nothing that the page does not."""


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """The secrets of second factors are encrypted in the database with the installation's secret."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


class SealedSessions:
    """Sessions are encrypted in the database: one may hold a form that waits for sudo mode, with words to a sender."""

    def dumps(self, obj: Any) -> bytes:
        return _fernet().encrypt(JSONSerializer().dumps(obj))

    def loads(self, data: bytes) -> Any:
        return JSONSerializer().loads(_fernet().decrypt(data))


def _fernet() -> Fernet:
    key = hashlib.sha256(b"schoolgate console\0" + force_bytes(settings.SECRET_KEY)).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def recently_proved(request: HttpRequest) -> bool:
    """Whether the person gave a password, code or key within the last minutes, at sign-in or since."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    last = max((record["at"] for record in records), default=0.0)
    return timezone.now().timestamp() - last < SUDO_MINUTES * 60


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
