"""Who is told: people of the school; never a machine, a list, an automatic answer or the null sender."""

from datetime import timedelta

import pytest

from policies.verdict import Action
from quarantine import outbox, workflow
from quarantine.config import current
from quarantine.cover import cover_of, header_of, message_ids
from quarantine.models import Held
from quarantine.notices import audience
from tests.support.stopped import NOW, SENDER, make_envelope, make_raw, make_scan, make_verdict

IT, DPO = ("it@example.sch.uk",), ("dpo@example.sch.uk",)


def told():
    return sorted(delivery.envelope.addresses for delivery in outbox.claim(now=NOW))


@pytest.mark.parametrize(
    ("sender", "headers", "may"),
    [
        (SENDER, {}, True),
        (SENDER, {"Auto-Submitted": "no"}, True),
        (SENDER, {"Precedence": "first-class"}, True),
        ("", {}, False),
        ("mailer-daemon@example.sch.uk", {}, False),
        ("noreply@example.sch.uk", {}, False),
        ("news-bounces@example.sch.uk", {}, False),
        ("owner-staff@example.sch.uk", {}, False),
        (SENDER, {"Auto-Submitted": "auto-replied"}, False),
        (SENDER, {"Auto-Submitted": "auto-generated; x=1"}, False),
        (SENDER, {"auto-submitted": "AUTO-REPLIED (vacation)"}, False),
        (SENDER, {"Precedence": "bulk"}, False),
        (SENDER, {"Precedence": " List "}, False),
        (SENDER, {"List-Id": "<staff.example.sch.uk>"}, False),
        (SENDER, {"List-Unsubscribe": "<mailto:x@y>"}, False),
        (SENDER, {"X-Autoreply": "yes"}, False),
    ],
)
def test_may_notify(sender, headers, may):
    """RFC 3834: an answer goes to a person who wrote."""
    raw = make_raw(headers=headers)
    assert audience.may_notify(make_envelope(sender=sender), header_of(raw)) is may


@pytest.mark.parametrize(
    ("action", "sender", "headers", "staff", "expected"),
    [
        (Action.BLOCK, SENDER, {}, False, [(SENDER,)]),
        (Action.ASK, SENDER, {}, False, [(SENDER,)]),
        (Action.QUARANTINE, SENDER, {}, False, [DPO, (SENDER,)]),
        (Action.BLOCK, "spy@x.example", {}, False, [IT]),
        (Action.ASK, "spy@x.example", {}, False, [DPO, IT]),
        (Action.QUARANTINE, "spy@x.example", {}, False, [DPO, IT]),
        (Action.ASK, "head@trust.example", {}, True, [("head@trust.example",)]),
        (Action.BLOCK, "", {}, False, []),
        (Action.ASK, "", {}, False, [DPO]),
        (Action.QUARANTINE, SENDER, {"Auto-Submitted": "auto-replied"}, False, [DPO]),
        (Action.ASK, SENDER, {"List-Id": "<x.y>"}, False, [DPO]),
    ],
)
def test_who_is_told(db, action, sender, headers, staff, expected):
    """Sender, officers or IT; a message that nobody may be asked about goes to those who decide."""
    envelope, raw = make_envelope(sender=sender), make_raw(headers=headers)
    if action == Action.BLOCK:
        workflow.refused(envelope, make_scan(), make_verdict(action), now=NOW, raw=raw, staff=staff)
    else:
        workflow.hold(envelope, raw, make_scan(), make_verdict(action), now=NOW, staff=staff)
    assert told() == expected


def test_a_question_that_nobody_can_be_asked_is_the_dpos(db):
    """A copier's or a list's message: the DPO decides, and is reminded in its sender's place."""
    held = workflow.hold(
        make_envelope(sender="noreply@example.sch.uk"),
        make_raw(),
        make_scan(),
        make_verdict(Action.ASK),
        now=NOW,
    )
    assert held.reviewers == ["dpo"]
    assert told() == [DPO]
    workflow.remind(held.id, now=held.remind_at)
    reminded = [d.envelope.addresses for d in outbox.claim(now=held.remind_at, lease=timedelta(0))][-1]
    assert reminded[:1] == DPO  # and the head with them, where the end is near


COPY = make_raw()


@pytest.mark.parametrize(
    ("second", "later", "notices"),
    [
        ({}, 9, 1),
        ({}, 11, 2),
        (
            {"raw": COPY.replace(b"X-Number: ", b"X-Number: 9")},
            1,
            1,
        ),  # another header field, the same message
        ({"raw": COPY + b"more"}, 1, 2),
        ({"action": Action.ASK}, 1, 2),
        ({"sender": "other@example.sch.uk"}, 1, 2),
    ],
)
def test_copies_of_one_message_are_told_once(db, second, later, notices):
    """Exchange splits a message by recipients: each copy is held, its sender hears of it once."""
    two = {"raw": COPY, "action": Action.QUARANTINE, "sender": SENDER} | second
    for n, (raw, action, sender) in enumerate([(COPY, Action.QUARANTINE, SENDER), tuple(two.values())]):
        envelope = make_envelope(sender=sender, to=(f"parent{n}@x.example",))
        workflow.hold(
            envelope, raw, make_scan(), make_verdict(action), now=NOW + timedelta(minutes=later * n)
        )
    due = outbox.claim(now=NOW + timedelta(hours=1))
    assert sum(d.envelope.addresses != DPO for d in due) == notices
    assert Held.objects.count() == 2


def test_a_message_without_an_id_is_joined_to_nothing(db):
    """No Message-ID, no copies: each is told."""
    raw = COPY.replace(b"Message-ID", b"X-Other")
    for to in ("a@x.example", "b@x.example"):
        workflow.hold(make_envelope(to=(to,)), raw, make_scan(), make_verdict(Action.ASK), now=NOW)
    assert len(told()) == 2


@pytest.mark.parametrize(("second", "letters"), [(b"", 1), (b" and more", 2)])
@pytest.mark.parametrize("known_by", [b"Message-ID", b"X-Other"])
def test_a_refusal_that_is_tried_again_is_told_once(db, known_by, second, letters):
    """Killed before its answer, mail in refuses the same bytes again; without a Message-ID its sender was told twice."""
    for raw in (COPY.replace(b"Message-ID", known_by), COPY.replace(b"Message-ID", known_by) + second):
        workflow.refused(make_envelope(), make_scan(), make_verdict(Action.BLOCK), now=NOW, raw=raw)
    assert [to for to in told() if to == (SENDER,)] == [(SENDER,)] * letters


def test_one_tip_a_day(db):
    """`tell = ["sender"]` on mail that went: a tip, not a stream of them."""
    tips = []
    for hours in (0, 1, 23, 25):
        now = NOW + timedelta(hours=hours)
        workflow.passed(
            make_envelope(), make_scan(), make_verdict(Action.LOG, tell=("sender",)), now=now, raw=make_raw()
        )
        due = outbox.claim(now=now)
        tips.append(len(due))
        for delivery in due:
            assert delivery.envelope.addresses == (SENDER,)
            assert b"A tip about an e-mail that you sent" in delivery.open()
            outbox.failed(delivery, now=now)
    assert tips == [1, 0, 0, 1]


def test_strangers_get_no_link(db):
    """What IT is told about an unknown sender opens nothing."""
    workflow.hold(make_envelope(sender="spy@x.example"), make_raw(), make_scan(), make_verdict(), now=NOW)
    [to_it] = [d for d in outbox.claim(now=NOW) if d.envelope.addresses == IT]
    assert b"http" not in to_it.open().split(b"text/html")[0]


def test_notices_come_from_nobody(hold):
    """The null reverse-path, and no report is wanted."""
    hold()
    for delivery in outbox.claim(now=NOW):
        assert delivery.envelope.mail_from == ""
        assert {r.notify for r in delivery.envelope.recipients} == {("NEVER",)}


def test_later_decisions_are_not_told_to_strangers(db):
    """Neither release nor return answers an address outside."""
    held = workflow.hold(
        make_envelope(sender="spy@x.example"), make_raw(), make_scan(), make_verdict(), now=NOW
    )
    told()
    workflow.return_(held.id, actor="dpo", note="x", now=NOW)
    assert told() == []


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["dsl"], ("dsl@example.sch.uk",)),
        (["dsl", "dpo"], ("dsl@example.sch.uk", *DPO)),
        (["hr"], DPO),
        ([], DPO),
    ],
)
def test_officers(roles, expected):
    """A role that nobody holds falls to the DPO: never nobody."""
    assert audience.officers(roles, current()) == expected


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@b>", ("<a@b>",)),
        ("<a@b> <c@d>", ("<a@b>", "<c@d>")),
        ("nothing", ()),
        ("<a b@c>", ()),
        ("<a@b\u00e9>", ()),
        ("<" + "a" * 300 + "@b>", ()),
        ("<<a@b>>", ("<a@b>",)),
    ],
)
def test_only_well_formed_message_ids_are_used(value, ids):
    """What a sender wrote into Message-ID cannot bend our header."""
    header = header_of(f"Message-ID: {value}\r\n\r\n".encode())
    assert message_ids(header, "Message-ID") == ids


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"no header at all",
        b"\xff\xfe: \x00\r\n\r\n",
        b"A" * 600_000,
        b"From: (((((\r\nDate\r\n\r\nx",
    ],
)
def test_any_bytes_have_a_cover(raw):
    """Never an exception, whatever came."""
    assert cover_of(make_envelope(), raw).envelope.mail_from == SENDER
