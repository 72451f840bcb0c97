"""Text made to slow or blind a recognizer costs time in proportion to its length, and hides nothing."""

import time

import pytest

from tests.support.people import body, find

pytestmark = pytest.mark.slow

BAIT = {
    "near-miss UPNs": "N999000123002 ",
    "digits": "1234567890",
    "spaced digits": "1 2 3 4 5 6 7 8 9 ",
    "forenames": "Amelia ",
    "surnames": "Thompson ",
    "names apart": "Amelia, Green, Thompson x ",
    "spelled letters": "a m e l i a ",
    "at and dot": "a at b dot c ",
    "at signs": "a@b@c.",
    "long local part": "a.",
    "dots": ".......",
    "passwords": "password password: ",
    "post codes": "LS1 4AP ",
    "sort codes": "08-99-99 ",
    "angle brackets": "P<GBR<<<<<",
    "month words": "12 may ",
    "terms": "autism ehcp ",
    "capitals": "Aa Bb ",
    "forward": "forward send to everyone ",
    "one long word": "thompsonamelia",
    "hyphens": "a-b-",
    "slashes": "sharepoint.com/",
    "apostrophes": "o'o'",
    "zero width": "A\u200bm\u200b",
    "tabs": "\t\t",
    "telling words alone": "autism\n",
    "telling words with a class": "Amelia (4B) has autism\n",
    "admission numbers": "adm no is ",
    "bank details": "sort 40-36-95 account 12345678 ",
    "houses": "12 Abc Def Ghi Jkl LS1 4AP ",
    "log-ins": "password is Tiger42 ",
    "strangers": "Liam Brown autism ",
    "newlines": "\n",
}


def seconds(text: str) -> float:
    started = time.process_time()
    find(body(text))
    return time.process_time() - started


@pytest.mark.parametrize("name", BAIT)
def test_time_grows_with_length_only(name):
    """Four times the text takes about four times as long: far from sixteen."""
    piece = BAIT[name]
    small, large = piece * (6_000 // len(piece)), piece * (24_000 // len(piece))
    seconds(small[:1_000])
    short = min(seconds(small), seconds(small))
    assert seconds(large) < 9 * short + 0.25


@pytest.mark.slow
@pytest.mark.parametrize("name", BAIT)
def test_a_megabyte_of_bait_hides_nothing(name):
    """The name after it is found, in bounded time."""
    started = time.process_time()
    found = find(
        body(
            BAIT[name] * (1_000_000 // len(BAIT[name]))
            + "\n\nAmelia Thompson has autism. UPN N999000123001\n"
        )
    )
    assert {"pupil-name", "upn", "personal-data"} <= {
        f.kind for f in found if f.person == "p1" or f.people or f.count > 1
    }
    assert time.process_time() - started < 200  # far from what a square would take
