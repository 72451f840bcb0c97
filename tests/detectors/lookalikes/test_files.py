"""Words in files that stand in a place for something else are read; what such files are made of is no finding."""

import json

import pytest

from tests.support.mail import make_message
from tests.support.needle import NEEDLE, TOLD, found

SAID = NEEDLE.encode()


def attached(name: str, data: bytes) -> bytes:
    return make_message(attach=((name, "application/octet-stream", data),))


def calendar(line: str) -> bytes:
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Apple Inc.//Mac OS X 10.15//EN\r\nBEGIN:VEVENT\r\n"
    return f"{head}{line}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


@pytest.mark.parametrize(
    "line",
    [
        f"UID:{NEEDLE}",
        f"RRULE:{NEEDLE}",
        f"BEGIN:{NEEDLE}",
        f'LOCATION;X-TITLE="{NEEDLE}":x',
        f'ADR;LABEL="{NEEDLE}":;;x',
        f'DTSTART;TZID="{NEEDLE}":20250101T000000',
        f"NOTE;ENCODING=BASE64:{NEEDLE}",
        f"NOTE;ENCODING=B:{NEEDLE} now",
        f"NOTE:{NEEDLE};base64,QUJDRA==",
    ],
)
def test_words_in_calendars_and_cards_are_read(line: str) -> None:
    assert found(attached("a.ics", calendar(line))) >= TOLD


def test_a_calendar_as_programs_write_it_is_no_finding() -> None:
    line = 'UID:0400-ab@example.org\r\nDTSTART;TZID="GMT Standard Time":20250101T000000\r\nRRULE:FREQ=WEEKLY'
    assert not found(attached("a.ics", calendar(line))) - {"email-address"}


@pytest.mark.parametrize(
    "xml",
    [
        f'<l><f Type="{NEEDLE}">x</f></l>',
        f'<l><f style="{NEEDLE}">x</f></l>',
        f'<l xmlns:a="{NEEDLE}"/>',
        f'<l a="http://schemas. {NEEDLE}"/>',
        f"<l><{NEEDLE.replace(' ', '_')}/></l>",
        f'<!DOCTYPE l SYSTEM "{NEEDLE}"><l>x</l>',
    ],
)
def test_words_in_rare_places_of_xml_are_read(xml: str) -> None:
    assert found(attached("a.xml", f'<?xml version="1.0"?>{xml}'.encode())) >= TOLD


def test_a_name_whose_halves_other_rows_have_too_is_read() -> None:
    """A word that stood there before was left out, and parted the names."""
    rows = "".join(
        f"<p><f>{f}</f><s>{s}</s></p>"
        for f, s in (("Amelia", "Kite"), ("Zed", "Thompson"), ("Amelia", "Thompson"))
    )
    assert found(attached("a.xml", f'<?xml version="1.0"?><l>{rows}<n>diabetes</n></l>'.encode())) >= TOLD


def test_both_values_of_a_key_that_stands_twice_are_read() -> None:
    assert found(attached("a.json", json.dumps({"note": NEEDLE})[:-1].encode() + b', "note": "x"}')) >= TOLD
    assert found(attached("a.json", b'{"note": "x"}\n{"note": "%b", "note": "x"}' % SAID)) >= TOLD


def test_an_old_mail_as_text_keeps_the_words_of_its_fields() -> None:
    assert found(attached("a.txt", f"From: me\nSubject: you\nReferences: {NEEDLE}\n\nbye\n".encode())) >= TOLD
