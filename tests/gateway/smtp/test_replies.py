"""The table of replies: well formed, complete, documented, and the only source of what clients hear."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.replies import LINE_LIMIT, REPLIES, Reply
from gateway.smtp.refused import Refused

ROOT = Path(__file__).parents[3]
WORDS = {"hostname": "gw.example.sch.uk", "id": "X", "reason": "r", "usage": "u", "parameter": "P"}


@pytest.mark.parametrize("name", REPLIES)
def test_each_reply_is_well_formed(name: str) -> None:
    """Code, enhanced status code of the same class (but where RFC 2034 has none) and one line of plain ASCII."""
    reply = REPLIES[name].fill(**WORDS)
    enhanced = (
        ""
        if reply.code in (220, 250, 354) and not reply.enhanced
        else rf"{reply.code // 100}\.\d\.\d{{1,3}} "
    )
    assert re.fullmatch(rf"{reply.code} {enhanced}[ -~]+\r\n", reply.wire().decode("ascii"))
    assert len(reply.wire()) <= 200
    assert reply.accepted + reply.deferred + reply.refused == (reply.code != 354)


@pytest.mark.parametrize("name", [n for n, r in REPLIES.items() if not r.enhanced])
def test_only_greeting_hello_and_data_have_no_enhanced_code(name: str) -> None:
    assert name in {"greeting", "hello", "send_data"}


def test_a_class_is_never_typed_wrong() -> None:
    """The enhanced code's class follows the code, whatever was written."""
    assert Reply(451, "5.3.0", "x").wire() == b"451 4.3.0 x\r\n"


def test_several_lines() -> None:
    assert Reply(550, "5.7.1", "one\ntwo").wire() == b"550-5.7.1 one\r\n550 5.7.1 two\r\n"


@given(st.text(max_size=700))
def test_no_text_breaks_the_protocol(text: str) -> None:
    """Whatever a policy or another server wrote: printable ASCII lines within the limit, all of one reply."""
    wire = Reply(550, "5.7.1", text).wire().decode("ascii")
    assert wire.endswith("\r\n")
    *first, last = wire[:-2].split("\r\n")
    assert all(re.fullmatch(r"550-5\.7\.1[ -~]*", line) and len(line) <= LINE_LIMIT for line in first)
    assert re.fullmatch(r"550 5\.7\.1[ -~]*", last)
    assert len(last) <= LINE_LIMIT


def literal_names() -> set[str]:
    """Every string in the gateway's code that names a reply."""
    names = set()
    for path in (ROOT / "gateway").rglob("*.py"):
        if path == ROOT / "gateway/replies.py":
            continue
        strings = (n.value for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Constant))
        names |= {s for s in strings if isinstance(s, str) and s in REPLIES}
    return names


def test_no_reply_is_idle() -> None:
    """Each row of the table is said somewhere."""
    assert literal_names() == set(REPLIES)


PIPELINE = {
    "held",
    "checked",
    "not_checked",
    "blocked",
    "busy",
    "next_hop_down",
    "next_hop_no_8bitmime",
    "next_hop_no_smtputf8",
}


def test_each_reply_of_a_session_is_provoked() -> None:
    """For each row some dialog or test makes a real session say it."""
    folder = Path(__file__).parent
    said = "".join(p.read_text() for p in [*folder.glob("dialogs/*.txt"), *folder.glob("test_*.py")])
    for name in set(REPLIES) - PIPELINE:
        reply = REPLIES[name]
        text = reply.text.partition("{")[0].rstrip()
        assert f"{reply.code} {reply.enhanced} {text}".replace("  ", " ") in said, name


def test_a_refusal_needs_a_row() -> None:
    with pytest.raises(KeyError):
        Refused("nonsense")


def test_all_replies_are_documented() -> None:
    """docs/smtp.md has a row for each, with its codes."""
    rows = set(
        re.findall(r"^\| `(\w+)` \| (\d{3}) ([\d.]*) ?\|", (ROOT / "docs/smtp.md").read_text(), re.MULTILINE)
    )
    assert rows == {(name, str(r.code), r.enhanced) for name, r in REPLIES.items()}
