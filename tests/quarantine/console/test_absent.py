"""Away: a deputy sees, decides and hears what the absent person would, from the first day to the last, and no longer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from policies.verdict import Action
from quarantine import absences, outbox, retention
from quarantine.absences import AbsenceError
from quarantine.models import Absence, AuditEvent, Held
from quarantine.school_days import after_school_days
from tests.quarantine.console.conftest import OTHER
from tests.support.stopped import NOW

pytestmark = pytest.mark.slow


def away(user, deputy, *, start=-1, end=1):
    now = timezone.now()
    return absences.away(
        user,
        deputy,
        starts_at=now + timedelta(days=start),
        ends_at=now + timedelta(days=end),
        actor=user.email,
        now=now,
    )


def test_a_deputy_opens_what_the_absent_person_could(hold, signed_in, person):
    """Only while it lasts, and with no more than the absent person's roles."""
    held, _ = hold()
    dpo = person("dpo")
    browser = signed_in("hr")
    address = reverse("held", args=[held.id])
    assert browser.get(address).status_code == 404
    row = away(dpo, browser.user)
    assert browser.get(address).status_code == 200
    assert browser.get(reverse("legal-holds")).status_code == 200
    absences.back(row.pk, user=dpo, actor=dpo.email, now=timezone.now())
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize(("start", "end", "now_open"), [(-1, 1, True), (1, 2, False)])
def test_it_begins_with_the_first_day(hold, signed_in, person, start, end, now_open):
    """Not before."""
    held, _ = hold()
    browser = signed_in("hr")
    away(person("dpo"), browser.user, start=start, end=end)
    assert (browser.get(reverse("held", args=[held.id])).status_code == 200) is now_open


def test_somebody_whose_account_is_closed_has_no_deputy(hold, signed_in, person):
    """A role that ended lends nothing."""
    held, _ = hold()
    dpo, browser = person("dpo"), signed_in("hr")
    away(dpo, browser.user)
    dpo.is_active = False
    dpo.save()
    assert browser.get(reverse("held", args=[held.id])).status_code == 404


def test_a_deputy_hears_what_the_absent_person_would(hold, person):
    """The notice of a new hold goes to both."""
    dpo, hr = person("dpo", email="dpo@example.sch.uk"), person("hr")
    day = timedelta(days=1)
    times = {"starts_at": NOW - day, "ends_at": NOW + day, "made_at": NOW}
    Absence.objects.create(user=dpo, deputy=hr, made_by=dpo.email, **times)
    hold()
    hold(now=NOW + 2 * day)
    letters = [d for d in outbox.claim(now=NOW + 2 * day, limit=100) if d.envelope.id.endswith("-review")]
    reached = [hr.email in d.envelope.addresses for d in letters]
    assert reached == [True, False]
    assert all("dpo@example.sch.uk" in d.envelope.addresses for d in letters)


@pytest.mark.parametrize(
    ("start", "end", "who"),
    [(1, 0, "hr"), (-3, -1, "hr"), (0, 200, "hr"), (0, 1, "self"), (0, 1, "elsewhere")],
)
def test_what_cannot_be_is_refused(person, db, start, end, who):
    """Ends before it begins, is over, too long, oneself, or somebody of another school."""
    dpo = person("dpo")
    deputy = {"hr": person("hr"), "self": dpo, "elsewhere": person("dpo", school=OTHER)}[who]
    with pytest.raises(AbsenceError):
        away(dpo, deputy, start=start, end=end)
    assert not Absence.objects.exists()


def test_a_person_does_it_in_the_console(signed_in, person):
    """The form offers only people who may; the audit has it; coming back early is one press."""
    hr, elsewhere = person("hr"), person("dpo", school=OTHER)
    browser = signed_in("dpo")
    text = browser.get(reverse("absent")).content.decode()
    assert hr.email in text
    assert elsewhere.email not in text
    today = timezone.localdate()
    data = {"first": today.isoformat(), "last": (today + timedelta(days=3)).isoformat(), "deputy": hr.pk}
    assert browser.post(reverse("away"), data).status_code == 302
    assert browser.post(reverse("away"), data | {"last": "2001-01-01"}).status_code == 422
    assert browser.post(reverse("away"), data | {"deputy": elsewhere.pk}).status_code == 422
    row = Absence.objects.get()
    browser.post(reverse("back", args=[row.pk]))
    assert not absences.standing(timezone.now()).exists()
    assert list(AuditEvent.objects.order_by("number").values_list("kind", flat=True)) == [
        "absence",
        "absence-ended",
    ]


def test_nobody_ends_somebody_elses(signed_in, person):
    """By its address either."""
    row = away(person("hr"), person("reviewer"))
    signed_in("dpo").post(reverse("back", args=[row.pk]))
    assert absences.standing(timezone.now()).exists()


def test_a_long_holiday_hides_no_end(hold, settings):
    """Six weeks closed: a role still has five school days; the last call comes although school is closed, and to the head too."""
    from dataclasses import replace

    holidays = frozenset((NOW + timedelta(days=n)).date() for n in range(1, 43))
    roles = dict(settings.SCHOOLGATE.roles) | {"head": ("head@example.sch.uk",)}
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, holidays=holidays, roles=roles)
    held, _ = hold(Action.QUARANTINE)
    assert held.expires_at == after_school_days(NOW, 5, holidays)
    outbox.claim(now=NOW)
    for day in range(1, (held.expires_at - NOW).days + 1):
        retention.remind_due(now=NOW + timedelta(days=day))
    found = outbox.claim(now=held.expires_at, limit=100)
    calls = [d for d in found if d.envelope.id.endswith("-escalation")]
    assert calls
    assert any("head@example.sch.uk" in d.envelope.addresses for d in calls)
    assert Held.objects.get(id=held.id).state == "held"


def test_the_form_begins_with_today(signed_in):
    """A day in another form than ISO is none to a browser: the field stood empty."""
    page = LexborHTMLParser(signed_in("dpo").get(reverse("absent")).content)
    assert page.css_first("input[name=first]").attributes["value"] == timezone.localdate().isoformat()
