"""How far a worker is stands in memory that both see: the last word counts, and no worker can harm who reads it."""

import os
import socket

import pytest

from detectors.progress import Progress, told


@pytest.fixture
def both():
    ours, its = socket.socketpair()
    with ours, its:
        progress = Progress()
        progress.hand_over(ours)
        yield progress, told(its.fileno())
        progress.close()


def test_the_last_word_counts(both):
    """Nothing at first; then what was told last; nothing again for the next message."""
    progress, tell = both
    assert progress.read()[0] == ""
    for number in range(5):
        tell(f"0/{number}", float(number + 1))
        assert progress.read() == (f"0/{number}", number + 1.0)
    progress.begin()
    assert progress.read()[0] == ""
    tell("0/1/2", 9.0)
    assert progress.read() == ("0/1/2", 9.0)


def test_what_is_half_written_does_not_count(both):
    """A worker that ends in the middle: who looks sees the part before it."""
    progress, tell = both
    tell("0/1", 1.0)
    before = progress._page[0]
    tell("0/2", 2.0)
    progress._page[0] = before  # as if the last byte had not been written any more
    assert progress.read() == ("0/1", 1.0)


@pytest.mark.parametrize("first", range(256))
def test_any_page_can_be_read(both, first):
    """A worker that was taken over may write anything: a short text comes out, or none."""
    progress, _ = both
    progress._page[:] = bytes([first]) + os.urandom(len(progress._page) - 1)
    at, _ = progress.read()
    assert len(at) <= 1_000


def test_the_page_cannot_be_cut_short():
    """Who looks at a page that is no longer there is killed by the kernel: the gateway would go down with its worker."""
    ours, its = socket.socketpair()
    with ours, its:
        progress = Progress()
        progress.hand_over(ours)
        _, (file,), _, _ = socket.recv_fds(its, 1, 1)
        with pytest.raises(PermissionError):
            os.ftruncate(file, 0)
        os.close(file)
        progress.close()


def test_a_long_name_is_cut(both):
    """There is room for some hundred levels."""
    progress, tell = both
    tell("0/" * 2_000, 1.0)
    assert progress.read()[0] == ("0/" * 2_000)[:1_000]
