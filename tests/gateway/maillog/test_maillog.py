"""The mail log: JSON lines of ids, kinds, codes and counts; whatever is not one of our words is withheld."""

import inspect
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import maillog

EVENTS = {
    name: function
    for name, function in vars(maillog).items()
    if inspect.isfunction(function) and not name.startswith("_") and name not in {"configure", "word"}
}
PERSONAL = ["Amelia Thompson", "a.thompson@example.org", "Zoë", "07700 900123", "a\nb", "x" * 81]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    maillog.configure(stream)
    yield stream
    maillog.configure()


def value_for(parameter: inspect.Parameter, text: str) -> Any:
    """A value of the parameter's type; `text` wherever a text may stand."""
    kinds = {"int": 1, "float": 1.5, "bool": True, "str": text}
    name = getattr(parameter.annotation, "__name__", "")
    return kinds.get(name, [text])


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize("text", PERSONAL)
def test_no_event_lets_a_personal_value_through(stream: io.StringIO, name: str, text: str) -> None:
    """Whichever text reaches whichever field of whichever event: names, addresses and numbers are withheld."""
    parameters = inspect.signature(EVENTS[name]).parameters
    EVENTS[name](**{n: value_for(p, text) for n, p in parameters.items()})
    written = stream.getvalue()
    assert json.loads(written)
    assert text not in json.loads(written).values()
    assert json.dumps(text)[1:-1] not in written


@pytest.mark.parametrize("name", EVENTS)
def test_every_field_of_an_event_is_named_at_the_call(name: str) -> None:
    """Keyword-only: no value can slip into the wrong place, and no event takes a free text or `**fields`."""
    parameters = inspect.signature(EVENTS[name]).parameters.values()
    assert {p.kind for p in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    forbidden = {"subject", "body", "text", "sender", "recipient", "address", "name", "filename", "message"}
    assert not forbidden & {p.name for p in parameters}


def test_an_event_is_one_line_of_json_with_its_time(stream: io.StringIO) -> None:
    """A machine reads it line by line."""
    maillog.held(id="01M80SD1HC9MNKX0VFJ3", action="ask", policies=["attachment-not-encrypted"])
    maillog.deferred(id="01M80SD1HC9MNKX0VFJ4", code=451, cause="busy")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["held", "deferred"]
    assert lines[0]["policies"] == ["attachment-not-encrypted"]
    assert lines[0]["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "text",
    ["01M80SD1HC9MNKX0VFJ3ABCDEF", "unreadable:corrupt", "127.0.0.1", "2001:db8::1", "IntegrityError", ""],
)
def test_our_own_words_stay(text: str) -> None:
    """Ids, kinds, addresses of machines and classes of exceptions are what the log is for."""
    assert maillog.word(text) == text


@given(st.text())
def test_a_word_has_no_space_and_no_at_sign(text: str) -> None:
    """What could be a person's name or address never stays as it is."""
    assert not set(maillog.word(text)) & set(" @\n\t")
