"""The bytes of DATA: nothing but <CR><LF>.<CR><LF> ends a message, and what comes out is what was sent."""

import re
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.smtp.content import END, Content

ROOMY = 10_000_000
# Pieces that matter to the grammar, far likelier than random bytes to make a hard message.
PIECES = st.sampled_from(
    [b"\r\n", b".", b"..", b"\r\n.", b"\r\n..", b"x", b"Subject: y", b"\xff\x00", b"a" * 1200]
)
CONTENT = st.lists(PIECES, max_size=30).map(b"".join)


def stuffed(raw: bytes) -> bytes:
    """RFC 5321 §4.5.2, the sender's half, written as slowly and plainly as it reads."""
    lines = raw.split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({min(c, len(data)) for c in cuts})
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


def feed(content: Content, wire: list[bytes]) -> bytes | None:
    """Feed chunk after chunk; what stood behind the end, or None."""
    for index, chunk in enumerate(wire):
        rest = content.feed(chunk)
        if rest is not None:
            return rest + b"".join(wire[index + 1 :])
    return None


@given(
    raw=CONTENT,
    cuts=st.lists(st.integers(0, 5000), max_size=40),
    behind=st.sampled_from([b"", b"QUIT\r\n", b".\r\n"]),
)
@example(raw=b"", cuts=[], behind=b"")
@example(raw=b".\r\n", cuts=[1, 2, 3], behind=b"")
@example(raw=b"..\r\n.\r\n..", cuts=list(range(20)), behind=b"\r\n.\r\n")
def test_what_was_sent_comes_out(raw: bytes, cuts: list[int], behind: bytes) -> None:
    """Any bytes with whole line endings arrive identical through dot-stuffed DATA, in any chunking."""
    raw = raw + b"\r\n" if raw and not raw.endswith(b"\r\n") else raw
    content = Content(ROOMY)
    rest = feed(content, chunks(stuffed(raw) + b".\r\n" + behind, cuts))
    assert (content.take(), content.refusal, rest) == (raw, "", behind)


@given(data=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300), max_size=20))
def test_chunking_never_changes_the_outcome(data: bytes, cuts: list[int]) -> None:
    """One block or many: the same end, the same refusal, the same bytes behind."""
    whole, pieces = Content(ROOMY), Content(ROOMY)
    wire = data + END
    assert feed(whole, [wire]) == feed(pieces, chunks(wire, cuts))
    assert whole.refusal == pieces.refusal
    assert whole.take() == pieces.take()


@given(data=st.lists(st.sampled_from([b"\r", b"\n", b".", b"a", b"\r\n"]), max_size=12).map(b"".join))
def test_a_bare_cr_or_lf_is_never_taken(data: bytes) -> None:
    """The message is refused exactly when a CR or LF stands alone before the first true end."""
    content = Content(ROOMY)
    feed(content, [data + END])
    before = (b"\r\n" + data + END).split(END)[0] + b"\r\n"
    bare = re.search(rb"\r(?!\n)|(?<!\r)\n", before) is not None
    assert content.refusal == ("bare_newline" if bare else "")


ENDINGS = [b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n\r", b"\x00\n", b"\x0b", b"\x85", b"\xe2\x80\xa8"]


SMUGGLED = b"MAIL FROM:<admin@example.sch.uk>\r\nRCPT TO:<x@example.org>\r\nDATA\r\n"


@pytest.mark.parametrize("before", ENDINGS)
def test_only_the_true_end_ends(before: bytes) -> None:
    """Every spelling of an end-of-data that some other server might see: none but the true one ends our message."""
    for dots, after in product([b".", b"..", b"\x00.", b". "], ENDINGS):
        trap = b"first" + before + dots + after
        content = Content(ROOMY)
        rest = content.feed(trap + SMUGGLED)
        if END in trap + SMUGGLED:
            assert (dots, before[-2:], after[:2]) == (b".", b"\r\n", b"\r\n")
            continue
        assert rest is None, "the smuggled commands are content, or nothing"
        content.feed(END)
        bare = re.search(rb"\r(?!\n)|(?<!\r)\n", trap) is not None
        assert content.refusal == ("bare_newline" if bare else "")


def test_over_the_limit_keeps_nothing() -> None:
    """A stream without end or line break leaves no byte in memory once it is over the limit."""
    content = Content(1000)
    for _ in range(1000):
        assert content.feed(b"x" * 1000) is None
    assert content.refusal == "too_big"
    assert content.feed(END) == b""
    assert content.take() == b""
    assert content.seen == 1_000_005


@pytest.mark.parametrize(("size", "refusal"), [(100, ""), (101, "too_big")])
def test_the_limit_is_exact(size: int, refusal: str) -> None:
    """A message of `limit` bytes is taken; its dots of transparency do not count."""
    raw = b"." * 98 + b"\r\n" if size == 100 else b"." * 99 + b"\r\n"
    content = Content(100)
    content.feed(stuffed(raw) + b".\r\n")
    assert content.refusal == refusal


def test_without_room_nothing_is_kept() -> None:
    """When the total over all sessions is used up the message is refused for now."""
    content = Content(ROOMY, room=lambda size: False)
    content.feed(b"hello\r\n.\r\n")
    assert (content.refusal, content.take()) == ("no_room", b"")
