"""When a worker has answered, no look-up remembers a word, a day or a number of the message."""

import functools
import gc
import io
from unittest import mock

import pytest

from detectors import frames, worker
from detectors.limits import Limits
from detectors.recognize import findings, forms
from detectors.recognize.forgetting import LOOK_UPS, forget
from detectors.scan import scan
from tests.support.mail import make_message
from tests.support.people import SCHOOL

LETTER = make_message(
    subject="Zebedee Quillfeather, Oscar Green",
    body="Amelia Thompson, DOB 14/05/2014, mum Zebedina 07700 900123, T.R.N. 1923685.\r\n",
    attach=(("list.csv", "text/csv", b"Forename,Surname,DOB\nAmelia,Thompson,14/05/2014\nQuill,Feather,15/05/2014\n"),),
)  # fmt: skip
OWN_LISTS = (findings._of_word,)  # words of the product's lists


def bounded():
    """Every look-up of the detectors that keeps its last answers."""
    gc.collect()
    return [
        one
        for one in gc.get_objects()
        if isinstance(one, functools._lru_cache_wrapper)
        and one.__module__.startswith("detectors.")
        and one.cache_info().maxsize is not None
    ]


def unbounded():
    gc.collect()
    return {
        f"{one.__module__}.{one.__qualname__}": one.cache_info().currsize
        for one in gc.get_objects()
        if isinstance(one, functools._lru_cache_wrapper)
        and one.__module__.startswith("detectors.")
        and one.cache_info().maxsize is None
    }


def test_every_look_up_that_meets_mail_is_emptied():
    scan(LETTER, SCHOOL)
    assert sum(one.cache_info().currsize for one in LOOK_UPS) > 5
    forget()
    assert {one.__qualname__ for one in bounded() if one.cache_info().currsize} <= {"_of_word"}
    assert {id(one) for one in bounded()} == {id(one) for one in (*LOOK_UPS, *OWN_LISTS)}


def test_what_is_kept_for_good_does_not_grow_with_mail():
    """Tables of the product itself: another message with other words adds nothing to them."""
    scan(LETTER, SCHOOL)
    before = unbounded()
    scan(LETTER.replace(b"Quill", b"Grump").replace(b"14/05", b"12/03").replace(b"0123", b"0456"), SCHOOL)
    assert unbounded() == before


def test_forgetting_changes_no_finding():
    first = scan(LETTER, SCHOOL)
    forget()
    assert scan(LETTER, SCHOOL) == first


@pytest.mark.parametrize("raw", [LETTER, b"", b"\xff\0\n" * 50], ids=["letter", "nothing", "noise"])
def test_a_worker_forgets_after_each_answer(raw):
    """It once kept the last 20,000 words."""
    setup = frames.Setup(directory=SCHOOL, limits=Limits(), memory=0, require_sandbox=False)
    target = io.BytesIO()
    source = io.BytesIO(frames.pack_request(frames.Ask()) + frames.HEAD.pack(len(raw)) + raw)
    forms.parts_of("Zebedee Quillfeather")
    with mock.patch.object(worker.sandbox, "allow_cpu"):
        worker._work(source, target, setup, lambda _: None)
    assert target.getvalue()
    assert not any(one.cache_info().currsize for one in LOOK_UPS)
