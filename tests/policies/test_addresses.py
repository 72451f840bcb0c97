"""The 42 cases of private addresses, phones and recipients, under the default pack."""

import pytest

from detectors.findings import Protection, Strength, Where
from policies import Facts, History, decide, load_set
from tests.policies.school import (
    DPO,
    FIRM,
    FORBIDDEN,
    GOVERNOR,
    HR,
    OFFICE,
    OTHER_SCHOOL,
    OWN,
    PARENT_A,
    PARENT_B,
    PARTNER,
    PUPIL_MAIL,
    STRANGER,
    TEACHER,
    address,
    case,
    data,
    directory,
    found,
    header,
    mail,
    number,
)

DEFAULT = load_set("default")
UNLISTED = "s.green.home@outlook.com"
FAMILIES = directory(families=40)


def likely(finding_kind: str) -> dict[str, object]:
    return {"strength": Strength.WEAK, "person": "s1" if finding_kind == "address" else ""}


CASES: list[tuple[int, Facts, str, str]] = [
    (1, case(TEACHER, PARENT_A, address(OWN)), "block", "private-address-disclosed"),
    (2, case(TEACHER, PARENT_A, address(OWN, place="signature")), "block", "private-address-disclosed"),
    (
        3,
        case(TEACHER, PARENT_A, address(OWN, Where.ATTACHMENT, part="0/1")),
        "block",
        "private-address-disclosed",
    ),
    (4, case(TEACHER, PARENT_A, address("sarahgreen84@GMAIL.com")), "block", "private-address-disclosed"),
    (5, case(TEACHER, PARENT_A, address(UNLISTED, **likely("address"))), "ask", "private-address-likely"),
    (6, case(TEACHER, PARENT_A, address(PARENT_A)), "allow", ""),
    (7, case(TEACHER, PARENT_A, address(PARENT_A, quoted=True)), "allow", ""),
    (8, case(TEACHER, PARENT_B, address(PARENT_A)), "ask", "other-family-address"),
    (
        9,
        case(
            TEACHER, GOVERNOR, *(address(f"family{n}@families.example") for n in range(40)), school=FAMILIES
        ),
        "quarantine:dpo",
        "many-family-addresses",
    ),
    (10, case(TEACHER, PARENT_A), "allow", ""),
    (11, case(TEACHER, STRANGER), "log", "unlisted-free-mail"),
    (12, case(TEACHER, STRANGER, data(3, "a")), "quarantine:dpo", "attachment-not-encrypted-p3-unknown"),
    (
        13,
        case(TEACHER, STRANGER, history=History(former_contacts=frozenset({mail(STRANGER)}))),
        "ask",
        "old-address",
    ),
    (14, case(TEACHER, "pat.ossei@btinternet.com"), "ask", "near-miss-address"),
    (15, case(TEACHER, PARENT_B, data(2, "a")), "quarantine:dpo", "wrong-recipient"),
    (16, case(TEACHER, FORBIDDEN), "quarantine:dsl", "no-contact"),
    (17, case(TEACHER, OWN, data(4, "a", "a2", "b", "j")), "block", "own-private-data"),
    (18, case(TEACHER, OWN), "log", "own-private-note"),
    (19, case(TEACHER, OWN, attachment=True), "ask", "own-private-file"),
    (20, case(TEACHER, "sgreen.teacher@yahoo.co.uk", data(2, "a", "b")), "block", "own-private-data"),
    (
        21,
        case(TEACHER, FIRM, found("unreadable:image"), found("sensitive-term", Where.FILENAME)),
        "ask",
        "unreadable-picture-named",
    ),
    (22, case(OFFICE, OWN, data(2, "j")), "log", "attachment-not-encrypted-p2-linked-parent"),
    (23, case(TEACHER, OWN, data(2, "j")), "ask", "own-private-parent"),
    (24, case(TEACHER, OWN, found("auto-forward-header", Where.HEADER, "0")), "block", "auto-forward"),
    (
        25,
        case(TEACHER, OWN, found("calendar-invite"), data(1, "a", where=Where.SUBJECT)),
        "ask",
        "own-private-invite",
    ),
    (
        26,
        case(TEACHER, PARENT_A, header("From", TEACHER), header("Reply-To", OWN)),
        "block",
        "reply-to-private",
    ),
    (27, case(OWN, PARENT_A, header("From", OWN, free=True)), "block", "from-private"),
    (28, case(TEACHER, GOVERNOR, attachment=True), "allow", ""),
    (29, case(TEACHER, GOVERNOR, data(3, "a")), "ask:encrypt", "attachment-not-encrypted-p3-listed-outsider"),
    (30, case(TEACHER, PARTNER, data(4, "a", "b")), "ask:encrypt", "attachment-not-encrypted-p4-partner"),
    (31, case(HR, OWN, data(3, "s1")), "ask:encrypt", "attachment-to-the-person"),
    (32, case(TEACHER, OTHER_SCHOOL, data(3, "a")), "ask:encrypt", "attachment-not-encrypted-p3-public-body"),
    (33, case(TEACHER, PARENT_A, number("07700 900123")), "block", "private-phone-disclosed"),
    (34, case(TEACHER, PARENT_A, number("07700 900456", **likely("phone"))), "ask", "private-phone-likely"),
    (35, case(TEACHER, PARENT_A, number("07700 900789")), "allow", ""),
    (36, case(TEACHER, PARENT_A, number("07700 900321", **likely("phone"))), "allow", ""),
    (
        37,
        case(TEACHER, PARTNER, data(4, "a", "b", "j")),
        "ask:encrypt",
        "attachment-not-encrypted-p4-partner",
    ),
    (38, case(TEACHER, OFFICE, number("07700 900123", place="signature")), "allow", ""),
    (39, case(TEACHER, PARENT_A, number("01632 960100", place="signature")), "allow", ""),
    (40, case(TEACHER, PARENT_A, found("whatsapp-invite", Where.BODY, "0/0")), "ask", "whatsapp-invite"),
    (41, case(TEACHER, PUPIL_MAIL), "block", "pupil-private-address"),
    (42, case(DPO, STRANGER, data(3, "a")), "ask:encrypt", "attachment-from-the-dpo"),
]


@pytest.mark.parametrize(("number_", "facts_", "expected", "policy"), CASES, ids=[str(c[0]) for c in CASES])
def test_each_case_gets_its_verdict(number_: int, facts_: Facts, expected: str, policy: str) -> None:
    """The action, who decides or which cure is offered, and the policy that says so."""
    verdict = decide(facts_, DEFAULT)
    action, _, detail = expected.partition(":")
    assert verdict.action.word == action, verdict.hits
    leading = [h for h in verdict.hits if h.action is verdict.action]
    if policy:
        assert policy in {h.policy for h in leading}
    if action == "quarantine":
        assert detail in verdict.reviewers
    if action == "ask" and detail:
        assert all(detail in h.cures for h in leading)


def test_all_42_cases_are_here() -> None:
    """The table is whole."""
    assert [c[0] for c in CASES] == list(range(1, 43))


def test_same_list_encrypted_passes() -> None:
    """What only the recipient can open is what the school wants."""
    locked = case(TEACHER, PARENT_A, found("protected:strong"), protection=Protection.STRONG)
    assert decide(locked, DEFAULT).action.word == "log"


def test_locked_file_to_own_private_address_counts_as_data() -> None:
    """Nobody can say what is in it, and it leaves the school."""
    locked = case(TEACHER, OWN, found("protected:strong"), protection=Protection.STRONG)
    assert decide(locked, DEFAULT).action.word == "block"
