"""Addresses and numbers in one form; likeness of a local part to a name; free-mail domains."""

from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.recognize import addresses
from detectors.recognize.addresses import (
    is_free_mail,
    likeness,
    normalise_email,
    normalise_phone,
    spelled_addresses,
)
from tests.support.people import body, find, header

EQUAL = [
    ("Sarah.Green84@GMail.com", "sarahgreen84@googlemail.com"),
    ("mailto:a.b@example.org", "<A.B@EXAMPLE.ORG>"),
    ("jo+school@example.org", "jo@example.org"),
    ("jo@münchen.example", "jo@xn--mnchen-3ya.example"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_one_mailbox_has_one_form(one, other):
    assert normalise_email(one) == normalise_email(other) != ""


@pytest.mark.parametrize("text", ["", "nobody", "@example.org", "a b@example.org", "a@"])
def test_no_address_has_no_form(text):
    assert normalise_email(text) == ""


@given(st.text(max_size=80))
def test_any_text_has_a_form_or_none(text):
    """Normalising never fails, and what is normal stays so."""
    assert normalise_email(normalise_email(text)) == normalise_email(text)
    assert isinstance(normalise_phone(text), str)


@pytest.mark.parametrize(
    "text", ["07700 900123", "+44 7700 900123", "+44 (0)7700 900123", "0044 7700 900123", "07700-900123"]
)
def test_one_number_has_one_form(text):
    assert normalise_phone(text) == "+447700900123"


LIKE = [
    ("Sarah Green", "sarahgreen84", 0.8, 1.0),
    ("Sarah Green", "s.green.home", 0.8, 1.0),
    ("Sarah Green", "sgreen.teacher", 0.8, 1.0),
    ("Sarah Green", "green.sarah", 0.8, 1.0),
    ("Seán O'Brien", "sean.obrien", 0.8, 1.0),
    ("Sarah Green", "d.green", 0.0, 0.79),
    ("Sarah Green", "green", 0.0, 0.6),
    ("Sarah Green", "greenfingers", 0.0, 0.6),
    ("Sarah Green", "jo.thompson", 0.0, 0.3),
    ("", "x", 0.0, 0.0),
]


@pytest.mark.parametrize(("name", "local", "least", "most"), LIKE)
def test_likeness(name, local, least, most):
    """A husband with the same surname is no likeness; forename or initial and surname are."""
    assert least <= likeness(name, local) <= most


@pytest.mark.parametrize(
    "domain", ["gmail.com", "btopenworld.com", "talktalk.net", "tutanota.com", "hey.com", "virginmedia.com"]
)
def test_free_mail(domain):
    assert is_free_mail(domain)


@pytest.mark.parametrize(
    "domain", ["example.sch.uk", "leeds.gov.uk", "nhs.net", "police.uk", "ox.ac.uk", "company.com"]
)
def test_not_free_mail(domain):
    assert not is_free_mail(domain)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("sarahgreen84 at gmail dot com", "sarahgreen84@gmail.com"),
        ("write to sam(at)gmail.com", "sam@gmail.com"),
        ("sam [at] yahoo [dot] co [dot] uk", "sam@yahoo.co.uk"),
    ],
)
def test_spelled_out(text, address):
    assert [a for _, _, a in spelled_addresses(text)] == [address]


@pytest.mark.parametrize(
    "text", ["meet at school. come early", "Look at example.org", "We are at home on dot com day"]
)
def test_prose_is_no_address(text):
    assert spelled_addresses(text) == []


def test_what_is_likely_private_is_marked():
    """By the name it carries, the words beside it, or its place in the head; families' addresses never are."""
    texts = {
        "mail me at sgreen.teacher@yahoo.co.uk": ("email-address", "weak", "s1"),
        "my personal email is xyz123@gmail.com": ("email-address", "weak", ""),
        "the caterer is cook@gmail.com": ("email-address", None, ""),
        "my mobile 07700 900456": ("phone", "weak", ""),
        "ring the office 01632 960100": ("phone", None, ""),
        "email me about jo.t@btinternet.com": ("email-address", None, ""),
    }
    for text, (kind, strength, person) in texts.items():
        (found,) = [f for f in find(body(text)) if f.kind == kind]
        assert (found.strength, found.person) == (strength, person), text


def test_addresses_in_the_head_say_which_field():
    found = find(header("From", "S <s.green@example.sch.uk>"), header("Reply-To", "a.b.c@gmail.com"))
    assert [(f.kind, f.place, f.strength) for f in found if f.kind == "header-address"] == [
        ("header-address", "From", None),
        ("header-address", "Reply-To", "weak"),
    ]


@given(
    st.tuples(
        st.sampled_from(["0", "(0", "+44", "+44 (0)", "(+44", "00", "07", "+1"]),
        st.lists(st.sampled_from([*"0123456789", " ", ")", "-", ". ", "(", "  ", "٤", "x"]), max_size=24),
    ).map(lambda parts: parts[0] + "".join(parts[1]))
)
def test_a_plain_number_is_worked_out_as_the_library_does(text):
    """Most numbers need no library: what is made of them is the same."""
    assert addresses.phone_in_text(text) == addresses.normalise_phone(text)


@pytest.mark.parametrize("text", ["07700 900123", "(0161) 496 0123", "+44 7700 900123", "01614960123"])
def test_the_usual_ways_are_plain(text):
    with mock.patch.object(addresses, "normalise_phone", side_effect=AssertionError):
        assert addresses.phone_in_text.__wrapped__(text).startswith("+44")
