"""A message parsed quickly is the message that the standard library parses, whatever its bytes."""

import base64
from email import message_from_bytes
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.extract import message

LONG = base64.encodebytes(bytes(range(256)) * 40).replace(b"\n", b"\r\n")
PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n", b"Content-Transfer-Encoding: base64\r\n", b"\r\n", b"\n",
        b"--b\r\n", b"--b--\r\n", LONG, LONG, LONG.replace(b"\r", b""), LONG[:-20], LONG[40:], LONG.replace(b"A", b" ", 1), b"Subject: x\r\n", b"text\r\n",
        b"\r\n" + LONG, b"--bb\r\n\r\n", b" folded\r\n", b"\r", b"Content-Type: multipart/mixed; boundary=bb\r\n\r\n", b"\xff\r\n",
    ]
)  # fmt: skip


def tree(one):
    content = one.get_payload()
    inner = [tree(part) for part in content] if isinstance(content, list) else content
    decoded = None if one.is_multipart() else one.get_payload(decode=True)
    return one.items(), inner, decoded, one.preamble, one.epilogue, [type(d) for d in one.defects]


@settings(deadline=None)
@given(st.lists(PIECES, max_size=14).map(b"".join))
def test_the_tree_is_the_standard_librarys(raw):
    """Header fields, content, what stands around it, and defects."""
    assert tree(message.parse(raw)) == tree(message_from_bytes(raw))


def test_long_base64_is_not_walked():
    """Else the property above would compare the standard library with itself."""
    raw = b"Content-Transfer-Encoding: base64\r\n\r\n" + LONG
    with mock.patch.object(message, "message_from_bytes", wraps=message_from_bytes) as parsed:
        assert tree(message.parse(raw)) == tree(message_from_bytes(raw))
    (((lean,), _),) = parsed.call_args_list
    assert len(lean) < 400


def test_long_base64_whose_last_line_is_full_and_ends_in_padding_is_not_walked():
    """One attachment in thirty ends so, and was walked line by line."""
    lines = base64.encodebytes(bytes(57 * 300 - 1)).replace(b"\n", b"\r\n")
    assert lines.endswith(b"=\r\n")
    assert len(lines.splitlines()[-1]) == 76
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + lines
        + b"\r\n--b--\r\n"
    )
    with mock.patch.object(message, "message_from_bytes", wraps=message_from_bytes) as parsed:
        assert tree(message.parse(raw)) == tree(message_from_bytes(raw))
    assert all(len(lean) < 500 for (lean,), _ in parsed.call_args_list)
