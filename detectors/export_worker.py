"""Reads an export that somebody sent in: behind the walls of the sandbox, for nobody knows what the bytes are."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import BinaryIO

from detectors import frames, sandbox
from detectors.directory.errors import DirectoryError
from detectors.directory.export import of_files
from detectors.directory.load import snapshot
from detectors.directory.people import Directory
from detectors.pipes import frame, lock_in
from detectors.recognize.name_lists import weak_names

CPU_SECONDS = 120  # an export of 100,000 pupils takes about 20
_TABLE = "forename,surname,dob,email,é\nA,B,2015-01-02,,\nC,D,02/01/2015,a@example.sch.uk,\n"
_CONTACTS = "admission no,email,mobile,surname\n1,a@example.org,07700 900123,B\n"


def serve(source: BinaryIO, target: BinaryIO, setup: frames.Setup, folder: Path) -> None:
    """Lock in, and read until the gateway closes the socket. No list that is in force is here."""
    _warm(setup.directory)
    lock_in(target, setup, folder)
    while asked := frame(source):
        request = frames.unpack_request(asked)
        if not isinstance(request, frames.Read):
            raise SystemExit(2)
        sandbox.allow_cpu(CPU_SECONDS)
        target.write(frames.pack_reply(_read(request, setup.directory)))


def _warm(empty: Directory) -> None:
    """All that is loaded late is loaded now: soon no file can be opened."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "pupils.csv", _TABLE.replace("email", "admission no").replace("a@example.sch.uk", "1")
        )
        archive.writestr("contacts.csv", _CONTACTS)
    samples = (
        ("pupils.csv", _TABLE.encode("cp1252")),
        ("pupils.csv", _TABLE.encode("utf-16")),
        ("export.zip", packed.getvalue()),
    )
    for one in samples:
        read = frames.Read(files=(one,), today=date(2020, 1, 1))
        assert isinstance(_read(read, empty), frames.Exported)


def _read(request: frames.Read, empty: Directory) -> frames.Reply:
    """The people of the export, or the first thing that is wrong with it."""
    try:
        found = of_files(request.files, empty.fingerprints, domains=empty.domains, today=request.today)
        whole = snapshot(
            school_names=empty.school_names,
            domains=empty.domains,
            fingerprints=empty.fingerprints,
            today=request.today,
            pupils=found.pupils,
            staff=found.staff,
            contacts=found.contacts,
        )
        return frames.Exported(
            format=found.format,
            pupils=found.pupils,
            staff=found.staff,
            contacts=found.contacts,
            columns={
                name: tuple((c.header, c.field, c.never) for c in columns)
                for name, columns in found.previews.items()
            },
            weak=len(weak_names(whole)),
        )
    except DirectoryError as wrong:
        return frames.Faulty(
            file=wrong.file, line=wrong.line, column=wrong.column, problem=wrong.problem, remedy=wrong.remedy
        )
    except MemoryError:
        return frames.Failed(reason="memory")
    except Exception:  # noqa: BLE001  a reader that a file has broken: its words may hold values, so none is passed on
        return frames.Failed(reason="damaged")
