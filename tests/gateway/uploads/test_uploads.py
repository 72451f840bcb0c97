"""A new export through the console: sent in, read in the sandbox, shown without a value, confirmed, in force; hostile ones are refused in words."""

import asyncio
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from detectors.fingerprints import Fingerprints
from gateway import installation
from gateway.quarantine_calls import Threads
from gateway.settings import DirectoryFiles, NextHop, School, Settings, Storage
from tests.quarantine.console.conftest import person, signed_in  # noqa: F401 - the fixtures
from tests.support.gate import CONTACTS, PUPILS, STAFF

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
PRINTS = Fingerprints(b"k" * 32)
WHOLE = {"pupils.csv": PUPILS, "staff.csv": STAFF, "contacts.csv": CONTACTS}
DTD = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><CTfile>&x;</CTfile>'


class Desk:
    """An officer at the console, and the gateway behind it."""

    def __init__(self, settings, browser):
        self.settings, self.browser = settings, browser

    def page(self):
        return self.browser.get(reverse("lists")).content.decode()

    def send(self, files):
        sent = [
            SimpleUploadedFile(name, raw if isinstance(raw, bytes) else raw.encode())
            for name, raw in files.items()
        ]
        return self.browser.post(reverse("lists-send"), {"export": sent})

    def gate(self, now=NOW):
        """What the mail-out process does next, with the real reader behind its walls."""
        from gateway.uploads import Desk as Work
        from gateway.uploads import take_next

        async def once():
            threads = Threads(1)
            work = Work(
                settings=lambda: self.settings, fingerprints=PRINTS, threads=threads, clock=lambda: now
            )
            try:
                return await take_next(work)
            finally:
                await asyncio.to_thread(threads.close)

        return asyncio.run(once())

    def confirm(self, **ticks):
        from quarantine import uploads

        return self.browser.post(reverse("lists-confirm", args=[uploads.newest().id]), ticks)

    def taken(self, files=WHOLE):
        """One import from end to end."""
        self.send(files)
        self.gate()
        self.confirm(sure="on", shrink="on")
        self.gate()

    def pupils(self):
        found = installation.directory(
            replace(self.settings, directory=replace(self.settings.directory, allow_empty=True)),
            PRINTS,
            today=NOW.date(),
        )
        return sum(pupil.left is None for pupil in found.pupils)


@pytest.fixture
def desk(tmp_path, signed_in):  # noqa: F811 - the fixture
    (tmp_path / "var/keys").mkdir(parents=True)
    settings = Settings(
        school=(School(name="Example", domains=("example.sch.uk",), key="example.sch.uk"),),
        next_hop=NextHop(address="127.0.0.1:2526"),
        directory=DirectoryFiles(),
        storage=Storage(path=tmp_path / "var"),
    )
    return Desk(settings, signed_in("it"))


def kinds():
    from quarantine.models import AuditEvent

    return [e.kind for e in AuditEvent.objects.order_by("number") if e.kind.startswith("directory")]


def row():
    from quarantine.models import DirectoryUpload

    return DirectoryUpload.objects.order_by("-id").first()


def test_an_export_counts_only_once_it_is_confirmed(desk):
    """Looked at: counts and headings, no value, nothing in force. Confirmed: in force, its bytes gone, all of it in the audit."""
    assert desk.send(WHOLE).status_code == 302
    assert "We are looking at it" in desk.page()
    assert b"Thompson" not in bytes(row().files)
    assert desk.gate()
    page = desk.page()
    for value in ("pupils.csv", "legal forename", "New pupils", "Put it in force"):
        assert value in page, value
    for value in ("Thompson", "Amelia", "gmail.com", "N999000123001"):
        assert value not in page, value
    assert desk.pupils() == 0
    assert desk.confirm().status_code == 422
    assert desk.confirm(sure="on").status_code == 302
    assert "It is being put in force" in desk.page()
    assert desk.gate()
    assert desk.pupils() == 6
    assert (row().state, row().files) == ("imported", None)
    assert "6 pupils, 2 staff, 2 contacts" in desk.page()
    assert kinds() == ["directory-uploaded", "directory-confirmed", "directory-imported"]
    assert not desk.gate()


def test_an_export_with_far_fewer_pupils_needs_a_second_tick(desk):
    """The 20 % rule of the command line: one tick is not enough, two are."""
    desk.taken()
    desk.send(WHOLE | {"pupils.csv": "".join(PUPILS.splitlines(keepends=True)[:3])})
    desk.gate()
    assert "2 pupils where the directory has 6" in desk.page()
    assert desk.confirm(sure="on").status_code == 422
    assert desk.confirm(sure="on", shrink="on").status_code == 302
    desk.gate()
    assert desk.pupils() == 2


def test_nothing_is_confirmed_without_its_tick(desk, monkeypatch):
    """Also where the look at it ends between the question and the answer."""
    from quarantine import uploads

    desk.send(WHOLE)

    def looked_at_meanwhile(_):
        desk.gate()

    monkeypatch.setattr(uploads, "report", looked_at_meanwhile)
    assert desk.confirm().status_code == 422
    assert row().state == "previewed"


def test_what_was_shown_is_what_counts(desk):
    """Another import came in between: the person sees the difference anew and confirms again."""
    from gateway import snapshot
    from gateway.snapshot import Snapshot

    desk.send(WHOLE)
    desk.gate()
    read = Snapshot(imported_at=NOW, format="x", pupils=(one_pupil(),))
    snapshot.save(desk.settings.storage.path, read)
    desk.confirm(sure="on")
    desk.gate()
    assert row().state == "previewed"
    assert "The lists changed after you had looked" in desk.page()
    desk.confirm(sure="on")
    desk.gate()
    assert row().state == "imported"


def one_pupil():
    from detectors.directory import Pupil

    return Pupil(id="99", legal_forename="Ada", legal_surname="Lovelace")


def test_one_at_a_time_and_it_can_be_thrown_away(desk, signed_in):  # noqa: F811 - the fixture
    """A second export waits for the first one's end, whoever sends it; thrown away, its bytes are gone."""
    desk.send(WHOLE)
    other = Desk(desk.settings, signed_in("dpo"))
    other.send({"pupils.csv": PUPILS})
    assert "Another export is being looked at" in other.page()
    other.browser.post(reverse("lists-drop", args=[row().id]))
    assert (row().state, row().files) == ("dropped", None)
    assert not desk.gate()
    assert kinds() == ["directory-uploaded", "directory-dropped"]


def test_a_day_later_it_is_gone(desk):
    """Nobody decided: no bytes are left, and after a week no row."""
    from quarantine import uploads

    desk.send(WHOLE)
    sent = row().at
    uploads.forget(now=sent + timedelta(hours=23))
    assert row().files is not None
    uploads.forget(now=sent + timedelta(hours=24))
    assert (row().state, row().files) == ("dropped", None)
    uploads.forget(now=sent + timedelta(days=7))
    assert row() is None


def bomb():
    """Some hundred kilobytes that unpack to one line of 240 million cells."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pupils.csv", b"forename,surname\nA,B" + b"," * 240_000_000)
    return packed.getvalue()


def larger_than_said():
    """A zip file whose list of contents says 10 GB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("pupils.csv", b"forename,surname\n")
    raw = bytearray(packed.getvalue())
    at = raw.index(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    return bytes(raw)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"ctf.xml": DTD}, "is not XML that may be read"),
        ({"photo.jpg": b"\xff\xd8\xff" + bytes(500)}, "photo.jpg: is no CSV, XLSX, XML or zip file"),
        ({"pupils.csv": "name,colour\nx,y\n"}, "has no such column"),
        ({"pupils.csv": PUPILS.replace("2014-05-14", "yesterday")}, "line 2, column dob"),
        ({"pupils.xlsx": b"PK\x03\x04" + b"xl/workbook.xml" * 9}, "is not a workbook that can be read"),
        ({"a.zip": b"PK\x03\x04junk"}, "is not a zip file that can be read"),
        ({"a.zip": larger_than_said()}, "unpacks to more than 256 MB"),
        ({"<b>.csv": "x\n"}, "&lt;b&gt;.csv"),
    ],
)
def test_what_is_no_export_is_refused_in_words(desk, files, said):
    """File, line, column and remedy, never a value; nothing changes, nothing is kept."""
    assert desk.send(files).status_code == 302
    assert desk.gate()
    page = desk.page()
    assert said in page
    for value in ("yesterday", "<b>.csv", "root:"):
        assert value not in page, value
    assert (row().state, row().files) == ("refused", None)
    assert kinds() == ["directory-uploaded", "directory-refused"]
    assert desk.pupils() == 0


def test_a_zip_bomb_breaks_a_reader_and_nothing_else(desk):
    """The worker runs into its wall of memory; the person is told what to do, and the next export is read."""
    desk.send({"a.zip": bomb()})
    assert desk.gate()
    assert "It needs more memory than a reader may use" in desk.page()
    desk.taken()
    assert desk.pupils() == 6


@pytest.mark.parametrize("files", [{}, {"a.csv": b""}, {"a.csv": b"x" * 10_000_001}])
def test_nothing_and_too_much_are_not_taken(desk, files):
    """422 with words; no row."""
    response = desk.send(files)
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert row() is None


def test_sending_and_confirming_need_a_recent_proof(desk, signed_in):  # noqa: F811 - the fixture
    """Without it both lead to the page that asks again, and so does the form."""
    late = signed_in("admin", proved=False)
    assert "reauthenticate" in late.get(reverse("lists"))["Location"]
    sent = SimpleUploadedFile("pupils.csv", PUPILS.encode())
    assert "reauthenticate" in late.post(reverse("lists-send"), {"export": sent})["Location"]
    assert row() is None
    desk.send(WHOLE)
    desk.gate()
    assert late.get(reverse("lists")).status_code == 200
    assert (
        "reauthenticate" in late.post(reverse("lists-confirm", args=[row().id]), {"sure": "on"})["Location"]
    )
    assert row().state == "previewed"


def test_who_may_in_one_school_only_does_not_replace_the_lists_of_all(desk, signed_in, settings):  # noqa: F811
    """The lists are of all schools of an installation."""
    from quarantine.config import School as Known

    mine = settings.SCHOOLGATE.schools[0]
    other = Known(key="other.sch.uk", name="Other", domains=("other.sch.uk",))
    settings.SCHOOLGATE = replace(settings.SCHOOLGATE, schools=(mine, other))
    assert desk.browser.get(reverse("lists")).status_code == 404
    assert desk.send(WHOLE).status_code == 404
    assert "Send a new export" not in desk.browser.get(reverse("settings")).content.decode()


def test_the_waiting_page_asks_until_it_is_done(desk):
    """While the gateway is at work the same words come back; then the browser loads the page anew."""
    desk.send(WHOLE)
    assert "We are looking at it" in desk.browser.get(reverse("lists-state")).content.decode()
    desk.gate()
    done = desk.browser.get(reverse("lists-state"))
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")
