"""The sender's page: a GET changes nothing, a POST acts once, a bad link tells nothing, and no page holds a planted value."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from policies.verdict import Cure
from quarantine import outbox, workflow
from quarantine.cures import passwords
from quarantine.cures.problems import open_problems
from quarantine.models import AuditEvent, Held, Mend, Mending, Outgoing, State
from quarantine.pages import links
from quarantine.workflow import mended
from tests.support.asked import FILE, SUBJECT, made
from tests.support.stopped import NOW, PARENT, SENDER

pytestmark = pytest.mark.slow

PLANTED = ("Anna", "Taylor", SENDER, PARENT, "pat.quill", "Reading")
ACTS = ("choose", "noted", "ask", "answer", "emergency", "cancel")


def rows():
    """Everything that an act could change."""
    return (
        list(Held.objects.values()),
        list(Mending.objects.values()),
        list(Outgoing.objects.values()),
        AuditEvent.objects.count(),
    )


def text_of(response):
    return re.sub(r"<[^>]+>|\s+", " ", response.content.decode())


def test_looking_a_hundred_times_changes_nothing(asked, address):
    """Link scanners open every link, with GET and HEAD, and the addresses of the acts too."""
    held = asked()
    before, client = rows(), Client()
    for path in (address(held), *(address(held) + act for act in ACTS)):
        for _ in range(100):
            client.get(path)
            client.head(path)
    assert rows() == before


@pytest.mark.parametrize("act", ACTS)
def test_acts_are_posts_alone(asked, address, act):
    """A GET of an act is refused."""
    assert Client().get(address(asked()) + act).status_code == 405


def broken(token):
    held_id, sender, rest = token.split(".", 2)
    yield from (
        token[:-1],
        token + "x",
        f"{'0' * 26}.{sender}.{rest}",
        f"{held_id}.{'0' * 20}.{rest}",
        "x",
        "a.b.c~d",
    )


def test_an_altered_link_is_one_neutral_page(asked, address):
    """Whatever was changed: the same page, 404, no fact of any message, and nothing done by a POST."""
    held = asked()
    before, seen = rows(), set()
    token = address(held).split("/")[2]
    for wrong in broken(token):
        page = Client().get(f"/m/{wrong}/")
        seen.add((page.status_code, page.content))
        assert Client().post(f"/m/{wrong}/cancel").status_code == 404
    assert len(seen) == 1
    assert next(iter(seen))[0] == 404
    assert held.id.encode() not in next(iter(seen))[1]
    assert rows() == before


def test_an_expired_link_says_so_and_acts_no_more(asked, address):
    """Kindly, without a fact."""
    held = asked()
    old = address(held, datetime.now(UTC) - links.LASTS)
    before = rows()
    page = Client().get(old)
    assert page.status_code == 410
    assert "too old" in text_of(page)
    assert held.id not in text_of(page)
    assert Client().post(old + "cancel").status_code == 410
    assert rows() == before


def test_a_link_opens_its_own_message_alone(asked, address):
    """Another sender's fingerprint in a link of ours finds nothing."""
    held = asked()
    token = links.token(held.id, "0" * 64, now=datetime.now(UTC))
    assert Client().get(f"/m/{token}/").status_code == 404


def test_forms_need_the_pages_own_cookie(asked, address):
    """Another site cannot make the sender's browser act."""
    held = asked()
    client = Client(enforce_csrf_checks=True)
    assert client.post(address(held) + "cancel").status_code == 403
    assert Held.objects.get().state == State.HELD


def post(path, act, **fields):
    return Client().post(path + act, fields)


def test_confirming_needs_a_reason_and_then_goes(asked, address):
    """Without one the page asks for it; with one the message is due; again is told kindly."""
    held = asked(SUBJECT)
    path, key = address(held), open_problems(held)[0].key
    page = post(path, "choose", problem=key, cure="confirm")
    assert page.status_code == 422
    assert "Please say why" in text_of(page)
    assert post(path, "choose", problem=key, cure="confirm", words="An author").status_code == 302
    assert Mending.objects.get().state == Mend.DUE
    again = post(path, "choose", problem=key, cure="confirm", words="An author")
    assert again.status_code == 409
    assert "You changed nothing" in text_of(again)
    assert "We are sending it now" in text_of(again)


def test_locking_shows_the_password_before_the_step_that_sends(asked, address):
    """First the password and a button; only then is it due; afterwards it can be read for a week."""
    held = asked(FILE)
    path, key = address(held), open_problems(held)[0].key
    post(path, "choose", problem=key, cure="encrypt")
    [password] = passwords.opened(Mending.objects.get().password).values()
    page = Client().get(path)
    assert password in text_of(page)
    assert "I have it. Send my e-mail" in text_of(page)
    assert mended.claim(now=datetime.now(UTC)) is None
    post(path, "noted")
    job = mended.claim(now=datetime.now(UTC))
    mended.send(job, made(job), now=datetime.now(UTC))
    assert password in text_of(Client().get(path))
    Mending.objects.update(password_until=datetime.now(UTC))
    assert password not in text_of(Client().get(path))


def test_progress_is_counted(asked, address):
    """One of two, and what was chosen can be changed."""
    held = asked(SUBJECT, FILE)
    path, key = address(held), open_problems(held)[0].key
    assert "0 of 2 done" in text_of(Client().get(path))
    post(path, "choose", problem=key, cure="initials")
    page = text_of(Client().get(path))
    assert "1 of 2 done" in page
    assert "The name will become initials." in page


def test_no_button_promises_to_send_before_the_password_is_noted(asked, address):
    """With one point left and a password unread, choosing sends nothing yet, and the button does not say so."""
    held = asked(SUBJECT, FILE)
    path, keys = address(held), [one.key for one in open_problems(held)]
    assert "Use initials" in text_of(Client().get(path))
    post(path, "choose", problem=keys[1], cure="encrypt")
    page = text_of(Client().get(path))
    assert "Use initials" in page
    assert "Send with initials" not in page
    post(path, "noted")
    assert "Send with initials" in text_of(Client().get(path))


@pytest.mark.parametrize(
    ("cure", "asked_for"),
    [("not-a-pupil", Cure.NOT_A_PUPIL), ("ask-dpo", Cure.ASK_DPO), ("other", Cure.ASK_DPO)],
)
def test_asking_shows_who_has_it(asked, address, cure, asked_for):
    """With whom, until when; nothing has left."""
    held = asked(SUBJECT)
    post(address(held), "ask", cure=cure, words="Anna Taylor is an author")
    page = text_of(Client().get(address(held)))
    assert "It is with the data protection officer since " in page
    assert "Nothing has left the school." in page
    assert Mending.objects.get().asked == asked_for


def test_cancelling_says_that_nobody_got_it(asked, address):
    """And a second time changes nothing."""
    held = asked(SUBJECT)
    assert post(address(held), "cancel").status_code == 302
    assert "Deleted. Nobody got it" in text_of(Client().get(address(held)))
    assert post(address(held), "cancel").status_code == 409


def test_a_legal_hold_keeps_it(asked, address):
    """The page does not offer to delete, and a POST is told why not."""
    held = asked(SUBJECT)
    workflow.legal_hold(held.id, actor="dpo", on=True, now=NOW)
    assert "Delete it, do not send" not in text_of(Client().get(address(held)))
    assert post(address(held), "cancel").status_code == 409


def every_page(held, path):
    """The pages of a message's life, one after the other."""
    keys = [one.key for one in open_problems(held)]
    yield Client().get(path)
    yield post(path, "choose", problem=keys[0], cure="confirm")
    yield post(path, "choose", problem="none", cure="confirm", words="Anna")
    post(path, "choose", problem=keys[0], cure="confirm", words="Anna Taylor")
    post(path, "choose", problem=keys[1], cure="encrypt")
    yield Client().get(path)
    post(path, "noted")
    yield Client().get(path)
    job = mended.claim(now=datetime.now(UTC))
    mended.send(job, made(job), now=datetime.now(UTC))
    yield Client().get(path)
    for delivery in outbox.claim(now=datetime.now(UTC)):
        outbox.failed(delivery, now=datetime.now(UTC), code=550)
    yield Client().get(path)


def test_no_page_holds_a_planted_value(asked, address):
    """Nor its address, title or headers."""
    held = asked()
    for response in every_page(held, address(held)):
        whole = f"{response.headers} {response.content.decode()} {address(held)}"
        assert not [value for value in PLANTED if value in whole]


def test_headers_of_every_page(asked, address):
    """Not kept, not listed, not framed, no script from anywhere, no address passed on."""
    held = asked()
    for response in (Client().get(address(held)), Client().get("/m/x/"), Client().get("/")):
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response["Referrer-Policy"] == "same-origin"
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Cache-Control"] == "no-store"
        assert response["X-Frame-Options"] == "DENY"


def test_too_many_acts_are_slowed(asked, address):
    """And nothing is done by them."""
    held = asked(SUBJECT)
    path = address(held)
    codes = [post(path, "noted").status_code for _ in range(32)]
    assert codes[-1] == 429
    assert 429 not in codes[:30]


def test_no_log_line_holds_a_link(asked, address, caplog):
    """A link in a log would let its reader in."""
    from quarantine.pages.wsgi import quiet_paths

    quiet_paths()
    path = address(asked(SUBJECT))
    token = path.split("/")[2]
    for wrong in (path + "noted", path + "nothing", f"/m/{token}x/"):
        Client().post(wrong)
    Client(enforce_csrf_checks=True).post(path + "cancel")
    assert caplog.records
    assert token not in caplog.text


def test_the_console_is_not_here(pages):
    """The pages' process answers for the pages alone."""
    for path in ("/", "/queue/", "/account/login/", "/held/x/"):
        assert Client().get(path).status_code == 404


@pytest.mark.parametrize("kind", ["ask", "held", "block"])
def test_notices_carry_the_link_where_the_pages_are_on(pages, kind):
    """To the internal sender of a message that waits; none for what was refused; none where the pages are off."""
    from email import message_from_bytes
    from email.policy import default

    from policies.verdict import Action
    from tests.support.stopped import make_envelope, make_raw, make_scan, make_verdict

    action = {"ask": Action.ASK, "held": Action.QUARANTINE, "block": Action.BLOCK}[kind]
    do = workflow.refused if kind == "block" else workflow.hold
    arguments = (
        (make_envelope(), make_scan(), make_verdict(action))
        if kind == "block"
        else (make_envelope(), make_raw(), make_scan(), make_verdict(action))
    )
    do(*arguments, now=NOW)
    told = next(d for d in outbox.claim(now=NOW) if d.envelope.addresses == (SENDER,))
    message = message_from_bytes(told.open(), policy=default)
    for part in ("plain", "html"):
        found = re.findall(
            r"http://testserver/m/([^/\"<>\s]+)/(?!incident)", message.get_body((part,)).get_content()
        )
        assert bool(found) is (kind != "block")
        assert all(links.read(token, now=NOW).sender for token in found)


def test_somebody_outside_gets_no_link(pages, asked):
    """Nor does anybody while the pages are off."""
    from tests.support.stopped import make_envelope, make_raw, make_scan, make_verdict

    workflow.hold(
        make_envelope(sender="who@elsewhere.example"), make_raw(), make_scan(), make_verdict(), now=NOW
    )
    assert not [d for d in outbox.claim(now=NOW) if b"testserver/m/" in d.open()]
    assert links.of(envelope_id="x", sender=SENDER, now=NOW).startswith("http://testserver/m/")


def test_no_link_where_the_pages_are_off(db):
    """The default."""
    assert links.of(envelope_id="x", sender=SENDER, now=NOW) == ""


def test_links_end(db):
    """Good until the moment they end, to the second."""
    token = links.token("x", "f" * 64, now=NOW)
    assert links.read(token, now=NOW + links.LASTS - timedelta(seconds=1)).held_id == "x"
    with pytest.raises(links.LinkError) as old:
        links.read(token, now=NOW + links.LASTS)
    assert old.value.expired


def test_a_page_of_several_problems_says_what_helps_each(asked, address):
    """Cures stand beside their problem; what cannot be mended here says where to turn."""
    stuck = replace(SUBJECT, policy="other", cures=())
    page = text_of(Client().get(address(asked(SUBJECT, stuck))))
    assert "Use initials" in page
    assert "We cannot change this for you." in page
