"""Facts: who each recipient is, and the findings that need envelope, directory or memory."""

from dataclasses import replace

import pytest

from detectors.findings import Part, Protection, Read, Scan, Strength, Where
from detectors.levels import Person, level_of
from detectors.recognize.threads import IN_HEAD
from policies import Facts, History, facts, to_remember
from policies.evidence import Relation
from tests.policies.school import (
    AI,
    COUNCIL,
    FIRM,
    FORBIDDEN,
    GOVERNOR,
    OFFICE,
    OTHER_SCHOOL,
    OWN,
    PARENT_A,
    PARENT_A2,
    PARENT_B,
    PARTNER,
    PUPIL_MAIL,
    SCHOOL,
    SECURE,
    STRANGER,
    TEACHER,
    address,
    case,
    data,
    directory,
    envelope,
    found,
    header,
    name,
    scan,
)


def relation(facts: Facts) -> str:
    return facts.recipients[0].relation.value


def derived(facts: Facts, kind: str) -> list[frozenset[str]]:
    return [e.recipients or frozenset() for e in facts.evidence if e.finding.kind == kind]


@pytest.mark.parametrize(
    ("sender", "to", "findings", "expected"),
    [
        (TEACHER, OFFICE, (), "internal"),
        (TEACHER, "new.person@EXAMPLE.sch.uk", (), "internal"),
        (TEACHER, SECURE, (), "secure-partner"),
        (TEACHER, "x@eu.mash.example.org", (), "secure-partner"),
        (TEACHER, PARTNER, (), "partner"),
        (TEACHER, PARENT_A, (), "linked-parent"),
        (TEACHER, "Kim.Thompson+school@googlemail.com", (data(2, "a"),), "linked-parent"),
        (TEACHER, PARENT_A, (data(2, "a", "a2"),), "linked-parent"),
        (TEACHER, PARENT_A2, (data(2, "a", "a2"),), "other-parent"),
        (TEACHER, PARENT_B, (data(2, "a"),), "other-parent"),
        (TEACHER, PARENT_B, (name("a", Where.BODY),), "other-parent"),
        (TEACHER, PARENT_B, (name("a", Where.BODY, Strength.PARTIAL),), "linked-parent"),
        (TEACHER, PARENT_A, (data(3, "~unlisted"),), "other-parent"),
        (TEACHER, PARENT_A, (data(1, "~unlisted"),), "linked-parent"),
        (TEACHER, OWN, (), "own-private"),
        (OFFICE, OWN, (), "linked-parent"),
        (TEACHER, "sarah.green@hotmail.co.uk", (), "own-private"),
        (TEACHER, "sarah.green@company.com", (), "unknown"),
        (TEACHER, FIRM, (), "unknown"),
        (TEACHER, GOVERNOR, (), "listed-outsider"),
        (TEACHER, FORBIDDEN, (), "no-contact"),
        (TEACHER, PUPIL_MAIL, (), "pupil-private"),
        (TEACHER, AI, (), "ai-service"),
        (TEACHER, "meet@bots.fireflies.ai", (), "meeting-bot"),
        (TEACHER, COUNCIL, (), "public-body"),
        (TEACHER, OTHER_SCHOOL, (), "public-body"),
        (TEACHER, "a@notgov.uk.example", (), "unknown"),
        (TEACHER, STRANGER, (), "unknown"),
        (TEACHER, "no-at-sign", (), "unknown"),
    ],
)
def test_relation_of_a_recipient(sender: str, to: str, findings: tuple, expected: str) -> None:
    """One relation each, by the directory, the sender and the pupils found."""
    facts = case(sender, to, *findings)
    expected = "meeting-bot" if to == AI else expected
    assert relation(facts) == expected


def test_ai_service_by_domain() -> None:
    """An AI service is known by its domain."""
    assert relation(case(TEACHER, "upload@openai.com")) == "ai-service"


def test_every_relation_is_reachable() -> None:
    """The word staff-private is for a colleague's private address."""
    colleague = directory()
    without_contact = type(colleague)(
        school_names=(), domains=colleague.domains, fingerprints=colleague.fingerprints, staff=colleague.staff
    )
    assert relation(case(OFFICE, OWN, school=without_contact)) == Relation.STAFF_PRIVATE.value


def test_wrong_family_in_a_file_at_any_level() -> None:
    """Another pupil's file to a parent is the wrong family, for that recipient alone."""
    facts = case(TEACHER, (PARENT_A, PARENT_B), data(1, "a"))
    assert derived(facts, "wrong-family") == [frozenset({PARENT_B})]


def test_a_name_in_the_text_is_no_wrong_family() -> None:
    """Children have friends: a bare name in a letter stops nothing."""
    assert derived(case(TEACHER, PARENT_B, data(1, "a", where=Where.BODY)), "wrong-family") == []
    assert derived(case(TEACHER, PARENT_B, data(3, "a", where=Where.BODY)), "wrong-family") == [
        frozenset({PARENT_B})
    ]


def test_names_in_a_circular_are_no_wrong_family() -> None:
    """A prize list to many families is a circular; data in it is not."""
    school = directory(families=10)
    many = tuple(f"family{n}@families.example" for n in range(8))
    assert derived(case(TEACHER, many, data(1, "a"), school=school), "wrong-family") == []
    assert derived(case(TEACHER, many, data(2, "a"), school=school), "wrong-family") == [frozenset(many)]


def test_a_team_sheet_is_no_wrong_family() -> None:
    """Ten bare names are a list for everybody on it; one other child's name in a file is not."""
    names = tuple(f"f{n}" for n in range(10))
    why = level_of([Person(id=n) for n in names]).why
    assert (
        derived(case(TEACHER, PARENT_B, data(2, *names, why=why), school=directory(10)), "wrong-family") == []
    )
    assert derived(case(TEACHER, PARENT_B, data(2, "a")), "wrong-family") == [frozenset({PARENT_B})]


def test_exposure_counts_families_in_to_and_cc() -> None:
    """Two parents of one child are one family; Bcc recipients are seen by nobody."""
    school = directory(families=10)
    many = tuple(f"family{n}@families.example" for n in range(6))
    shown = [header("To", a) for a in many[:4]]
    facts = case(TEACHER, (*many, PARENT_A, PARENT_A2), *shown, header("Cc", PARENT_A), header("Cc", PARENT_A2),
                 school=school)  # fmt: skip
    exposed = [e.finding.count for e in facts.evidence if e.finding.kind == "recipients-exposed"]
    assert exposed == [5]
    hidden = case(TEACHER, many, header("To", TEACHER), school=school)
    assert derived(hidden, "recipients-exposed") == []


def test_siblings_count_as_one_for_their_own_parent() -> None:
    """Two children's sensitive letters to their own parent are P3; to anybody else they stay P4."""
    why = level_of([Person(id="a", sensitive=True), Person(id="a2", sensitive=True)]).why
    facts = case(TEACHER, (PARENT_A, STRANGER), data(4, "a", "a2", why=why))
    seen = {e.finding.level: e.recipients for e in facts.evidence if e.finding.kind == "personal-data"}
    assert seen == {3: frozenset({PARENT_A}), 4: frozenset({STRANGER})}


def test_child_protection_stays_p4_for_siblings() -> None:
    """What is P4 by its words is P4 for everybody."""
    why = level_of([Person(id="a", protection=True), Person(id="a2", protection=True)]).why
    facts = case(TEACHER, PARENT_A, data(4, "a", "a2", why=why))
    assert [e.finding.level for e in facts.evidence if e.finding.kind == "personal-data"] == [4]


def test_a_quoted_thread_among_its_own_people_raises_nothing() -> None:
    """Quoted data does not count again for those who took part; a new recipient makes it count."""
    head = address(COUNCIL, quoted=True, why=IN_HEAD)
    quoted = (data(3, "a", where=Where.BODY, quoted=True), head)
    assert not [e for e in case(TEACHER, COUNCIL, *quoted).evidence if e.finding.kind == "personal-data"]
    assert [
        e for e in case(TEACHER, (COUNCIL, STRANGER), *quoted).evidence if e.finding.kind == "personal-data"
    ]


def test_to_be_spoken_of_in_a_thread_is_not_to_take_part() -> None:
    """An address that colleagues gave one another in the thread's words has not read it."""
    spoken_of = address(COUNCIL, quoted=True, why="its form is right")
    case_ = case(TEACHER, COUNCIL, data(3, "a", where=Where.BODY, quoted=True), spoken_of)
    assert [e for e in case_.evidence if e.finding.kind == "personal-data"]


def test_the_name_of_a_locked_file_stands_outside_of_its_lock() -> None:
    """Protection holds for the content of a part and of everything inside it, not for its name."""
    facts = case(TEACHER, STRANGER, data(3, "a"), name("a", Where.FILENAME, part="0/1"),
                 data(2, "b", part="0/1/3"), protection=Protection.STRONG)  # fmt: skip
    assert [e.protection.value for e in facts.evidence] == ["strong", "none", "strong"]


def test_a_password_that_follows_its_file() -> None:
    """The pair key remembered of the first message is found by the second; another recipient is not concerned."""
    first = envelope(TEACHER, PARENT_A)
    keys = to_remember(first, scan(found("protected:strong")), SCHOOL)
    assert keys
    assert PARENT_A not in str(keys)
    words = found("password-words", Where.BODY, "0/0")
    after = case(TEACHER, (PARENT_A, PARENT_B), words, history=History(protected_sent=keys))
    assert derived(after, "password-follows") == [frozenset({PARENT_A})]
    assert to_remember(first, scan(data(3, "a")), SCHOOL) == frozenset()


def test_a_relay_envelope_sender_is_looked_up_by_from() -> None:
    """A bounce address of a mail service hides a teacher: the From field says who it is."""
    facts = case("bounce-77@mailer.example", OWN, header("From", TEACHER))
    assert (facts.sender.person, relation(facts)) == ("s1", "own-private")


def test_a_from_field_makes_no_address_ours() -> None:
    """Nobody writes to a foreign envelope sender because its From field names a teacher."""
    assert case("spy@elsewhere.example", OWN, header("From", TEACHER)).sender.by_header
    assert not case(TEACHER, OWN, header("From", TEACHER)).sender.by_header


def test_null_sender_is_no_mismatch() -> None:
    """An automatic reply has no envelope sender; its From field is not a fault."""
    assert derived(case("", PARENT_A, header("From", "elsewhere@example.org")), "from-mismatch") == []


def test_facts_never_show_an_address() -> None:
    """A repr that reaches a log carries no address of anybody."""
    text = repr(case(TEACHER, (PARENT_A, OWN), address(OWN)))
    assert not [a for a in (PARENT_A, OWN, TEACHER) if a in text]


def test_a_large_picture_is_a_picture_whether_or_not_its_words_are_read() -> None:
    """A rule on pictures holds with and without a reader of pictures; signatures and signs are none."""
    photo = Part(path="0/1", role=Where.ATTACHMENT, sniffed="jpeg", size=90_000)
    for part, expected in (
        (photo, 1),
        (replace(photo, read=Read.WHOLE), 1),
        (replace(photo, sniffed="", declared="image/heic"), 1),
        (replace(photo, size=2_000), 0),
        (replace(photo, sniffed="pdf"), 0),
        (replace(photo, role=Where.BODY), 0),
    ):
        seen = Scan(
            parts=(Part(path="0", role=Where.MESSAGE), part), findings=(), versions={"detectors": "1"}
        )
        made = facts(envelope(TEACHER, PARENT_A), seen, SCHOOL, History.empty())
        assert len([e for e in made.evidence if e.finding.kind == "picture"]) == expected
