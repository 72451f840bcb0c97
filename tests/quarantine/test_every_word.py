"""Nothing that a policy can say is without words: each action has its notice, each cure its place on the sender's page."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import quarantine.pages
from policies.verdict import Action, Cure, Hit, Verdict
from quarantine import keys, letters, store
from quarantine.cover import cover_of
from quarantine.notices.notice import Kind
from tests.support.stopped import NOW, make_envelope, make_raw, make_verdict

PAGES = Path(quarantine.pages.__file__).parent / "templates" / "pages"
EXPECTED = {
    Action.ASK: {Kind.ASK},
    Action.QUARANTINE: {Kind.HELD, Kind.REVIEW},
    Action.BLOCK: {Kind.BLOCK},
}


def words(letter) -> str:
    """What the reader reads."""
    mail = message_from_bytes(store.unseal(letter.blob, keys.current().opening), policy=default)
    return str(mail["subject"]) + mail.get_body(("plain",)).get_content()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(EXPECTED)),
    st.sets(st.sampled_from(Cure)),
    st.sampled_from(["Use initials.", "A line is too long.", "Bücher & <b>Straße</b>"]),
)
def test_every_action_has_its_notice(db, action: Action, cures: set[Cure], why: str) -> None:
    """Whatever stops a message, its sender reads why, and that nothing has left."""
    found = make_verdict(action)
    hits = tuple(replace(hit, cures=tuple(sorted(cures)), why=why) for hit in found.hits)
    told = letters.for_verdict(
        cover_of(make_envelope(), make_raw()), replace(found, hits=hits), expires_at=NOW, now=NOW
    )
    assert {letter.kind for letter in told} == EXPECTED[action]
    for letter in told:
        text = words(letter)
        assert len(text) > 100
        assert "{{" not in text
        assert "{%" not in text


def test_a_tip_and_a_told_role_have_theirs(db) -> None:
    """Advice goes to the sender, facts to the role that a policy names."""
    hit = Hit(policy="p", action=Action.LOG, why="Use initials.", tell=("sender", "dsl"), advice=True)
    verdict = Verdict(action=Action.LOG, hits=(hit,), version="v")
    cover = cover_of(make_envelope(), make_raw())
    told = letters.tip(cover, verdict, now=NOW) + letters.for_roles(cover, verdict, now=NOW)
    assert {letter.kind for letter in told} == {Kind.TIP, Kind.TOLD}


@pytest.mark.parametrize("cure", list(Cure))
def test_every_cure_has_its_button(cure: Cure) -> None:
    """On the page where senders mend their mail."""
    pages = "".join(path.read_text("utf-8") for path in PAGES.glob("*.html"))
    assert f'value="{cure.value}"' in pages
