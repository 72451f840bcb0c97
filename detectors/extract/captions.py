"""What is written in a picture's file beside the picture: titles, captions, comments, keywords and names, in whatever block its format keeps them."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.extract.charsets import decode
from detectors.extract.sight import FORMATS

if FORMATS:
    from PIL import Image, ImageFile, IptcImagePlugin

_DETAILS, _POSITION = 0x8769, 0x8825  # the tables of EXIF beside the first: of the camera, and of the place
_WIDE = range(0x9C9B, 0x9CA0)  # what Windows writes: title, comment, author, keywords, subject
_COMMENT = 0x9286
_LATITUDE, _LONGITUDE = 2, 4
_MOST = 100_000  # letters


@dataclass(frozen=True, slots=True)
class Written:
    """Every text, None for a file that no library reads, of which a sweep of its bytes has what there is; and whether the file says where on earth the picture was taken."""

    texts: list[str] | None = field(default=None, repr=False)
    placed: bool = False


def written(data: bytes) -> Written:
    """What is written in the file."""
    if not FORMATS:
        return Written()
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            return Written(_texts(picture), _placed(picture))
    except Exception:  # noqa: BLE001 - hostile bytes make any library raise anything, and the sweep remains
        return Written()


def _texts(picture: "ImageFile.ImageFile") -> list[str] | None:
    try:
        found = [*_exif(picture.getexif()), *_iptc(picture), *_of(picture.info)]
    except Exception:  # noqa: BLE001 - as above
        return None
    return [text.strip("\0 \r\n")[:_MOST] for text in found if len(text.strip("\0 \r\n")) > 1]


def _placed(picture: "ImageFile.ImageFile") -> bool:
    try:
        position = picture.getexif().get_ifd(_POSITION)
    except Exception:  # noqa: BLE001 - as above
        return False
    return _LATITUDE in position and _LONGITUDE in position


def _exif(exif: "Image.Exif") -> Iterator[str]:
    for table in (exif, exif.get_ifd(_DETAILS)):
        for tag, value in dict(table).items():
            if tag in _WIDE and isinstance(value, bytes):
                yield value.decode("utf-16-le", "replace")
            elif tag == _COMMENT and isinstance(value, bytes):
                yield _comment(value)
            elif isinstance(value, str):
                yield _mended(value)


def _comment(value: bytes) -> str:
    """Eight letters name the charset; for Unicode nobody says which end comes first."""
    kind, text = value[:8], value[8:]
    if not kind.startswith(b"UNICODE"):
        return decode(text)
    big = text[::2].count(0) > text[1::2].count(0)
    return text.decode("utf-16-be" if big else "utf-16-le", "replace")


def _mended(value: str) -> str:
    """Pillow reads bytes as Latin-1, and programs write UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _iptc(picture: "ImageFile.ImageFile") -> Iterator[str]:
    for value in (IptcImagePlugin.getiptcinfo(picture) or {}).values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, bytes):
                yield decode(one)


def _of(info: dict[str | tuple[int, int], object]) -> Iterator[str]:
    """Texts of PNG, comments of JPEG and GIF."""
    for name, value in info.items():
        if name in {"exif", "icc_profile", "photoshop", "xmp"}:
            continue
        if isinstance(value, str):
            yield value
        elif name == "comment" and isinstance(value, bytes):
            yield decode(value)
