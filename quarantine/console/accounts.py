"""The accounts of the console, made on the server: who may sign in, in which roles, and the one-time link for a first password."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from quarantine import audit
from quarantine.config import current
from quarantine.models import Role, User
from quarantine.refusal import Refusal

ROLE = re.compile(r"[a-z][a-z0-9-]{0,49}\Z")
BY_COMMAND = "command line"


class AccountError(Refusal):
    """An account cannot be made or found as asked: what is wrong, in words for the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account as shown in lists."""

    email: str
    name: str
    active: bool
    roles: tuple[tuple[str, str], ...]  # (school, role)
    second_factor: bool
    last_login: datetime | None


def add(  # the five facts of an account and the clock
    email: str,
    *,
    roles: Iterable[str],
    now: datetime,
    schools: Iterable[str] = (),
    name: str = "",
    password: str = "",
) -> str:
    """Make an account. Returns the one-time link for its first password, or "" where a password was given."""
    email = email.strip().lower()
    wanted = _wanted(tuple(roles), tuple(schools))
    user = User(username=email[:150], email=email, first_name=name[:150])
    try:
        validate_email(email)
        if password:
            validate_password(password, user)
    except ValidationError as wrong:
        raise AccountError(" ".join(wrong.messages)) from None
    if User.objects.filter(username=user.username).exists():
        raise AccountError("This account is there already. `user reset` makes a new link for it.")
    with transaction.atomic():
        user.set_password(password or None)
        user.save()
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        Role.objects.bulk_create([Role(user=user, school=school, role=role) for school, role in wanted])
        _log("account-added", user, now, roles=sorted({role for _, role in wanted}))
    return "" if password else link(email)


def set_roles(email: str, *, roles: Iterable[str], now: datetime, schools: Iterable[str] = ()) -> None:
    """Give an account these roles, and no others."""
    user, wanted = find(email), _wanted(tuple(roles), tuple(schools))
    with transaction.atomic():
        Role.objects.filter(user=user).delete()
        Role.objects.bulk_create([Role(user=user, school=school, role=role) for school, role in wanted])
        _log("account-roles", user, now, roles=sorted({role for _, role in wanted}))


def reset(email: str, *, now: datetime) -> str:
    """Take the password away, end all sessions, and make a new one-time link."""
    user = find(email)
    with transaction.atomic():
        user.set_unusable_password()
        user.save()
        _end_sessions(user)
        _log("account-reset", user, now)
    return link(email)


def reset_mfa(email: str, *, now: datetime) -> int:
    """Take all second factors away, for who lost their phone. Returns how many there were."""
    user = find(email)
    with transaction.atomic():
        count = int(Authenticator.objects.filter(user=user).delete()[0])
        _end_sessions(user)
        _log("account-mfa-reset", user, now, factors=count)
    return count


def disable(email: str, *, now: datetime) -> None:
    """Nobody signs in with this account any more; what it did stays in the audit."""
    user = find(email)
    with transaction.atomic():
        user.is_active = False
        user.save(update_fields=["is_active"])
        _end_sessions(user)
        _log("account-disabled", user, now)


def listing() -> list[Account]:
    """Every account, by address."""
    with_factor = set(Authenticator.objects.values_list("user_id", flat=True))
    return [
        Account(
            email=user.email,
            name=user.first_name,
            active=user.is_active,
            roles=tuple(sorted((role.school, role.role) for role in user.roles.all())),
            second_factor=user.pk in with_factor,
            last_login=user.last_login,
        )
        for user in User.objects.prefetch_related("roles").order_by("email")
    ]


def find(email: str) -> User:
    """The account with this address."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise AccountError("There is no such account. `user list` shows all.")
    return user


def link(email: str) -> str:
    """A link that sets the password once; it dies when used, when the person signs in, or after three days."""
    user = find(email)
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("welcome", args=[uid, default_token_generator.make_token(user)])
    return current().console_url.rstrip("/") + path


def _wanted(roles: tuple[str, ...], schools: tuple[str, ...]) -> list[tuple[str, str]]:
    known = {school.key for school in current().schools}
    unknown = sorted(set(schools) - known)
    if unknown:
        raise AccountError(f"There is no school {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")
    wrong = [role for role in roles if not ROLE.match(role)]
    if wrong or not roles:
        raise AccountError(
            "Give at least one role: small letters, digits and hyphens, such as dpo, reviewer, dsl, admin, auditor."
        )
    return [(school, role) for school in (schools or sorted(known)) for role in dict.fromkeys(roles)]


def _end_sessions(user: User) -> None:
    """Delete the person's sessions (an office has few: reading each is fine)."""
    for session in Session.objects.all().iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def _log(kind: str, user: User, now: datetime, *, roles: Iterable[str] = (), factors: int = 0) -> None:
    audit.append(kind, now=now, actor=BY_COMMAND, account=user.pk, roles=list(roles), factors=factors)
