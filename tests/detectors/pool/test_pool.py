"""The pool answers for every message, whatever it does to a worker, and is healthy for the next one."""

import asyncio
import os
import signal
import time
import zlib

import psutil
import pytest

from detectors import loads
from detectors.findings import Read
from detectors.limits import Limits
from detectors.pool import Busy, Pool, WorkerError
from detectors.sandbox import SandboxError
from detectors.warmth import EMPTY, SAMPLE
from tests.support.mail import make_message

pytestmark = pytest.mark.slow

LETTER = make_message(body="Dear parent, Wilhelmina Warmington is well.\r\n")


def endless_pdf(pieces: int = 2_000_000) -> bytes:
    """A page of so many pieces, which takes a renderer seconds, in a few kilobytes."""
    content = zlib.compress(b"BT /F1 9 Tf 1 0 0 1 9 9 Tm " + b"(x) Tj " * pieces + b" ET", 9)
    head = (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1"
        b"/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(content)
    )
    return head + content + b"\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%EOF"


def slow_message() -> bytes:
    """A harmless attachment beside one that does not end."""
    return make_message(
        attach=(
            ("slow.pdf", "application/pdf", endless_pdf()),
            ("note.txt", "text/plain", b"Wilhelmina Warmington\r\n"),
        )
    )


def run(story, **settings):
    """Run a story with a pool, on a loop of its own."""

    async def whole():
        options = {
            "workers": 1,
            "limits": Limits(part_seconds=1.0),
            "deadline": 8.0,
            "queue_timeout": 10.0,
        } | settings
        made = Pool(EMPTY, **options)
        await made.start()
        try:
            return await story(made)
        finally:
            await made.close()

    return asyncio.run(whole())


def kinds(scan):
    return {f.kind for f in scan.findings}


def workers_of_this_process() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_a_message_is_read_and_its_findings_come_back():
    scan = run(lambda pool: pool.scan(SAMPLE))
    assert {p.sniffed for p in scan.parts} >= {"eml", "txt", "html", "pdf", "xlsx", "docx", "csv"}
    assert all(p.read is Read.WHOLE for p in scan.parts)
    assert "pupil-name" in kinds(scan)


@pytest.mark.slow
def test_a_part_that_does_not_end_is_left_out_and_the_others_are_read():
    async def story(pool):
        began = time.monotonic()
        scan = await pool.scan(slow_message())
        assert time.monotonic() - began < 20
        return scan, await pool.scan(LETTER)

    scan, after = run(story)
    parts = {p.sniffed: p for p in scan.parts}
    assert any(f.kind in {"unreadable:deadline", "unreadable:time"} and f.part != "0" for f in scan.findings)
    assert any(p.read is Read.NOT or p.read is Read.IN_PART for p in scan.parts)
    assert parts["txt"].read is Read.WHOLE
    assert "pupil-name" in kinds(scan)
    assert not {k for k in kinds(after) if k.startswith("unreadable")}


@pytest.mark.slow
def test_a_message_beyond_its_deadline_is_unreadable_and_the_pool_goes_on():
    async def story(pool):
        return await pool.scan(slow_message()), await pool.scan(LETTER)

    late, after = run(story, deadline=0.7)
    assert kinds(late) & {"unreadable:deadline", "unreadable:time"}
    assert "pupil-name" in kinds(after)


@pytest.mark.slow
def test_a_worker_that_is_killed_is_a_finding_and_is_replaced():
    async def story(pool):
        scanning = asyncio.create_task(pool.scan(slow_message()))
        await until(lambda: not pool._turns._free)
        victim = next(iter(pool._all)).pid
        os.kill(victim, signal.SIGKILL)
        return await scanning, await pool.scan(LETTER)

    scan, after = run(story)
    assert kinds(scan) & {"unreadable:worker-crash", "unreadable:deadline", "unreadable:time"}
    assert "pupil-name" in kinds(after)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["worker", "template"])
def test_who_is_killed_between_two_messages_harms_neither(which):
    """The next message is read by a new worker, of a new template if need be: it is not held for what it did not do."""

    async def story(pool):
        await pool.scan(LETTER)
        victim = next(iter(pool._all)).pid if which == "worker" else pool._forks._template.pid
        os.kill(victim, signal.SIGKILL)
        return await pool.scan(LETTER), await pool.scan(LETTER)

    for scan in run(story, deadline=20.0):
        assert "pupil-name" in kinds(scan)
        assert not {k for k in kinds(scan) if k.startswith("unreadable")}


@pytest.mark.slow
def test_memory_beyond_the_limit_is_a_finding_and_the_pool_goes_on():
    huge = zlib.compress(b"BT (x) Tj ET " + b" " * 600_000_000, 9)
    pdf = (
        endless_pdf().split(b"4 0 obj")[0]
        + b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(huge)
        + huge
    )
    pdf += b"\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%EOF"

    async def story(pool):
        return await pool.scan(make_message(attach=(("x.pdf", "application/pdf", pdf),))), await pool.scan(
            LETTER
        )

    scan, after = run(story, memory=900_000_000, limits=Limits())
    assert any(k.startswith("unreadable:") for k in kinds(scan))
    assert "pupil-name" in kinds(after)


@pytest.mark.slow
def test_no_free_worker_in_time_is_busy_and_nothing_is_lost():
    async def story(pool):
        first = asyncio.create_task(pool.scan(slow_message()))
        await until(lambda: not pool._turns._free)
        with pytest.raises(Busy):
            await pool.scan(LETTER)
        await first
        return await pool.scan(LETTER)

    assert "pupil-name" in kinds(run(story, queue_timeout=0.2))


def test_a_new_directory_counts_from_the_next_message():
    from dataclasses import replace

    async def story(pool):
        await pool.replace_directory(replace(EMPTY, pupils=(), version="later"))
        return await pool.scan(LETTER)

    scan = run(story)
    assert scan.versions["directory"] == "later"
    assert "pupil-name" not in kinds(scan)


def test_a_file_is_protected_in_the_sandbox():
    async def story(pool):
        name, data = await pool.protect(b"hello", kind="txt", name="Amara Okafor.txt", password="long enough")
        with pytest.raises(WorkerError):
            await pool.protect(b"not a pdf", kind="pdf", name="x.pdf", password="long enough")
        return name, data

    name, data = run(story)
    assert name == "attachment.zip"
    assert b"Amara" not in data
    assert data.startswith(b"PK")


def test_closing_leaves_no_process_and_no_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def story(pool):
        assert workers_of_this_process()
        assert list(tmp_path.iterdir())

    run(story)
    assert workers_of_this_process() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wait", [0, 0.01, 0.03])
def test_closing_at_once_leaves_nothing_of_workers_that_were_being_made(tmp_path, monkeypatch, wait):
    """The first worker serves while the others are made: they end with the pool all the same."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def whole():
        pool = Pool(EMPTY, workers=3)
        await pool.start()
        await asyncio.sleep(wait)
        await pool.close()

    asyncio.run(whole())
    assert workers_of_this_process() == []
    assert list(tmp_path.iterdir()) == []


def test_it_refuses_to_start_where_no_barrier_can_be_had(monkeypatch):
    import detectors.launch as module

    blind = module._PROGRAM.replace(
        "from detectors.template",
        "import detectors.sandbox as s; s.enter = lambda folder, *, memory: (); from detectors.template",
    )
    monkeypatch.setattr(module, "_PROGRAM", blind)
    with pytest.raises(SandboxError):
        asyncio.run(_start(Pool(EMPTY, workers=1)))
    asyncio.run(_start(Pool(EMPTY, workers=1, require_sandbox=False)))


async def _start(pool: Pool) -> None:
    try:
        await pool.start()
    finally:
        await pool.close()


async def until(true) -> None:
    """Wait for a condition, at most ten seconds."""
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


def test_the_endless_page_is_small():
    assert len(endless_pdf()) < 100_000


def test_one_sender_in_a_loop_does_not_keep_all_workers(monkeypatch):
    """Whoever was slow lately gets one of two workers, and the mail of others goes on beside it."""
    monkeypatch.setattr(loads, "FREE", 0.1)
    monkeypatch.setattr(loads, "SLOW", 0.5)

    async def story(pool):
        await pool.scan(slow_message(), "loop@example.sch.uk")
        again = [asyncio.create_task(pool.scan(slow_message(), "loop@example.sch.uk")) for _ in range(3)]
        await asyncio.sleep(0)
        for _ in range(3):
            await pool.scan(LETTER, "teacher@example.sch.uk")
        waited = any(task.done() for task in again)
        return waited, await asyncio.gather(*again)

    waited, scans = run(story, workers=2)
    assert not waited
    assert all("unreadable:deadline" in {f.kind for f in scan.findings} for scan in scans)
