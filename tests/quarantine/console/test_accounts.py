"""Accounts are made on the server: with roles that exist, once, and every change is in the audit."""

import pytest
from django.utils import timezone

from quarantine.models import AuditEvent, Role, User


@pytest.fixture
def accounts(db):
    from quarantine.console import accounts

    return accounts


def test_an_account_gets_its_roles_in_every_school_or_in_those_named(accounts):
    """No school named means all."""
    accounts.add("a@example.sch.uk", roles=["dpo", "dpo"], now=timezone.now(), password="a long first phrase")
    assert list(Role.objects.values_list("school", "role")) == [("example.sch.uk", "dpo")]
    accounts.set_roles("a@example.sch.uk", roles=["reviewer"], schools=["example.sch.uk"], now=timezone.now())
    assert list(Role.objects.values_list("role", flat=True)) == ["reviewer"]
    assert list(AuditEvent.objects.order_by("number").values_list("kind", flat=True)) == [
        "account-added",
        "account-roles",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "not an address"},
        {"roles": []},
        {"roles": ["D P O"]},
        {"schools": ["elsewhere"]},
        {"password": "short"},
        {"password": "123456789012345"},
    ],
)
def test_a_wrong_account_is_refused_and_nothing_is_made(accounts, wrong):
    """A refusal says what is wrong and leaves no half account."""
    fields = {"email": "a@example.sch.uk", "roles": ["dpo"], "now": timezone.now()} | wrong
    with pytest.raises(accounts.AccountError):
        accounts.add(fields.pop("email"), **fields)
    assert not User.objects.exists()


def test_an_account_is_made_once(accounts):
    """The second `add` of an address is refused, in any spelling."""
    accounts.add("a@example.sch.uk", roles=["dpo"], now=timezone.now())
    with pytest.raises(accounts.AccountError):
        accounts.add(" A@Example.sch.uk ", roles=["dpo"], now=timezone.now())


@pytest.mark.parametrize("change", ["reset", "reset_mfa", "disable"])
def test_a_change_ends_all_sessions(accounts, signed_in, change):
    """Lost phone, forgotten password, left the school: whoever is signed in is out."""
    browser = signed_in("dpo")
    getattr(accounts, change)(browser.user.email, now=timezone.now())
    assert browser.get("/queue/").status_code == 302
    assert AuditEvent.objects.exclude(kind="passed").count() == 1


def test_the_listing_shows_roles_and_second_factors(accounts, person):
    """One line an account."""
    person("dpo")
    person("auditor", factor=False)
    assert [(one.email, one.second_factor) for one in accounts.listing()] == [
        ("auditor@example.sch.uk", False),
        ("dpo@example.sch.uk", True),
    ]
