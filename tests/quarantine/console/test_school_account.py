"""Signing in with the school's account: who is let in, as what, and every way in which somebody else is kept out."""

import time
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from quarantine.config import Admission, Group, OpenId
from tests.quarantine.console.conftest import SCHOOL
from tests.quarantine.console.test_decide import FORMS, state
from tests.support.openid import CLIENT, SECRET, provider

pytestmark = pytest.mark.slow
ADMISSION = Admission(
    domains=(SCHOOL,),
    groups=(Group(name="g-dpo", role="dpo"), Group(name="g-dsl", role="dsl", schools=(SCHOOL,))),
)
ADA = {"sub": "ada", "email": "ada@example.sch.uk", "email_verified": True, "groups": ["g-dpo"]}


@pytest.fixture(scope="module")
def school():
    """A provider that runs."""
    with provider() as running:
        yield running


@pytest.fixture
def way(school, settings, client, db):
    """The console set up for that provider, and a walk from its button to where one ends."""
    school.claims, school.wrong, school.says_when, school.down = {}, {}, True, False
    found = OpenId(issuer=school.issuer, client=CLIENT, secret=SECRET)
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, openid=found, admission=ADMISSION)
    app = {
        "provider_id": "school",
        "name": "school account",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": school.issuer, "oauth_pkce_enabled": True, "fetch_userinfo": False},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}

    def walking(claims, *, browser=client, begin="school-account", wrong=None, **form):
        school.claims, school.wrong = claims, wrong or {}
        asked = browser.post(reverse(begin), form)
        assert asked.status_code == 302, asked.content
        back = urlsplit(school.let_in(dict(parse_qsl(urlsplit(asked["Location"]).query))))
        return browser.get(back.path, dict(parse_qsl(back.query)))

    return walking


def roles(email):
    from quarantine.models import Role

    return set(Role.objects.filter(user__email=email).values_list("school", "role", "by_group"))


def kinds():
    from quarantine.models import AuditEvent

    return list(AuditEvent.objects.order_by("number").values_list("kind", flat=True))


def test_a_group_makes_the_account_and_gives_the_role(way, client):
    """Then the console's own second factor is still asked for, and the claims are kept nowhere."""
    from allauth.socialaccount.models import SocialAccount

    assert way(ADA)["Location"] == reverse("home")
    assert roles("ada@example.sch.uk") == {(SCHOOL, "dpo", True)}
    assert client.get(reverse("queue"))["Location"] == reverse("mfa_index")
    assert SocialAccount.objects.get().extra_data == {}
    assert kinds() == ["account-added", "account-roles"]
    assert client.get(reverse("account_change_password")).status_code == 404


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"email_verified": False}, "the address is not verified"),
        ({"email_verified": "true"}, "nor is a word that looks like it"),
        ({"email": "ada@elsewhere.example"}, "not a domain of the school"),
        ({"email": "ada@example.sch.uk.evil.example"}, "nor one that begins like it"),
        ({"email": "ada@evil.example@example.sch.uk"}, "two addresses in one"),
        ({"email": None}, "no address at all"),
        ({"email": ["ada@example.sch.uk"]}, "not a text"),
        ({"groups": []}, "no group, no account"),
        ({"groups": ["G-DPO", "g-dpo "]}, "groups are exact"),
        ({"groups": {"g-dpo": 1}}, "not a list"),
    ],
)
def test_who_is_not_let_in(way, client, change, why):
    """No account is made, nobody is signed in, and the page does not say why."""
    from quarantine.models import User

    response = way(ADA | change)
    assert response.status_code == 403, why
    assert "no place here" in response.content.decode()
    assert not User.objects.exists()
    assert client.get(reverse("queue")).status_code == 302


@pytest.mark.parametrize("wrong", [{"iss": "https://evil.example"}, {"aud": "another"}, {"exp": 1}])
def test_a_token_for_somebody_else_is_refused(way, wrong):
    """Another issuer, another client, or one that has run out."""
    from quarantine.models import User

    assert way(ADA, wrong=wrong).status_code == 403
    assert not User.objects.exists()


def test_a_made_up_answer_is_refused(way, client, school):
    """Without the state that this browser began with, a code opens nothing: nobody is signed in as somebody else."""
    school.claims = ADA
    code = urlsplit(school.let_in({"redirect_uri": "x", "code_challenge": "x"})).query
    assert client.get(reverse("openid_connect_callback", args=["school"]) + "?" + code).status_code == 403
    assert client.get(reverse("openid_connect_callback", args=["other"]) + "?" + code).status_code in {
        403,
        404,
    }


def test_an_account_made_on_the_server_is_found_by_its_verified_address(way, person):
    """It keeps the roles that were given there; without a verified address it is not taken over."""
    from allauth.socialaccount.models import SocialAccount

    person("reviewer", email="ada@example.sch.uk")
    assert way(ADA | {"groups": [], "email_verified": False}).status_code == 403
    assert not SocialAccount.objects.exists()
    assert way(ADA | {"groups": []})["Location"] == reverse("mfa_authenticate")  # its own second factor
    assert roles("ada@example.sch.uk") == {(SCHOOL, "reviewer", False)}


def test_roles_go_with_the_groups(way):
    """What a group gave is taken away with it; without any role left nobody is let in."""
    way(ADA | {"groups": ["g-dpo", "g-dsl"]})
    assert {role for _, role, _ in roles("ada@example.sch.uk")} == {"dpo", "dsl"}
    way(ADA | {"groups": "g-dsl"})
    assert {role for _, role, _ in roles("ada@example.sch.uk")} == {"dsl"}
    assert way(ADA | {"groups": []}).status_code == 403
    assert roles("ada@example.sch.uk") == set()


def test_the_account_is_the_providers_id_not_the_address(way):
    """A new address of the same person follows them; the address of another account does not become theirs."""
    from quarantine.models import User

    way(ADA)
    way(ADA | {"email": "ada.king@example.sch.uk"})
    assert User.objects.get().email == "ada.king@example.sch.uk"
    way({**ADA, "sub": "bob", "email": "bob@example.sch.uk"})
    assert way({**ADA, "sub": "bob", "email": "ada.king@example.sch.uk"}).status_code == 403
    assert User.objects.count() == 2


def test_a_closed_account_stays_closed(way, client):
    """Groups do not open what IT has closed."""
    from quarantine.console import accounts

    way(ADA)
    accounts.disable("ada@example.sch.uk", now=timezone.now())
    way(ADA)
    assert client.get(reverse("queue"))["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("said", "opens"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "gold"}, True),
        ({"acrs": ["c1", "gold"]}, True),
        ({"acr": "silver"}, False),
    ],
)
def test_the_providers_second_factor_counts_where_the_settings_say_so(way, client, settings, said, opens):
    """And only where its token says that there was one."""
    way(ADA | said)
    assert client.get(reverse("queue")).status_code == 302
    found = replace(settings.SCHOOLGATE.admission, by_provider=True, acr=("gold",))
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, admission=found)
    way(ADA | said)
    assert (client.get(reverse("queue")).status_code == 200) is opens


def test_a_second_factor_of_one_person_is_not_another_persons(way, client, settings, person):
    """The proof is the person's who brought it: a colleague who signs in by password in the same browser needs their own."""
    from tests.quarantine.console.test_signin import sign_in

    found = replace(settings.SCHOOLGATE.admission, by_provider=True)
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, admission=found)
    person("dpo", email="ada@example.sch.uk")
    way(ADA | {"amr": ["mfa"]})  # Ada's own factor is still to come: nobody is signed in yet
    person("reviewer", email="bob@example.sch.uk", factor=False)
    sign_in(client, "bob@example.sch.uk")
    assert client.get(reverse("queue")).status_code == 302


@pytest.fixture
def officer(way, client, settings):
    """Ada, signed in with the provider's second factor an hour ago."""
    found = replace(settings.SCHOOLGATE.admission, by_provider=True)
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, admission=found)
    way(ADA | {"amr": ["mfa"], "auth_time": int(time.time()) - 3600})
    return client


def test_sudo_mode_asks_the_provider_again_and_goes_on(hold, officer, way, school):
    """Coming back without showing oneself is no proof: the provider is told to ask, and the release that was pressed goes on."""
    held, _ = hold()
    address = reverse("release", args=[held.id])
    asked = officer.post(address, FORMS["release"])
    page = officer.get(asked["Location"], follow=True)
    assert "Go to your school" in page.content.decode()
    assert state(held).state == "held"
    back = way(ADA, begin="school-account-again", next=address)
    officer.get(back["Location"])
    assert state(held).state == "released"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sub": "bob"}, "another account"),
        ({"auth_time": 1}, "showed yourself again"),
        ({"auth_time": 9_999_999_999}, "showed yourself again"),
        ({"auth_time": None}, "showed yourself again"),
    ],
)
def test_what_does_not_open_sudo_mode(hold, officer, way, change, said):
    """Somebody else's account, an old sign-in, one that is still to come, or a provider that does not say."""
    held, _ = hold()
    address = reverse("release", args=[held.id])
    officer.post(address, FORMS["release"])
    response = way(ADA | change, begin="school-account-again", next=address)
    assert response.status_code == 403
    assert said in response.content.decode()
    officer.get(reverse("school-account-shown"), {"next": address})
    assert state(held).state == "held"


def test_who_signs_in_by_password_has_no_other_way(signed_in, way):
    """The page is not there for accounts that the provider does not know."""
    assert signed_in("dpo").get(reverse("school-account-again")).status_code == 404


def test_a_provider_that_is_down_is_one_page(way, client, school):
    """No error of ours, and the password still opens."""
    school.down = True
    response = client.post(reverse("school-account"))
    assert response.status_code == 403
    assert "cannot be reached" in response.content.decode()


def test_the_way_back_is_ours(way):
    """An address elsewhere in `next` leads home."""
    assert way(ADA, next="https://evil.example/")["Location"] == reverse("home")


def test_without_the_setting_there_is_no_button_and_no_way(client, db):
    """The addresses are there and lead nowhere."""
    assert "school account" not in client.get(reverse("account_login")).content.decode()
    assert client.post(reverse("school-account")).status_code == 404
