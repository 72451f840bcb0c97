"""Can everybody who gets a file read it? The verdict on every lock; and what is open is always read."""

import pytest

from detectors.findings import Protection, Read
from detectors.limits import Limits
from tests.corpus.locks import quick
from tests.corpus.locks.archives import archives
from tests.corpus.locks.programs import by_programs
from tests.corpus.locks.verdict import LOOKALIKE, NONE
from tests.corpus.reading import kinds, read_file, text


def judge(name, data, verdict):
    out = read_file(name, data, Limits(try_seconds=0))
    part = out.nodes[1]
    assert part.protection is verdict, (part.protection, part.how, part.why, part.type)
    if verdict in {NONE, LOOKALIKE}:
        assert "Quill" in text(out) or name in {"book.xlsx", "nested.zip"}
        assert not [k for k in kinds(out) if k.startswith("unreadable")]
    else:
        assert part.read is not Read.WHOLE
        assert f"protected:{verdict.value}" in kinds(out)
        assert not any("Quill Inside" in e.text for e in out.extracts)


@pytest.mark.parametrize(
    ("name", "data", "verdict"), quick(), ids=lambda v: v if isinstance(v, str) and len(v) < 40 else ""
)
def test_the_verdict_on_what_libraries_make(name, data, verdict):
    judge(name, data, verdict)


@pytest.mark.slow
def test_the_verdict_on_what_programs_make(tmp_path):
    wrong = []
    for name, data, verdict in by_programs(tmp_path):
        try:
            judge(name, data, verdict)
        except AssertionError as error:
            wrong.append((name, str(error)[:200]))
    assert wrong == []


def test_names_in_a_locked_archive_are_read():
    [(name, data, _)] = [row for row in archives() if row[0] == "aes256.zip"]
    out = read_file(name, data, Limits(try_seconds=0))
    assert "Quill List.txt" in [e.text for e in out.extracts]


def test_a_flag_alone_is_a_lookalike_and_the_entry_is_read():
    [(name, data, _)] = [row for row in archives() if row[0] == "flag.zip"]
    out = read_file(name, data)
    assert [n.protection for n in out.nodes[1:]] == [Protection.NONE, Protection.LOOKALIKE, Protection.NONE][
        :2
    ]
    assert "Quill Inside" in text(out)
