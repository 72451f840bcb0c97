"""People of the console for its tests: each role in the test school, somebody of another school, and nobody."""

import time

import pytest

SCHOOL = "example.sch.uk"
OTHER = "other.sch.uk"
PASSWORD = "four words that stay"


@pytest.fixture
def person(db):
    """Make an account with these roles; it has a second factor unless said otherwise."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator

    from quarantine.models import Role, User

    def making(*roles, school=SCHOOL, email="", factor=True):
        email = email or f"{'-'.join(roles) or 'nobody'}@{school}"
        user = User.objects.create_user(email, email, PASSWORD)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        Role.objects.bulk_create([Role(user=user, school=school, role=role) for role in roles])
        if factor:
            Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
        return user

    return making


@pytest.fixture
def signed_in(person, client):
    """A client signed in as a new person with these roles, proved just now unless said otherwise."""
    from django.test import Client

    def signing(*roles, proved=True, **fields):
        browser = Client()
        user = person(*roles, **fields)
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        if proved:
            prove(browser, user)
        browser.user = user
        return browser

    return signing


def prove(browser, user, *, age=0):
    """Write into the session that the person gave a password so many seconds ago."""
    from allauth.account.internal.flows import login

    session = browser.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - age}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
