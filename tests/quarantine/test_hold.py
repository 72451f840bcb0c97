"""Holding: one transaction, everything or nothing, and the same message twice is one hold."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError

import quarantine.rows
from policies.verdict import Action, Miss
from quarantine import evidence, keys, outbox, store, workflow
from quarantine.cover import Cover
from quarantine.models import (
    AuditEvent,
    Held,
    HeldRecipient,
    Outgoing,
    OutgoingRecipient,
    Sealed,
    State,
    VerdictRecord,
)
from quarantine.texts import clean
from tests.support.stopped import NOW, PARENT, SENDER, make_envelope, make_raw, make_scan, make_verdict

TABLES = (Held, HeldRecipient, Sealed, Outgoing, OutgoingRecipient, VerdictRecord, AuditEvent)


def rows():
    return {table.__name__: table.objects.count() for table in TABLES}


def test_keeps_the_bytes_sealed(hold):
    """The bytes come back exactly, and only with the private key."""
    held, raw = hold()
    blob = bytes(Held.objects.get(id=held.id).message.blob)
    assert raw not in blob
    assert store.unseal(blob, keys.current().opening) == raw


def test_keeps_envelope_sealed_and_addresses_masked(hold):
    """Whom it goes to is in the sealed cover; the rows have masks and keyed fingerprints."""
    held, _ = hold(to=(PARENT, "head@example.sch.uk"))
    cover = store.unseal_record(Cover, held.envelope, keys.current().opening)
    assert cover.envelope.addresses == (PARENT, "head@example.sch.uk")
    assert held.sender_masked == "s…n@example.sch.uk"
    masked = list(held.recipients.order_by("position").values_list("masked", flat=True))
    assert masked == ["p…l@f….org", "h…d@example.sch.uk"]


def test_every_row_carries_its_school(hold):
    """No row is anybody's."""
    hold()
    for table in TABLES:
        assert set(table.objects.values_list("school", flat=True)) == {"example.sch.uk"}, table


def test_ends_by_action(hold):
    """A question to the sender ends after three school days, a role's hold after thirty days."""
    friday = NOW + timedelta(days=4)
    asked, _ = hold(Action.ASK, now=friday)
    held, _ = hold(Action.QUARANTINE, now=friday)
    assert asked.expires_at == friday + timedelta(days=5)  # Wednesday
    assert held.expires_at == friday + timedelta(days=30)


def test_a_retry_is_the_first_hold(hold):
    """The same message again hears the first id, and nothing is written twice."""
    held, raw = hold(to=(PARENT, "b@x.example"))
    before = rows()
    again, _ = hold(raw=raw, to=("b@x.example", PARENT), now=NOW + timedelta(hours=1))
    assert again.id == held.id
    assert rows() == before


def test_a_retry_after_a_decision_is_still_the_first_hold(hold):
    """A deleted message does not come back by a retry."""
    held, raw = hold()
    workflow.delete(held.id, actor="dpo", now=NOW)
    again, _ = hold(raw=raw, now=NOW + timedelta(hours=1))
    assert (again.id, again.state) == (held.id, State.DELETED)


@pytest.mark.parametrize(
    "other",
    [
        {"sender": "other@example.sch.uk"},
        {"to": (PARENT, "more@x.example")},
        {"now": NOW + timedelta(days=5, seconds=1), "received_at": NOW + timedelta(days=5, seconds=1)},
    ],
)
def test_other_messages_are_other_holds(hold, other):
    """Another sender, another recipient, or days later: not a retry."""
    held, raw = hold()
    again, _ = hold(raw=raw, **other)
    assert again.id != held.id
    assert Held.objects.count() == 2


def test_other_bytes_are_another_hold(hold):
    """One byte makes another message."""
    held, raw = hold()
    again, _ = hold(raw=raw + b".")
    assert again.id != held.id


@pytest.mark.parametrize(
    "table", ["Sealed", "Held", "HeldRecipient", "VerdictRecord", "Outgoing", "AuditEvent"]
)
@pytest.mark.parametrize("error", [OperationalError("database or disk is full"), IntegrityError("no")])
def test_a_failure_midway_leaves_nothing(db, monkeypatch, table, error):
    """Whichever row cannot be written: no row at all, and the caller hears it."""
    model = next(t for t in TABLES if t.__name__ == table)

    def fails(*args, **kwargs):
        raise error

    def insert(row, really=quarantine.rows.insert):
        return fails() if isinstance(row, model) else really(row)

    target = "bulk_create" if table == "HeldRecipient" else "_save_table"
    monkeypatch.setattr(model.objects if target == "bulk_create" else model, target, fails)
    monkeypatch.setattr(quarantine.rows, "insert", insert)
    with pytest.raises(type(error)):
        workflow.hold(make_envelope(), make_raw(), make_scan(), make_verdict(), now=NOW)
    monkeypatch.undo()
    assert not any(rows().values())


def test_refused_keeps_counts_only(db):
    """A blocked message leaves a record, an event and its notice; nothing of it is kept."""
    envelope, raw = make_envelope(), make_raw()
    workflow.refused(envelope, make_scan(), make_verdict(Action.BLOCK), now=NOW, raw=raw)
    assert rows() | {"VerdictRecord": 1, "AuditEvent": 1, "Outgoing": 1, "Sealed": 1} == rows()
    assert not Held.objects.exists()
    [notice] = outbox.claim(now=NOW)
    assert notice.envelope.addresses == (SENDER,)
    assert raw not in notice.open()


def test_passed_keeps_counts_only(db):
    """Mail that went on leaves a record and an event, and no bytes."""
    workflow.passed(make_envelope(), make_scan(), make_verdict(Action.LOG), now=NOW, raw=make_raw())
    expected = dict.fromkeys(rows(), 0) | {"VerdictRecord": 1, "AuditEvent": 1}
    assert rows() == expected


def test_told_roles_hear_of_mail_that_passed(db):
    """`tell` with log: the role gets facts, the mail went on."""
    verdict = make_verdict(Action.LOG, tell=("dsl",))
    workflow.passed(make_envelope(), make_scan(), verdict, now=NOW, raw=make_raw())
    [told] = outbox.claim(now=NOW)
    assert told.envelope.addresses == ("dsl@example.sch.uk",)


def test_partial_takes_over_the_rest(db):
    """Deferred recipients wait in the outbox with the same bytes; refused ones are reported at once."""
    envelope, raw = make_envelope(to=(PARENT, "later@x.example", "gone@x.example")), make_raw()
    failed = [
        workflow.Result(address="gone@x.example", state="failed", code=550, enhanced="5.1.1", text="No")
    ]
    row = workflow.partial(envelope, raw, envelope.recipients[1:2], now=NOW, failed=failed)
    [report] = outbox.claim(now=NOW)
    assert (report.kind, report.envelope.addresses) == ("report", (SENDER,))
    [rest] = outbox.claim(now=row.next_at)
    assert (rest.kind, rest.envelope.addresses, rest.open()) == ("partial", ("later@x.example",), raw)
    assert rest.envelope == replace(envelope, recipients=envelope.recipients[1:2])


def test_hit_recipients_become_positions(db):
    """A hit names recipients by place; no address enters a row."""
    envelope = make_envelope(to=("a@x.example", PARENT))
    verdict = make_verdict(recipients=(PARENT,))
    held = workflow.hold(
        envelope, make_raw(), make_scan(), verdict, now=NOW, relations={PARENT: "other-parent"}
    )
    assert [hit["positions"] for hit in held.hits] == [[1], []]
    assert not held.hits[0]["recipients"]
    assert list(held.recipients.order_by("position").values_list("relation", flat=True)) == [
        "",
        "other-parent",
    ]


HOSTILE = [
    "\x00",
    "a\x00b",
    "\ud800",
    "x\udcffy",
    "\x1b[2J",
    "\u202egnp.exe",
    "\r\nBcc: x",
    "\ufdd0",
    "\U0010ffff",
    "a" * 5000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_label_holds_the_message_is_held(db, text):
    """A file name that a database or a mail header refuses must not make a message impossible to hold."""
    hit = replace(make_verdict(Action.ASK).hits[1], label=text, place=text, masked=text)
    verdict = replace(make_verdict(Action.ASK), hits=(hit,), misses=(Miss(policy="p", failed=text),))
    found = make_scan()
    scan = replace(
        found,
        parts=(replace(found.parts[1], label=text, declared=text, read_why=text),),
        findings=(replace(found.findings[0], place=text, masked=text, why=text),),
    )
    held = Held.objects.get(id=workflow.hold(make_envelope(), make_raw(), scan, verdict, now=NOW).id)
    for shown in (
        evidence.hits_of(held)[0].label,
        evidence.parts_of(held)[0].label,
        evidence.findings_of(held)[0].place,
    ):
        assert shown == clean(text)
        assert shown.isprintable() or "\ufdd0" in shown or "\U0010ffff" in shown
    assert outbox.claim(now=NOW)[0].open()


@pytest.mark.parametrize(
    "address",
    ["zo\u00eb@x.example", '"a b"@x.example', "x@[127.0.0.1]", "x@localhost", "half\udcff@x.example"],
)
def test_whatever_an_address_is_the_message_is_held_and_released(db, address):
    """The recipient comes out as it went in; no mask shows it whole."""
    held = workflow.hold(make_envelope(to=(address,)), make_raw(), make_scan(), make_verdict(), now=NOW)
    assert address not in held.recipients.get().masked
    workflow.release(held.id, actor="dpo", now=NOW)
    assert address in [a for d in outbox.claim(now=NOW) for a in d.envelope.addresses]
