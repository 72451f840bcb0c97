"""ZIP entries packed by Deflate64, as Windows packs large files: unpacked piece by piece, bounded and checked."""

import struct
import zipfile
import zlib

import inflate64

from detectors.extract.reading import Unreadable

METHOD = 9
_PIECE = 4_096  # packed bytes at once: they become four million at most


def entry(data: bytes, info: zipfile.ZipInfo, room: int) -> bytes:
    """One entry whole, its checksum verified, or Unreadable."""
    start = info.header_offset
    lengths = data[start + 26 : start + 30]
    begin = start + 30 + (sum(struct.unpack("<HH", lengths)) if len(lengths) == 4 else 0)
    unpacker, found = inflate64.Inflater(), bytearray()
    try:
        for at in range(begin, begin + info.compress_size, _PIECE):
            found += unpacker.inflate(data[at : min(at + _PIECE, begin + info.compress_size)])
            if len(found) > room:
                raise Unreadable("too-big", "unpacks to more than is read")
    except (ValueError, EOFError, RuntimeError, SystemError) as error:
        raise Unreadable("corrupt", "a damaged entry") from error
    if zlib.crc32(found) != info.CRC:
        raise Unreadable("corrupt", "a damaged entry")
    return bytes(found)
