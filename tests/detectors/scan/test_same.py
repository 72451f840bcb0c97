"""The quick way finds in each message what the slow plain way finds; `python -m bench.mail.same` asks it of 300 messages."""

from unittest import mock

import pytest

from bench.mail.same import mix, pairs
from detectors.extract import message, xlsx_grid, xml
from detectors.recognize import first_pass, fold
from tests.support.slow_way import slowly

pytestmark = pytest.mark.slow

SHORT_CUTS = (
    (first_pass, "look"),
    (message, "_lean"),
    (xlsx_grid, "_rows"),
    (xml, "_sweep_quickly"),
    (fold, "words"),
    (fold, "words_and_numbers"),
)


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """Forty messages of the school mix, a third of which names a pupil, and the school's directory."""
    return mix(tmp_path_factory.mktemp("mix"), n=40, leaks=0.34, seed=11)


def test_each_message_says_the_same(school):
    """Parts, findings and their order are equal, and there is something to find."""
    kinds = set()
    for quick, slow in pairs(*school, None):
        assert quick == slow
        kinds |= {f.kind for f in slow.findings}
    assert {"pupil-name", "nhs-number", "phone", "sensitive-term", "personal-data"} <= kinds


def test_the_slow_way_takes_no_short_cut(school):
    """Else the test above would compare the quick way with itself."""
    directory, messages = school
    largest = max(messages, key=len)
    for place, name in SHORT_CUTS:
        with mock.patch.object(place, name, side_effect=AssertionError(name)) as taken:
            slowly(largest, directory)
        taken.assert_not_called()


def test_a_lost_finding_is_noticed(school):
    """A quick way that overlooks telephone numbers differs from the slow one."""
    directory, messages = school
    looked = first_pass.looked

    def short_sighted(extract):
        one = looked(extract)
        one.seen = first_pass.Seen(shapes=(), words={})
        return one

    with mock.patch("detectors.recognize.recognition.looked", short_sighted):
        assert any(quick != slow for quick, slow in pairs(directory, messages[:10], None))
