"""Files bent at random, the same way each time for the same seed: bytes changed, cut, doubled, swapped; packed parts unpacked first."""

import io
import zipfile
from lzma import LZMAError
from random import Random

TELLING = (b"\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"<", b"&#0;", b"]]>", b"=?", b"\r\n\r\n", b"PK\x03\x04", b"%PDF-", b"endobj", b"{\\", b"0\x80", b"\xed\xa0\x80")  # fmt: skip
_MOST = 400_000  # bytes; larger files only make each try slower


def mutated(data: bytes, random: Random) -> bytes:
    """One to eight changes. Of a ZIP, half of the time, a part inside is changed and the ZIP made anew."""
    if data.startswith(b"PK\x03\x04") and random.random() < 0.5:
        return _inside(data, random)
    return _bent(data, random)[:_MOST]


def _bent(data: bytes, random: Random) -> bytes:
    made = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        at = random.randrange(len(made) + 1)
        size = random.choice((1, 2, 4, 16, 200))
        match random.randrange(7):
            case 0:
                made[at : at + size] = random.randbytes(size)
            case 1:
                del made[at : at + size]
            case 2:
                made[at:at] = random.choice(TELLING) * random.choice((1, 1, 1, 40))
            case 3:
                made[at : at + 1] = bytes([made[at] ^ (1 << random.randrange(8))]) if at < len(made) else b""
            case 4:
                other = random.randrange(len(made) + 1)
                made[at:at] = made[other : other + size * 4]
            case 5:
                made[at : at + 4] = random.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000)).to_bytes(
                    4, random.choice(("little", "big"))
                )
            case _:
                del made[at if random.random() < 0.2 else len(made) :]
    return bytes(made)


def _inside(data: bytes, random: Random) -> bytes:
    """A package with one part bent. What cannot be opened as a ZIP is bent as it is."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            entries = old.infolist()[:200]
            chosen = random.choice(entries).filename
            for entry in entries:
                content = old.read(entry)[:_MOST]
                new.writestr(entry.filename, _bent(content, random) if entry.filename == chosen else content)
    except (zipfile.BadZipFile, IndexError, ValueError, RuntimeError, OSError, EOFError, zipfile.zlib.error, LZMAError):  # fmt: skip
        return _bent(data, random)
    return out.getvalue()
