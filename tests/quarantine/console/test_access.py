"""Every address of the console for every role, for another school, and for nobody: from one table."""

import pytest
from django.urls import get_resolver, reverse

from tests.quarantine.console.conftest import OTHER, SCHOOL
from tests.support.stopped import NOW

pytestmark = pytest.mark.slow

ROLES = ("dpo", "reviewer", "dsl", "head", "admin", "it", "auditor", "")
QUEUE = {"dpo", "reviewer", "dsl", "head"}  # who has a queue
MESSAGE = {"dpo", "reviewer"}  # who sees a message that names the DPO
EVERYBODY = set(ROLES)
SOMEBODY = EVERYBODY - {""}
# name → (method, who may open it); a message in the address is one held for the DPO
TABLE = {
    "home": ("get", EVERYBODY),
    "account": ("get", EVERYBODY),
    "queue": ("get", QUEUE),
    "count": ("get", QUEUE),
    "history": ("get", QUEUE),
    "try": ("get", QUEUE),
    "tried": ("get", set()),  # nobody's: there is no such answer
    "view-save": ("post", QUEUE),
    "view-remove": ("post", set()),  # nobody's: there is no such view
    "bulk": ("post", QUEUE),
    "held": ("get", MESSAGE),
    "reveal": ("post", MESSAGE),
    "release": ("post", MESSAGE),
    "emergency": ("post", set()),  # nobody's: this message's sender said nothing of a child at risk
    "mend": ("get", MESSAGE),
    "mend-send": ("post", MESSAGE),
    "return": ("post", MESSAGE),
    "delete": ("post", MESSAGE),
    "keep-longer": ("post", MESSAGE),
    "pass-on": ("post", MESSAGE),
    "ask-sender": ("post", MESSAGE),
    "silence": ("post", MESSAGE),
    "unsilence": ("post", MESSAGE),
    "legal-hold": ("post", {"dpo"}),
    "exceptions": ("get", {"dpo", "head"}),
    "exception-add": ("post", {"dpo"}),
    "exception-approve": ("post", {"dpo", "head"}),
    "exception-end": ("post", {"dpo"}),
    "bypass-on": ("post", {"dpo"}),
    "bypass-off": ("post", {"dpo"}),
    "watched": ("get", {"dpo"}),
    "legal-holds": ("get", {"dpo"}),
    "legal-hold-end": ("post", {"dpo"}),
    "absent": ("get", SOMEBODY),
    "away": ("post", SOMEBODY),
    "back": ("post", SOMEBODY),
    "incidents": ("get", {"dpo"}),
    "incident-new": ("get", SOMEBODY),
    "incident-tell": ("post", SOMEBODY),
    "incident": ("get", {"dpo"}),
    "incident-close": ("post", {"dpo"}),
    "precision": ("get", {"dpo", "reviewer", "auditor"}),
    "reports": ("get", {"dpo", "reviewer", "auditor"}),
    "plot": ("get", {"dpo", "reviewer", "auditor"}),
    "audit": ("get", {"dpo", "auditor"}),
    "health": ("get", {"dpo", "admin", "it"}),
    "settings": ("get", {"dpo", "admin", "it"}),
    "weak-names": ("post", {"dpo"}),
    "lists": ("get", {"dpo", "admin", "it"}),
    "lists-state": ("get", {"dpo", "admin", "it"}),
    "lists-send": ("post", {"dpo", "admin", "it"}),
    "lists-confirm": ("post", set()),  # nobody's: there is no such export
    "lists-drop": ("post", set()),
    "policy-set": ("get", {"dpo", "admin", "it"}),
    "draft": ("post", {"dpo", "admin", "it"}),
    "people": ("get", {"dpo", "admin", "it"}),
}
# Pages of sign-in by allauth; they need a session, or are the sign-in itself.
SIGN_IN = {
    "school-account",
    "school-account-again",
    "school-account-shown",
    "openid_connect_callback",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reauthenticate",
    "account_change_password",
    "welcome",
}
WITH_MESSAGE = {
    "emergency",
    "mend",
    "mend-send",
    "held",
    "reveal",
    "release",
    "return",
    "delete",
    "keep-longer",
    "pass-on",
    "legal-hold",
}
WITH_MESSAGE |= {"ask-sender", "silence", "unsilence"}
WITH_INCIDENT = {"incident", "incident-close"}
WITH_KEY = (
    WITH_MESSAGE
    | WITH_INCIDENT
    | {
        "plot",
        "tried",
        "view-remove",
        "lists-confirm",
        "lists-drop",
        "legal-hold-end",
        "exception-approve",
        "exception-end",
    }
)


def address(name, held):
    if name == "back":
        return reverse(name, args=[1])
    other = {"plot": "verdicts", "view-remove": 0, "lists-confirm": 0, "lists-drop": 0}
    key = told(held).id if name in WITH_INCIDENT else other.get(name, held.id)
    return reverse(name, args=[key] if name in WITH_KEY else [])


def told(held):
    """The incident that somebody told about this message; once, however often it is asked for."""
    from quarantine import incidents

    about = incidents.Told(
        school=SCHOOL, happened="wrong-person", words="x", aware_at=NOW, reference=held.id, teller=held.sender
    )
    return incidents.tell(about, by="sender", now=NOW)


def ask(browser, name, held):
    return getattr(browser, TABLE[name][0])(address(name, held))


def test_the_table_names_every_address():
    """An address without a row here is an address that nobody thought about."""
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    mfa = {name for name in names if name.startswith("mfa_")}
    assert names - mfa - SIGN_IN == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_is_its_own_and_nothing_else(hold, signed_in, role):
    """What is not yours is not found: 404, whether or not it exists."""
    held, _ = hold()
    browser = signed_in(*([role] if role else []))
    for name, (_, allowed) in TABLE.items():
        status = ask(browser, name, held).status_code
        if role in allowed:
            assert status in {200, 204, 302, 422}, (name, role, status)
        else:
            assert status == 404, (name, role, status)


def test_another_school_sees_nothing_of_ours(hold, signed_in):
    """A DPO of another school gets 404 for each page of our message, and an empty queue."""
    held, _ = hold()
    browser = signed_in("dpo", school=OTHER)
    for name in WITH_MESSAGE | WITH_INCIDENT:
        assert ask(browser, name, held).status_code == 404, name
    assert "Nothing waits for you" in browser.get(reverse("queue")).content.decode()
    assert held.id not in browser.get(reverse("audit")).content.decode()
    assert ask(browser, "held", held).content == browser.get(reverse("held", args=["NOSUCHMESSAGE"])).content


@pytest.mark.parametrize("name", list(TABLE))
def test_nobody_gets_only_the_way_to_sign_in(hold, client, name):
    """Anonymous: every page leads to sign-in, and says nothing about what exists."""
    held, _ = hold()
    response = ask(client, name, held)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    assert response.content == b""


def test_addresses_that_do_not_exist_say_nothing_to_anonymous(client, db):
    """No sign-up, no password reset by mail, no admin."""
    for path in (
        "/accounts/signup/",
        "/account/signup/",
        "/account/password/reset/",
        "/admin/",
        "/account/email/",
        "/held/x/",
    ):
        assert client.get(path).status_code in {302, 404}, path


def test_the_safeguarding_queue_is_its_own(hold, signed_in):
    """What only the safeguarding lead decides, a reviewer does not see; the DPO oversees it."""
    from quarantine import workflow
    from tests.support.stopped import NOW, make_envelope, make_raw, make_scan, make_verdict

    verdict = make_verdict(reviewers=("dsl",))
    only_dsl = type(verdict)(action=verdict.action, hits=verdict.hits[:1], version="v1")
    held = workflow.hold(make_envelope(), make_raw(), make_scan(), only_dsl, now=NOW)
    seen = {role: ask(signed_in(role), "held", held).status_code for role in ("dsl", "dpo", "reviewer", "hr")}
    assert seen == {"dsl": 200, "dpo": 200, "reviewer": 404, "hr": 404}


@pytest.mark.parametrize("role", ["admin", "it", "auditor"])
def test_who_has_no_content_sees_none(hold, signed_in, role):
    """The pages that these roles may open name no sender, recipient or evidence."""
    held, _ = hold()
    browser = signed_in(role)
    for name in ("audit", "health", "people", "reports"):
        text = ask(browser, name, held).content.decode()
        for value in ("s.green", "pat.quill", "Anna", "A… T…"):
            assert value not in text, (name, value)
