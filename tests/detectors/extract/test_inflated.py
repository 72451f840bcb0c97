"""What ISA-L unpacks is what was packed, as the standard library says it; what it does not is left to the standard library to judge."""

import io
import struct
import zipfile
import zlib
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors.extract import archive_zip
from detectors.extract.archive_zip import bounded, inflated, open_zip
from detectors.extract.reading import Unreadable

TEXT = b"Amara Okafor, 14/05/2014. " * 200


def packed(*entries, method=zipfile.ZIP_DEFLATED, level=6):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=level) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


ENTRIES = st.lists(
    st.tuples(st.sampled_from(["a.xml", "word/document.xml", "é.txt", "b/c"]), st.binary(max_size=400) | st.just(TEXT)),
    min_size=1,
    max_size=3,
    unique_by=lambda entry: entry[0],
)  # fmt: skip
HARM = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=3)


@settings(deadline=None, max_examples=300)
@given(ENTRIES, st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]), st.integers(0, 9), HARM)
@example([("a.xml", b"")], zipfile.ZIP_DEFLATED, 0, [(0.5625, 1)])
@example([("a.xml", b"")], zipfile.ZIP_DEFLATED, 0, [(0.25, 78)])
def test_damaged_or_whole_an_entry_is_what_the_standard_library_says(entries, method, level, harm):
    data = bytearray(packed(*entries, method=method, level=level))
    for at, byte in harm:
        data[int(at * (len(data) - 1))] = byte
    try:
        archive = open_zip(bytes(data))
    except Unreadable:
        return
    for info in archive.infolist():
        if (quickly := inflated(archive, info)) is None:
            assert harm
            continue
        try:
            assert quickly == archive.read(info)
        except (zlib.error, zipfile.BadZipFile, EOFError):
            # Of a stream that comes out as it was packed all the same, also where it is said to reach too far, or there is none.
            assert harm
            assert quickly in dict(entries).values()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_whole_entries_do_go_the_quick_way(method):
    """Else the test above would compare nothing."""
    archive = open_zip(packed(("word/document.xml", TEXT), ("é.txt", TEXT), method=method))
    assert [inflated(archive, info) for info in archive.infolist()] == [TEXT, TEXT]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_are_the_standard_librarys(method):
    archive = open_zip(packed(("a.txt", TEXT), method=method))
    assert inflated(archive, archive.infolist()[0]) is None
    assert bounded(archive, archive.infolist()[0], 10_000) == TEXT


def test_an_entry_that_says_it_is_small_unpacks_to_no_more():
    """A stream of a hundred million zeros is given up after the bytes that its list states."""
    data = packed(("bomb.xml", bytes(100_000_000)))
    start = data.rfind(b"PK\x01\x02")
    lying = data[: start + 24] + struct.pack("<I", 1_000) + data[start + 28 :]
    archive = open_zip(lying)
    with mock.patch.object(archive_zip, "_unpacked", wraps=archive_zip._unpacked) as unpacked:
        assert inflated(archive, archive.infolist()[0]) is None
    assert unpacked.call_count == 1
    with pytest.raises(Unreadable):
        bounded(archive, archive.infolist()[0], 10_000)


def test_two_names_for_one_entry_are_left_to_the_standard_library():
    data = packed(("a.txt", TEXT))
    archive = open_zip(data.replace(b"a.txt", b"b.txt", 1))
    assert inflated(archive, archive.infolist()[0]) is None


def test_a_wrong_sum_is_damage():
    data = packed(("a.txt", TEXT))
    archive = open_zip(data.replace(struct.pack("<I", zlib.crc32(TEXT)), b"\0\0\0\1"))
    with pytest.raises(Unreadable):
        bounded(archive, archive.infolist()[0], 10_000)


def test_an_archive_of_a_later_version_is_said_to_be_unread_and_not_damaged():
    """The standard library takes versions up to 6.3; nothing is passed over where a writer names another."""
    data = bytearray(packed(("a.txt", TEXT)))
    listed = data.rfind(b"PK\x01\x02")
    data[listed + 6] = 99
    with pytest.raises(Unreadable, match="unsupported"):
        open_zip(bytes(data))
