"""What an ID token says of a person is believed only where its provider is the one to say so."""

import pytest

from quarantine import openid
from quarantine.config import Admission, Group, OpenId

ENTRA = "https://login.microsoftonline.com/3a1c/v2.0"
GOOGLE = "https://accounts.google.com"
OWN = "https://id.example.sch.uk"
ADA = "ada@example.sch.uk"
VERIFIED = {"email": ADA, "email_verified": True}


@pytest.mark.parametrize(
    ("issuer", "claim", "claims", "believed"),
    [
        (OWN, "email", VERIFIED, True),
        (OWN, "email", VERIFIED | {"email": " Ada@Example.SCH.uk "}, True),
        (OWN, "email", {"email": ADA}, False),
        (OWN, "preferred_username", VERIFIED | {"preferred_username": ADA}, True),
        (OWN, "preferred_username", {"preferred_username": ADA, "email": "x@y.z", "email_verified": True}, False),
        (OWN, "preferred_username", {"preferred_username": ADA}, False),  # people choose it themselves
        (ENTRA, "preferred_username", {"preferred_username": ADA}, True),  # a user name of the tenant
        (ENTRA, "upn", {"upn": "ada_elsewhere.example#EXT#@example.sch.uk"}, True),
        (ENTRA, "email", {"email": ADA}, False),  # anybody's to write, in Entra
        (ENTRA, "email", {"email": ADA, "xms_edov": True}, True),
        (ENTRA, "email", {"email": ADA, "xms_edov": "0"}, False),
        (GOOGLE, "email", VERIFIED, False),  # a private Google account with this address
        (GOOGLE, "email", VERIFIED | {"hd": "example.sch.uk"}, True),
        (GOOGLE, "email", VERIFIED | {"hd": "evil.example"}, False),
        (OWN, "email", VERIFIED | {"email": "@example.sch.uk"}, False),
        (OWN, "email", VERIFIED | {"email": "a" * 300 + "@example.sch.uk"}, False),
        (OWN, "email", VERIFIED | {"email": "аda@example.sch.uk"}, False),  # a Cyrillic letter
    ],
)  # fmt: skip
def test_an_address_is_believed_or_not(issuer, claim, claims, believed):
    """Verified, of the school's domain, by the provider that may say so."""
    provider = OpenId(issuer=issuer, client="x", claim=claim)
    assert bool(openid.address(provider, claims, ["example.sch.uk"])) is believed


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["a", "b"], {("one", "dpo"), ("two", "dpo"), ("one", "dsl")}),
        ("a", {("one", "dpo"), ("two", "dpo")}),
        (["A"], set()),
        ([["a"]], set()),
        (None, set()),
        ({"a": True}, set()),
        (["x"] * 1_000 + ["a"], set()),  # longer than any real token
    ],
)
def test_groups_become_roles(written, expected):
    """Exactly as written, in the schools that the settings name, or all."""
    groups = (Group(name="a", role="dpo"), Group(name="b", role="dsl", schools=("one",)))
    assert openid.roles(Admission(groups=groups), {"groups": written}, ["one", "two"]) == expected
