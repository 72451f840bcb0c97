"""The files of an export, from a folder, a zip file or single paths: each once, by its lower-case name, within bounds."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from detectors.directory.errors import DirectoryError
from detectors.directory.sheets import MAX_BYTES

MAX_FILES = 200
_TAKEN = (".csv", ".xml", ".xlsx", ".txt")


def members(paths: Sequence[Path]) -> Mapping[str, bytes]:
    """File name to content of everything that may be part of an export."""
    return unpacked(contents(paths))


def contents(paths: Sequence[Path]) -> list[tuple[str, bytes]]:
    """Name and bytes of the files, unopened: what a reader behind walls is given."""
    files = [file for path in paths for file in _files(path)]
    if not files:
        raise _nothing(paths[0].name if paths else "")
    if sum(_size(file) for file in files) > MAX_BYTES:
        raise DirectoryError(files[0].name, 0, "", "is larger than 256 MB", "Export one school at a time")
    return [(file.name, _bytes(file)) for file in files]


def unpacked(given: Sequence[tuple[str, bytes]]) -> Mapping[str, bytes]:
    """File name to content, each file once, of files that are already here."""
    found: dict[str, bytes] = {}
    for name, data in (part for file in given for part in _file(*file)):
        if name in found:
            raise DirectoryError(name, 0, "", "stands twice in this export", "Give each file once")
        found[name] = data
    if not found:
        raise _nothing(given[0][0] if given else "")
    return found


def _nothing(name: str) -> DirectoryError:
    return DirectoryError(name, 0, "", "holds no CSV, XLSX or XML file", "Check that it is the right file")


def _files(path: Path) -> list[Path]:
    """Itself, or what of a folder is an export: its tables, else its zip files."""
    if not path.is_dir():
        return [path]
    files = sorted(path.iterdir())
    tables = [file for file in files if file.suffix.lower() in _TAKEN]
    return (tables or [file for file in files if file.suffix.lower() == ".zip"])[:MAX_FILES]


def _file(given: str, data: bytes) -> list[tuple[str, bytes]]:
    if is_archive(data) or given.lower().endswith(".zip"):
        return _unpacked(given, data)
    name = given.lower()
    if not name.endswith(_TAKEN) and not is_xml(data):
        raise DirectoryError(
            given,
            0,
            "",
            "is no CSV, XLSX, XML or zip file",
            "Give the export as your school's system made it",
        )
    return [
        (name if name.endswith(_TAKEN) and not is_xml(data) else name.removesuffix(".xml") + ".xml", data)
    ]


def is_xml(data: bytes) -> bool:
    """Whether it begins like XML, whatever its name says."""
    return data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def is_archive(data: bytes) -> bool:
    """A zip file that is no workbook."""
    return data[:4] == b"PK\x03\x04" and b"[Content_Types].xml" not in data and b"xl/workbook.xml" not in data


def is_export(path: Path) -> bool:
    """A folder, a zip file or XML: an export of its own format, not one of our tables."""
    if path.is_dir():
        return True
    if not path.is_file():
        return False
    [(_, data)] = contents([path])
    return is_xml(data) or is_archive(data)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unread(path, error) from None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unread(path, error) from None


def _unread(path: Path, error: OSError) -> DirectoryError:
    problem = f"cannot be read ({error.strerror})"
    return DirectoryError(path.name, 0, "", problem, "Check the path and the rights")


def _unpacked(name: str, data: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [i for i in archive.infolist() if i.filename.lower().endswith(_TAKEN)][:MAX_FILES]
            if sum(i.file_size for i in wanted) > MAX_BYTES:
                raise DirectoryError(
                    name, 0, "", "unpacks to more than 256 MB", "Export one school at a time"
                )
            return [(i.filename.rpartition("/")[2].lower(), archive.read(i)) for i in wanted]
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError):
        raise DirectoryError(
            name, 0, "", "is not a zip file that can be read", "Export it again, without a password"
        ) from None
