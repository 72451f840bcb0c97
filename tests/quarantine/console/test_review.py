"""Besides deciding: a question to the sender and their answer, and silence by two people's word."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from quarantine import outbox, workflow
from quarantine.cures import passwords
from quarantine.models import AuditEvent, Held, Mending, Question, Silence, State
from quarantine.pages.shown import page_of
from quarantine.workflow import questions, silence
from tests.support.stopped import NOW, SENDER

pytestmark = pytest.mark.slow

ASK = {"ask-words": "Is Anna Taylor's mother the right person?"}
QUIET = {"quiet-reason": "It would warn the father"}
PLANTED = b"Anna Taylor"


def post(browser, name, held, data=()):
    return browser.post(reverse(name, args=[held.id]), dict(data), follow=True).content.decode()


def told(now=None):
    """The letters that wait: kind by the end of their id, and who gets them."""
    found = outbox.claim(now=now or datetime.now(UTC), limit=100)
    return {d.envelope.id.partition("-")[2]: d for d in found}


def test_a_question_goes_to_the_sender_and_the_answer_comes_back(hold, signed_in):
    """By e-mail to them; the officers hear that there is an answer and read it in the console; nothing is sent by it."""
    held, _ = hold()
    told()
    dpo = signed_in("dpo")
    post(dpo, "ask-sender", held, ASK)
    letter = told()["question"]
    assert letter.envelope.addresses == (SENDER,)
    assert PLANTED in letter.open()
    assert PLANTED not in bytes(Question.objects.get().words)
    questions.answer(held.id, sender=held.sender, words="Yes, she changed her name", now=NOW)
    answered = told()["answered"]
    assert b"changed her name" not in answered.open()
    assert "changed her name" in post(dpo, "ask-sender", held, {"ask-words": ""})
    assert Held.objects.get(id=held.id).state == State.HELD
    kinds = list(AuditEvent.objects.order_by("number").values_list("kind", flat=True))
    assert kinds[-2:] == ["sender-asked", "sender-answered"]


def test_one_question_at_a_time(hold, signed_in):
    """A second one waits for the first answer; an answer without a question changes nothing."""
    held, _ = hold()
    with pytest.raises(workflow.AlreadyDecided):
        questions.answer(held.id, sender=held.sender, words="x", now=NOW)
    dpo = signed_in("dpo")
    post(dpo, "ask-sender", held, ASK)
    post(dpo, "ask-sender", held, ASK)
    assert Question.objects.count() == 1
    with pytest.raises(workflow.WorkflowError):
        questions.answer(held.id, sender="f" * 64, words="x", now=NOW)


def test_a_second_officer_hears_who_has_asked_already(hold, signed_in, person):
    """It named whoever asked second as the one who had asked."""
    held, _ = hold()
    questions.ask_sender(held.id, actor="first@example.sch.uk", words="Is it right?", now=NOW)
    page = post(signed_in("dpo"), "ask-sender", held, ASK)
    assert "Already asked by first@example.sch.uk on 02 June 2025" in page


def test_who_may_not_be_told_is_not_asked(hold, signed_in):
    """A machine or a stranger has no page: the officer hears why."""
    held, _ = hold(sender="no-reply@example.sch.uk")
    assert "cannot be asked" in post(signed_in("dpo"), "ask-sender", held, ASK)
    assert not Question.objects.exists()


def test_silence_needs_two_people(hold, signed_in):
    """One asks with a reason, another one agrees; only then the sender hears no more of the decision."""
    held, _ = hold()
    first, second = signed_in("dpo"), signed_in("reviewer")
    assert (
        "A second person" in post(first, "silence", held, QUIET) or Silence.objects.get().approved_at is None
    )
    assert "yourself" in post(first, "silence", held)
    assert not Held.objects.get(id=held.id).is_silent
    post(second, "silence", held)
    assert Held.objects.get(id=held.id).is_silent
    told()
    workflow.return_(held.id, actor="dpo@example.sch.uk", note="No", now=NOW)
    assert told() == {}
    kinds = set(AuditEvent.objects.values_list("kind", flat=True))
    assert {"silence-asked", "silenced"} <= kinds


def test_without_the_second_word_the_sender_is_told(hold):
    """An asked-for silence is none."""
    held, _ = hold()
    silence.silence(held.id, actor="dpo@example.sch.uk", reason="x", now=NOW)
    told()
    workflow.return_(held.id, actor="dpo@example.sch.uk", note="No", now=NOW)
    assert "returned" in told()


def test_silence_can_be_taken_back(hold):
    """By one person; then the sender hears the decision."""
    held, _ = hold()
    silence.silence(held.id, actor="a@example.sch.uk", reason="x", now=NOW)
    silence.silence(held.id, actor="b@example.sch.uk", reason="", now=NOW)
    silence.unsilence(held.id, actor="b@example.sch.uk", now=NOW)
    told()
    workflow.return_(held.id, actor="b@example.sch.uk", note="No", now=NOW)
    assert "returned" in told()


@pytest.mark.parametrize("name", ["ask-sender", "silence"])
def test_what_is_missing_is_said(hold, signed_in, name):
    """Without words nothing is written."""
    held, _ = hold()
    response = signed_in("dpo").post(reverse(name, args=[held.id]), {})
    assert response.status_code == 422
    assert not Question.objects.exists()
    assert not Silence.objects.exists()


def test_a_false_alarm_is_counted_where_it_was_said(hold, signed_in):
    """A release alone is none: the officer may allow what was rightly stopped."""
    plain, _ = hold()
    marked, _ = hold()
    browser = signed_in("dpo")
    post(browser, "release", plain, {"release-recipients": ["0"]})
    post(browser, "release", marked, {"release-recipients": ["0"], "release-false_alarm": "on"})
    assert [Held.objects.get(id=h.id).false_alarm for h in (plain, marked)] == [False, True]
    event = AuditEvent.objects.get(kind="false-alarm")
    assert event.reference == marked.id
    assert event.details["policies"]


def test_the_note_to_the_sender_stands_on_the_page(hold, signed_in):
    """What was said is proved later too; it was sealed and shown to nobody. Escaped, and gone with the content."""
    held, _ = hold()
    workflow.return_(held.id, actor="dpo@example.sch.uk", note="Use initials <b>please</b>", now=NOW)
    page = signed_in("dpo").get(reverse("held", args=[held.id])).content.decode()
    assert "Note to the sender: “Use initials &lt;b&gt;please&lt;/b&gt;”" in page


def test_a_sender_in_silence_reads_no_password_of_what_went(hold, person):
    """It stood on their page beside “somebody is looking at it”, and told that it had gone."""
    held, _ = hold(now=NOW)
    held.recipients.update(state=State.CURED)
    [recipient] = held.recipients.all()
    until = NOW + timedelta(days=7)
    sealed = passwords.shut({recipient.family or recipient.address: "lake-otter"})
    mending = Mending.objects.create(
        held=held, school=held.school, by="dpo", password=sealed, password_until=until
    )
    held.state = State.CURED
    assert page_of(held, mending, NOW)["passwords"]
    Silence.objects.create(
        held=held,
        school=held.school,
        reason=b"",
        asked_by="a",
        asked_at=NOW,
        approved_by="b",
        approved_at=NOW,
    )
    held = Held.objects.get(id=held.id)
    held.state = State.CURED
    shown = page_of(held, mending, NOW)
    assert (shown["state"], shown["passwords"]) == ("with-role", ())
