"""The officer's list: at its times on school days, once for each officer, the oldest first, masked, and nothing when nothing waits."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy

import pytest

from policies.verdict import Action
from quarantine import outbox, retention, workflow
from quarantine.letters import digest
from quarantine.models import Outgoing, Remembered
from tests.support.stopped import NOW, PARENT, SENDER, make_envelope, make_raw, make_scan, make_verdict

TIMES = (time(8), time(13, 30))
EIGHT = datetime(2025, 6, 3, 7, 0, tzinfo=UTC)  # eight o'clock in London's summer, a Tuesday


@pytest.fixture
def on(settings, db):
    """Lists at eight and at half past one."""

    def switched(**more):
        conf = settings.SCHOOLGATE
        notices = replace(
            conf.notices, digest=TIMES, **{k: v for k, v in more.items() if k == "digest_empty"}
        )
        rest = {k: v for k, v in more.items() if k != "digest_empty"}
        settings.SCHOOLGATE = replace(conf, notices=notices, **rest)

    switched()
    return switched


def wait(minutes=0, *, action=Action.QUARANTINE, **fields):
    at = NOW + timedelta(minutes=minutes)
    held = workflow.hold(
        make_envelope(received_at=at), make_raw(), make_scan(), make_verdict(action, **fields), now=at
    )
    Outgoing.objects.all().delete()
    return held


def lists(now=EIGHT):
    """Who got which list."""
    found = {}
    for delivery in outbox.claim(now=now, limit=50):
        message = message_from_bytes(delivery.open(), policy=policy.default)
        found[delivery.envelope.addresses] = message.get_body(("plain",)).get_content()
    Outgoing.objects.all().delete()
    return found


def test_one_mail_with_all_that_waits_oldest_first(on):
    """What, since when, to how many, until when, the next end; no name, no address, no subject."""
    second, first = wait(30), wait(10)
    assert digest.send_due(now=EIGHT) == 1
    [(to, text)] = lists().items()
    assert to == ("dpo@example.sch.uk",)
    assert "2 e-mails wait" in text
    assert text.index(first.id) < text.index(second.id)
    assert "Waiting since Monday 2 June, 10:10." in " ".join(text.split())
    assert "The next one ends on Wednesday 2 July, 10:10." in " ".join(text.split())
    assert not [value for value in ("Anna", "Taylor", SENDER, PARENT) if value in text]


def test_each_list_is_sent_once(on):
    """However often and by however many processes it is looked for."""
    wait()
    assert [digest.send_due(now=EIGHT + timedelta(minutes=n)) for n in range(3)] == [1, 0, 0]
    assert digest.send_due(now=EIGHT + timedelta(hours=5, minutes=30)) == 1
    assert digest.send_due(now=EIGHT + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (EIGHT - timedelta(seconds=1), None),
        (EIGHT, "08:00"),
        (EIGHT + timedelta(minutes=119), "08:00"),
        (EIGHT + timedelta(minutes=120), None),
        (EIGHT + timedelta(hours=5, minutes=30), "13:30"),
        (datetime(2025, 1, 7, 8, 0, tzinfo=UTC), "08:00"),  # winter
        (datetime(2025, 1, 7, 7, 0, tzinfo=UTC), None),
    ],
)
def test_the_times_are_the_schools(now, slot):
    """Summer and winter; a list that is late by hours is not sent any more."""
    found = digest.due_slot(TIMES, now)
    assert (f"{found:%H:%M}" if found else None) == slot


@pytest.mark.parametrize("day", [date(2025, 6, 7), date(2025, 6, 8), date(2025, 6, 3)])
def test_no_list_on_a_day_without_school(on, day):
    """Weekends and holidays."""
    on(holidays=frozenset({date(2025, 6, 3)}))
    wait()
    assert digest.send_due(now=datetime.combine(day, time(7), UTC)) == 0


def test_nothing_when_nothing_waits_unless_asked(on):
    """Twenty minutes a day are not spent on empty lists."""
    assert digest.send_due(now=EIGHT) == 0
    on(digest_empty=True)
    assert digest.send_due(now=EIGHT) == 1
    assert all("Nothing waits for you." in text for text in lists().values())


def test_off_by_default(db, settings):
    """No times, no lists."""
    settings.SCHOOLGATE = replace(
        settings.SCHOOLGATE, notices=replace(settings.SCHOOLGATE.notices, digest=())
    )
    wait()
    assert digest.send_due(now=EIGHT) == 0


def test_officers_see_their_own_queue_and_get_one_list(on):
    """Each role what it decides; who holds two roles gets one mail."""
    on(roles={"dpo": ("both@example.sch.uk",), "dsl": ("both@example.sch.uk", "dsl@example.sch.uk")})
    for_dpo, for_dsl = wait(1, reviewers=("dpo",)), wait(2, reviewers=("dsl",))
    asked = wait(3, action=Action.ASK)
    assert digest.send_due(now=EIGHT) == 2
    found = lists()
    assert for_dpo.id in found[("both@example.sch.uk",)]
    assert for_dsl.id in found[("both@example.sch.uk",)]
    assert for_dsl.id in found[("dsl@example.sch.uk",)]
    assert not [text for text in found.values() if asked.id in text]


def test_a_long_list_says_how_many_more(on):
    """Nothing is left out silently; copies of one message are one."""
    for n in range(digest.LISTED + 2):
        wait(n)
    digest.send_due(now=EIGHT)
    [text] = lists().values()
    assert f"{digest.LISTED + 2} e-mails wait" in text
    assert "And 2 more." in text


def test_what_is_known_of_old_lists_is_forgotten(on):
    """The mark that a list was sent goes with the nightly purge."""
    wait()
    digest.send_due(now=EIGHT)
    retention.purge(now=EIGHT + timedelta(days=3))
    assert not Remembered.objects.filter(kind="digest").exists()
