"""Planted values: they stand in the sealed bytes, and nowhere else, neither in rows nor in what anybody is told."""

import json
from dataclasses import replace
from datetime import time, timedelta
from email import message_from_bytes, policy

import pytest
from django.apps import apps
from django.db import models

from policies.envelope import Recipient
from policies.verdict import Action
from quarantine import outbox, retention, workflow
from quarantine.letters import digest
from quarantine.models import Held, Outgoing, VerdictRecord
from tests.support.stopped import NOW, make_envelope, make_raw, make_scan, make_verdict

PLANTED = {
    "subject": "Zebedee Quackenbush",
    "body": "diagnosis of Kleptomania",
    "number": "943 476 5919",
    "display": "Wilhelmina Featherstonehaugh",
    "file": "Xanthe Yarborough report.csv",
    "cell": "Ignatius Plum",
    "sender": "b.marchbanks@example.sch.uk",
    "recipient": "ophelia.bird@families.example.org",
    "bcc": "rufus.lamb@others.example.org",
}


def plant():
    raw = make_raw(
        subject=f"About {PLANTED['subject']}",
        sender=f"Bea <{PLANTED['sender']}>",
        to=f"{PLANTED['display']} <{PLANTED['recipient']}>",
        body=f"The {PLANTED['body']}, {PLANTED['number']}.\r\n",
        attach=((PLANTED["file"], "text/csv", PLANTED["cell"].encode()),),
    )
    envelope = make_envelope(sender=PLANTED["sender"], to=(PLANTED["recipient"], PLANTED["bcc"]))
    return envelope, raw


def decoded(value):
    """Every form in which a database client would show a value."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return json.dumps(value, default=str, ensure_ascii=False)


def everything_in_the_database():
    for model in apps.get_app_config("quarantine").get_models():
        names = [field.attname for field in model._meta.concrete_fields if isinstance(field, models.Field)]
        for row in model.objects.values(*names):
            yield from ((model.__name__, name, decoded(value)) for name, value in row.items())


@pytest.mark.parametrize("action", [Action.ASK, Action.QUARANTINE, Action.BLOCK, Action.LOG])
def test_no_row_and_no_notice_tells(db, action):
    """Through every state: held, released to one, returned, failed, reminded, purged."""
    envelope, raw = plant()
    scan, verdict = make_scan(), make_verdict(action, recipients=(PLANTED["recipient"],), tell=("dsl",))
    told = []

    def look():
        for table, field, text in everything_in_the_database():
            found = [name for name, value in PLANTED.items() if value.lower() in text.lower()]
            assert not found, (table, field, found)

    def deliver(now, state="sent"):
        for delivery in outbox.claim(now=now):
            if delivery.kind == "notice":
                told.append((delivery.envelope.addresses, delivery.open()))
            results = [
                outbox.Result(address=a, state=state, code=550, text=f"{a} unknown")
                for a in delivery.envelope.addresses
            ]
            outbox.sent(delivery, results, now=now)

    if action == Action.BLOCK:
        workflow.refused(envelope, scan, verdict, now=NOW, raw=raw)
    elif action == Action.LOG:
        workflow.passed(envelope, scan, verdict, now=NOW, raw=raw)
        workflow.partial(envelope, raw, envelope.recipients[:1], now=NOW)
    else:
        held = workflow.hold(envelope, raw, scan, verdict, now=NOW, relations={PLANTED["bcc"]: "unknown"})
        look()
        workflow.remind(held.id, now=held.remind_at)
        workflow.release(held.id, actor="dpo", now=NOW, recipients=[PLANTED["recipient"]])
        workflow.viewed(held.id, actor="dpo", part="0", reason=PLANTED["subject"], now=NOW)
        workflow.return_(held.id, actor="dpo", note=f"Ask {PLANTED['display']}", now=NOW)
    look()
    deliver(NOW + timedelta(hours=1), state="failed")
    look()
    deliver(NOW + timedelta(hours=2))
    look()
    retention.run_due(now=NOW + timedelta(days=400))
    look()
    for addresses, raw_notice in told:
        words = words_of(raw_notice).replace(
            f"Ask {PLANTED['display']}", ""
        )  # the officer's own words reach the sender
        found = [
            name for name, value in PLANTED.items() if name != "sender" and value.lower() in words.lower()
        ]
        assert not found, (addresses, found)
        if PLANTED["sender"] not in addresses:  # a role sees no address in any part
            assert not [
                name for name in ("sender", "recipient", "bcc") if PLANTED[name].encode() in raw_notice
            ]
    assert told


def words_of(raw_notice):
    """Headers and every readable part; the delivery status names its own recipients, as RFC 3464 wants."""
    message = message_from_bytes(raw_notice, policy=policy.default)
    texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    readable = [text for text in texts if "Final-Recipient" not in text]
    return "\n".join([*(f"{name}: {value}" for name, value in message.items()), *readable])


def test_nothing_in_errors(db, hold):
    """Neither text nor repr of what we raise, nor of a row, tells a value."""
    envelope, raw = plant()
    held = workflow.hold(envelope, raw, make_scan(), make_verdict(), now=NOW)
    told = repr(held) + repr(list(held.recipients.all()))
    for wrong in (
        lambda: workflow.release(held.id, actor="dpo", recipients=["nobody@x.example"], now=NOW),
        lambda: workflow.release(held.id, actor=PLANTED["sender"], now=NOW),
        lambda: workflow.expire(held.id, now=NOW),
    ):
        with pytest.raises(workflow.WorkflowError) as error:
            wrong()
        told += repr(error.value) + str(error.value)
    assert not [value for value in PLANTED.values() if value.lower() in told.lower()]


def told_now(now):
    """Every letter that waits, with its recipients; the outbox is empty after."""
    found = [(d.envelope.addresses, d.open()) for d in outbox.claim(now=now, limit=50)]
    Outgoing.objects.all().delete()
    return found


@pytest.mark.parametrize("action", list(Action))
def test_an_answer_to_who_only_asked_tells_no_value(db, action):
    """Nor does a row: it goes to the sender alone, and nothing of the message is kept."""
    envelope, raw = plant()
    verdict = make_verdict(action, recipients=(PLANTED["recipient"],))
    assert workflow.checked(envelope, raw, make_scan(), verdict, now=NOW)
    [(addresses, letter)] = told_now(NOW)
    assert addresses == (PLANTED["sender"],)
    everywhere = [text for _, _, text in everything_in_the_database()]
    everywhere.append(words_of(letter))
    planted = {name: value.lower() for name, value in PLANTED.items() if name != "sender"}
    assert not [name for name, value in planted.items() for text in everywhere if value in text.lower()]
    assert [model.objects.count() for model in (Held, VerdictRecord)] == [0, 0]


def test_an_officers_list_and_a_copy_tell_no_value(db, settings):
    """The list shows masks and counts; a copy that joins adds a row and no word."""
    settings.SCHOOLGATE = replace(
        settings.SCHOOLGATE, notices=replace(settings.SCHOOLGATE.notices, digest=(time(10),))
    )
    envelope, raw = plant()
    for to in ((PLANTED["recipient"],), (PLANTED["bcc"],)):
        recipients = tuple(Recipient(address=address) for address in to)
        one = replace(envelope, id=make_envelope().id, recipients=recipients)
        workflow.hold(one, raw, make_scan(), make_verdict(), now=NOW)
    told_now(NOW)
    assert digest.send_due(now=NOW) == 1
    [(_, letter)] = told_now(NOW)
    everywhere = [text.lower() for _, _, text in everything_in_the_database()] + [words_of(letter).lower()]
    assert not [name for name, value in PLANTED.items() for text in everywhere if value.lower() in text]
    assert words_of(letter).count("Waiting since") == 2  # once in the text, once in HTML
