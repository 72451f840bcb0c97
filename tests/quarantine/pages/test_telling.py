"""What a sender tells from their page: that something went astray, and the answer to a question; a look tells nobody."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from django.test import Client

from policies.verdict import Action
from quarantine import incidents, outbox, workflow
from quarantine.config import current
from quarantine.models import Incident, VerdictRecord
from quarantine.pages import links
from quarantine.workflow import questions
from tests.support.stopped import NOW, make_envelope, make_raw, make_scan, make_verdict

pytestmark = pytest.mark.slow

WORDS = "Anna Taylor's report went to another mother"
ANSWERS = {"happened": "wrong-person", "noticed": "before", "words": WORDS}


@pytest.fixture
def path(pages):
    """The address of the page for a message that passed an hour ago."""
    sent = datetime.now(UTC) - timedelta(hours=1)
    envelope = make_envelope(received_at=sent)
    workflow.passed(envelope, make_scan(), make_verdict(action=Action.LOG), now=sent)
    record = VerdictRecord.objects.get()
    return f"/m/{links.token(record.id, record.sender, now=datetime.now(UTC))}/incident"


def test_a_sender_tells_it_once(path):
    """The roles hear of it without its words; the clock starts no earlier than the message and no later than now."""
    client = Client()
    assert client.post(path, ANSWERS).status_code == 200
    assert client.post(path, ANSWERS).status_code == 200
    incident = Incident.objects.get()
    assert (incident.told_by, incident.reference) == (incidents.SENDER, VerdictRecord.objects.get().id)
    assert incident.aware_at == VerdictRecord.objects.get().received_at
    assert incidents.words(incident)[0] == WORDS
    (letter,) = outbox.claim(now=datetime.now(UTC))
    assert b"Anna" not in letter.open()


def test_each_page_of_it_stands_under_the_name_of_the_school(path):
    """As the sender's other pages do: whom they tell is their own school."""
    name = current().school("").name
    pages = [Client().get(path), Client().post(path, {}), Client().post(path, ANSWERS)]
    assert [name in page.content.decode() for page in pages] == [True, True, True]


def test_looking_tells_nobody(path):
    """Link scanners open it as they like."""
    client = Client()
    for _ in range(100):
        assert client.get(path).status_code == 200
        client.head(path)
    assert not Incident.objects.exists()


@pytest.mark.parametrize("missing", ["happened", "noticed", "words"])
def test_what_is_missing_is_asked_for_and_the_words_stay(path, missing):
    """Kindly, and without telling anybody yet."""
    response = Client().post(path, {name: value for name, value in ANSWERS.items() if name != missing})
    assert response.status_code == 422
    assert missing == "words" or "another mother" in response.content.decode()
    assert not Incident.objects.exists()


def test_a_link_of_somebody_else_is_no_link(path):
    """Altered, made up, or too old: a neutral page, and nothing is written."""
    record = VerdictRecord.objects.get()
    now = datetime.now(UTC)
    altered = path.replace(record.id, f"{record.id[:-1]}A" if record.id[-1] != "A" else f"{record.id[:-1]}B")
    other = f"/m/{links.token(record.id, 'f' * 64, now=now)}/incident"
    old = f"/m/{links.token(record.id, record.sender, now=now - timedelta(days=30))}/incident"
    assert [Client().post(p, ANSWERS).status_code for p in (altered, other, old)] == [404, 404, 410]
    assert not Incident.objects.exists()


def test_notices_to_senders_carry_the_link_and_those_to_officers_do_not(pages, db):
    """From any notice: of what was stopped, and of what was sent on; in text and HTML, and it opens the form."""
    envelope = make_envelope()
    workflow.hold(envelope, make_raw(), make_scan(), make_verdict(), now=NOW)
    found = {letter.envelope.id: letter.open() for letter in outbox.claim(now=NOW)}
    assert len(found) == 2
    parsed = {name: message_from_bytes(raw, policy=SMTP) for name, raw in found.items()}
    for name, message in parsed.items():
        for part in (p for p in message.walk() if p.get_content_maintype() == "text"):
            assert ("/incident" in part.get_content()) == name.endswith("-held"), (
                name,
                part.get_content_type(),
            )


def test_an_answer_is_given_on_the_page(pages, db):
    """The form is there while a question waits, an empty answer is asked for again, a second one changes nothing."""
    now = datetime.now(UTC)
    held = workflow.hold(make_envelope(received_at=now), make_raw(), make_scan(), make_verdict(), now=now)
    path = f"/m/{links.token(held.id, held.sender, now=now)}/"
    client = Client()
    assert "answer" not in client.get(path).content.decode()
    questions.ask_sender(held.id, actor="dpo@example.sch.uk", words="Who is it?", now=now)
    assert 'name="words"' in client.get(path).content.decode()
    assert client.post(f"{path}answer", {"words": " "}).status_code == 422
    assert client.post(f"{path}answer", {"words": "The nurse"}).status_code == 302
    assert client.post(f"{path}answer", {"words": "Again"}).status_code == 409
    assert "Send my answer" not in client.get(path).content.decode()
