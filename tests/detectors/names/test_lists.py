"""The lists that judge names say each word once, and each of their sections is read."""

from collections import Counter
from dataclasses import fields

import pytest

from detectors import terms
from detectors.recognize.name_lists import NameLists, lists

OF_WORDS = ("weak_words", "name_context", "not_people")
OF_PHRASES = {"phrases", "also children"}


@pytest.mark.parametrize("name", [*OF_WORDS, "famous_names"])
def test_no_section_says_a_word_twice(name):
    """A word that stands twice is struck out once, and stays."""
    for section, lines in terms.read(name).items():
        said = (
            " ; ".join(lines).split(";") if section in OF_PHRASES or not section else " ".join(lines).split()
        )
        often = Counter(word.strip() for word in said if word.strip()).most_common(1)
        assert [(word, n) for word, n in often if n > 1] == [], section


def test_every_section_is_read():
    """A list that nobody reads looks as if it judged."""
    judging = {word for field in fields(NameLists) for word in getattr(lists(), field.name)}
    for name in ("weak_words", "name_context", "famous_names"):
        for section, lines in terms.read(name).items():
            said = (
                ";".join(lines).split(";")
                if section in OF_PHRASES or not section
                else " ".join(lines).split()
            )
            assert {word.strip() for word in said if word.strip()} <= judging, section
