"""The lists: sorted by risk and age, filtered, counted, paged, and as many queries for a full page as for an empty one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from detectors.directory.people import Staff
from policies.verdict import Action
from quarantine import reloads
from tests.policies.school import SCHOOL
from tests.support.stopped import NOW, SENDER, make_envelope, make_scan, make_verdict

pytestmark = pytest.mark.slow


def listed(response):
    """The references of a list page, in order."""
    tree = LexborHTMLParser(response.content)
    return [link.attributes["href"].split("/")[2] for link in tree.css("tbody a")]


@pytest.fixture
def three(hold):
    """An old low risk, a new high risk, and an old high risk."""
    from quarantine.models import Held

    rows = [hold(now=NOW)[0] for _ in range(3)]
    for held, level, hours in zip(rows, (1, 4, 4), (9, 1, 5), strict=True):
        Held.objects.filter(id=held.id).update(
            level=level, received_at=timezone.now() - timedelta(hours=hours)
        )
    return [held.id for held in rows]


def test_the_highest_risk_comes_first_then_the_oldest(three, signed_in):
    """What cannot wait stands on top."""
    low, new, old = three
    assert listed(signed_in("dpo").get(reverse("queue"))) == [old, new, low]


def test_next_walks_the_queue_in_the_same_order(three, signed_in):
    """From each message the link leads to the one below it, and from the last nowhere."""
    low, new, old = three
    browser = signed_in("dpo")

    def following(key):
        link = LexborHTMLParser(browser.get(reverse("held", args=[key])).content).css_first(
            '[data-key="next"]'
        )
        return link.attributes["href"].split("/")[2] if link else ""

    assert [following(key) for key in (old, new, low)] == [new, low, ""]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, 4),
        ({"risk": "4"}, 0),
        ({"risk": "2"}, 4),
        ({"action": "ask"}, 1),
        ({"sender": SENDER.upper()}, 3),
        ({"sender": "nobody@example.sch.uk"}, 0),
        ({"reference": "NOSUCH"}, 0),
        ({"risk": "nonsense"}, 4),
        ({"page": "99"}, 4),
    ],
)
def test_filters(hold, signed_in, query, expected):
    """Each filter narrows the list; a wrong one is not believed, and shows all."""
    hold()
    hold()
    hold(Action.ASK)
    hold(sender="d.okoro@example.sch.uk")
    assert len(listed(signed_in("dpo").get(reverse("queue"), query))) == expected


def test_a_reference_finds_its_message_in_any_spelling(hold, signed_in):
    """As read out on the telephone."""
    held, _ = hold()
    hold()
    assert listed(signed_in("dpo").get(reverse("queue"), {"reference": f" {held.id.lower()} "})) == [held.id]


def test_decided_messages_are_listed_with_who_and_when(hold, signed_in):
    """The queue loses what the list of the decided gains."""
    from quarantine import workflow

    held, _ = hold()
    browser = signed_in("dpo")
    workflow.return_(held.id, actor="somebody@example.sch.uk", note="x", now=NOW)
    assert listed(browser.get(reverse("queue"))) == []
    page = browser.get(reverse("history"))
    assert listed(page) == [held.id]
    assert "somebody@example.sch.uk" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "most"),
    [("queue", 16), ("history", 16), ("audit", 12), ("reports", 20), ("health", 23), ("held", 25)],
)
def test_a_full_page_asks_no_more_than_an_empty_one(hold, signed_in, name, most):
    """The number of queries does not grow with the rows."""
    held, _ = hold(to=tuple(f"p{n}@example.net" for n in range(20)))
    for _ in range(12):
        hold()
    browser = signed_in("dpo")
    with CaptureQueriesContext(connection) as queries:
        browser.get(reverse(name, args=[held.id] if name == "held" else []))
    assert len(queries) <= most


def test_a_refused_reload_is_on_every_page_until_it_is_mended(signed_in):
    """The old rules are in force: whoever looks is told, with what is broken and where."""
    browser = signed_in("dpo")
    reloads.refused(what="policies", where="subject-full-name:when", now=NOW)
    for name in ("queue", "audit", "health"):
        page = browser.get(reverse(name)).content.decode()
        assert "data-broken" in page
        assert "subject-full-name:when" in page
    reloads.done(policy_set="abc", now=NOW)
    assert "data-broken" not in browser.get(reverse("queue")).content.decode()


def test_the_audit_page_shows_events_of_its_schools_newest_first(hold, signed_in):
    """Search by reference, person, kind and day; another school's events are not there."""
    from quarantine import audit, workflow
    from quarantine.database import one_transaction

    held, _ = hold(now=timezone.now())
    workflow.return_(held.id, actor="somebody@example.sch.uk", note="x", now=timezone.now())
    with one_transaction():
        audit.append("held", now=timezone.now(), school="other.sch.uk", reference="ELSEWHERE")
    browser = signed_in("auditor")

    def words(**query):
        return [
            row.text(deep=True)
            for row in LexborHTMLParser(browser.get(reverse("audit"), query).content).css("tbody tr")
        ]

    everything = words()
    assert len(everything) == 2
    assert "Returned" in everything[0]
    assert not any("ELSEWHERE" in row for row in everything)
    assert len(words(kind="held")) == 1
    assert len(words(actor="somebody@example.sch.uk")) == 1
    assert len(words(reference=held.id)) == 2
    today = timezone.localdate()
    assert len(words(since=today.isoformat(), until=today.isoformat())) == 2
    assert words(until=(today - timedelta(days=1)).isoformat()) == []


def test_reports_count_decisions_and_name_nobody(hold, signed_in):
    """What became of them, and how fast; no address and no evidence on the page."""
    from quarantine import workflow

    now = timezone.now()
    first, _ = hold(now=now, received_at=now)
    second, _ = hold(now=now, received_at=now)
    workflow.release(first.id, actor="dpo@example.sch.uk", now=now)
    workflow.return_(second.id, actor="dpo@example.sch.uk", note="x", now=now)
    text = signed_in("auditor").get(reverse("reports")).content.decode()
    assert "within an hour" in text
    assert text.count("svg") >= 4
    for value in (SENDER, "pat.quill", "A… T…", "dpo@example"):
        assert value not in text


def test_health_says_what_needs_a_look(hold, signed_in):
    """A notice that waits for days is marked; a sound line is not."""
    hold(now=timezone.now() - timedelta(days=2))
    tree = LexborHTMLParser(signed_in("admin").get(reverse("health")).content)
    lines = {
        row.css_first("dt").text(): row.css_first("dd").text() for row in tree.css(".govuk-summary-list__row")
    }
    assert "look at this" in lines["Waiting to be sent"]
    assert lines["Database"] in {"SQLite (embedded)", "PostgreSQL"}


def test_a_plot_is_a_picture_and_nothing_else(hold, signed_in):
    """No script, no link, no address of anybody; its own style is all that its policy allows; an unknown one is not there."""
    from quarantine import workflow

    now = timezone.now()
    for _ in range(3):
        held, _ = hold(now=now, received_at=now)
    workflow.release(held.id, actor="dpo@example.sch.uk", false_alarm=True, now=now)
    browser = signed_in("auditor")
    page = LexborHTMLParser(browser.get(reverse("reports")).content)
    pictures = [picture.attributes for picture in page.css("main img")]
    assert len(pictures) == 5
    for picture in pictures:
        response = browser.get(picture["src"])
        assert response["Content-Type"] == "image/svg+xml"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "script-src" not in response["Content-Security-Policy"]
        drawn = response.content.decode()
        assert drawn.startswith("<svg")
        for word in ("<script", "href", "url(", "onload", SENDER, "pat.quill", "dpo@example"):
            assert word not in drawn, word
        assert "table below" in picture["alt"]
        narrow = browser.get(picture["src"] + "?narrow").content.decode()
        assert 'width="430"' in narrow
    assert len(page.css("main table")) == 5
    assert browser.get(reverse("plot", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("key", ["%00", "a%00b", "x" * 300, "%F0%9F%98%80", "..%2f.."])
def test_a_reference_that_is_none_is_not_found(db, signed_in, key):
    """Whatever stands in the address, on both databases: PostgreSQL refuses a NUL in words."""
    browser = signed_in("dpo")
    for page in ("held", "incidents", "try"):
        assert browser.get(f"/{page}/{key}/").status_code == 404
    for act in (f"legal-holds/{key}/end", f"exceptions/{key}/end", f"held/{key}/delete"):
        assert browser.post(f"/{act}").status_code in (302, 404)


def test_reports_name_a_department_only_where_it_names_nobody(db, signed_in):
    """From the lists by the facts to the record, the plot and its table; a department of four is among the others."""
    from policies import History, facts
    from quarantine import workflow

    teams = (("science", 5), ("Art", 4))
    staff = tuple(
        Staff(id=f"{team}{n}", work_emails=(f"{team}{n}@example.sch.uk",), department=team.title())
        for team, many in teams
        for n in range(many)
    )
    people, now = replace(SCHOOL, staff=staff), timezone.now()
    browser = signed_in("dpo")
    assert "by department" not in browser.get(reverse("reports")).content.decode()
    for name in ("science0", "science1", "art0", "head"):
        sent = make_envelope(sender=f"{name}@example.sch.uk", received_at=now)
        found = facts(sent, make_scan(), people, History.empty())
        workflow.passed(sent, make_scan(), make_verdict(Action.LOG), now=now, facts=found)
    page = LexborHTMLParser(browser.get(reverse("reports")).content)
    table = next(one for one in page.css("main table") if "department" in one.css_first("caption").text())
    rows = [[cell.text() for cell in row.css("th, td")] for row in table.css("tbody tr")]
    assert rows == [["Everybody else", "2"], ["Science", "2"]]
    drawn = browser.get(reverse("plot", args=["departments"])).content.decode()
    assert "Science" in drawn
    assert "Art" not in drawn + page.html
