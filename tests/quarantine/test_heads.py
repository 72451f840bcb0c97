"""Signed heads: one a day, checked by another program, and a chain that was written anew no longer fits them."""

import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from quarantine import audit, heads
from quarantine.models import AuditEvent, ChainHead, SignedHead
from tests.support.stopped import NOW


def _append(count: int) -> None:
    with transaction.atomic():
        for _ in range(count):
            audit.append("held", now=NOW, school="s", reference="r", actor="dpo")


@pytest.fixture
def three_days(transactional_db):
    """Two events on each of three days, and each day's end signed."""
    for day in range(3):
        _append(2)
        heads.sign_due(now=NOW + timedelta(days=day))


def test_one_head_a_day(transactional_db):
    """However often it is asked for; and none before the first event."""
    assert heads.sign_due(now=NOW) == []
    _append(2)
    (head,) = heads.sign_due(now=NOW)
    assert (head.number, head.hash) == (2, ChainHead.objects.get().hash)
    _append(1)
    assert heads.sign_due(now=NOW + timedelta(minutes=1)) == []
    (head,) = heads.sign_due(now=NOW + timedelta(days=1))
    assert head.number == 3


def test_a_sound_chain_contains_its_heads(three_days, tmp_path: Path):
    """Those in the database and those kept in a folder."""
    assert heads.write(tmp_path) == 3
    assert heads.read_folder(tmp_path) == heads.signed_here()
    assert audit.verify(heads.signed_here()).problem == ""


def test_a_chain_written_anew_is_found(three_days, tmp_path: Path):
    """Whoever can write every row makes a chain that is sound in itself; the head that was kept gives it away."""
    heads.write(tmp_path)
    AuditEvent.objects.all().delete()
    ChainHead.objects.all().delete()
    _append(6)
    assert audit.verify().problem == ""
    report = audit.verify(heads.read_folder(tmp_path))
    assert (report.problem, report.number) == (audit._REWRITTEN, 2)


def test_a_chain_cut_short_is_found(three_days, tmp_path: Path):
    """Also where its recorded end was cut with it."""
    heads.write(tmp_path)
    AuditEvent.objects.filter(number__gt=4).delete()
    ChainHead.objects.update(number=4, hash=AuditEvent.objects.get(number=4).hash)
    assert audit.verify().problem == ""
    assert audit.verify(heads.read_folder(tmp_path)).problem == audit._CUT


def test_heads_stay_true_when_old_events_are_emptied(three_days):
    """Retention takes who and what; the heads still fit."""
    AuditEvent.objects.update(details=None, actor="", salt="")
    assert audit.verify(heads.signed_here()).problem == ""


@pytest.mark.parametrize("change", ["statement", "signature", "key"])
def test_an_altered_head_is_refused(three_days, tmp_path: Path, change: str):
    """Nothing is compared with a head that nobody signed."""
    heads.write(tmp_path)
    day = SignedHead.objects.order_by("day")[0].day
    path = {"statement": f"{day}.json", "signature": f"{day}.sig", "key": heads.KEY_FILE}[change]
    content = (tmp_path / path).read_bytes()
    (tmp_path / path).write_bytes(content.replace(b'"events":2', b'"events":1').swapcase())
    with pytest.raises(heads.HeadError):
        heads.read_folder(tmp_path)


def test_a_missing_file_is_named(three_days, tmp_path: Path):
    """What the folder lacks is said."""
    heads.write(tmp_path)
    (tmp_path / heads.KEY_FILE).unlink()
    with pytest.raises(heads.HeadError, match=re.escape(heads.KEY_FILE)):
        heads.read_folder(tmp_path)


@pytest.mark.slow
def test_openssl_checks_a_head(three_days, tmp_path: Path):
    """The check needs nothing of ours: the command that docs/audit.md gives says yes, and no to a changed line."""
    heads.write(tmp_path)
    day = SignedHead.objects.order_by("day")[0].day
    words = ["pkeyutl", "-verify", "-pubin", "-inkey", heads.KEY_FILE, "-rawin", "-in", f"{day}.json"]
    words = [shutil.which("openssl") or "openssl", *words, "-sigfile", f"{day}.sig"]
    assert subprocess.run(words, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    with (tmp_path / f"{day}.json").open("a") as line:
        line.write(" ")
    assert subprocess.run(words, cwd=tmp_path, check=False, capture_output=True).returncode != 0
