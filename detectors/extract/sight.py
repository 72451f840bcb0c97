"""Pictures made ready for the reader of pictures: grey, upright, of a bounded size; and what that reader has said of them so far."""

import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from detectors.limits import Limits
from detectors.seen import SIDE, Seen

try:
    import pillow_heif
    from PIL import ExifTags, Image, ImageFile, ImageOps
except ImportError:  # without the extra `ocr` pictures stay unread, and that is said of each
    FORMATS: tuple[str, ...] = ()
else:
    pillow_heif.register_heif_opener()
    Image.init()  # all its readers now: soon no module can be loaded
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # mail programs show what there is of a picture that was cut off
    Image.MAX_IMAGE_PIXELS = None  # our own limit, below, speaks first
    FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "HEIF", "AVIF", "JPEG2000", "ICO", "PSD", "PPM")  # fmt: skip

SHAPE = 2.5  # a picture that is longer than so many times its width is read in pieces
LAP = 80  # pixels that two pieces share, so that a line cut in two stands whole in one
FLAT = 24  # shades: a picture with fewer between its darkest and its lightest point shows nothing
MOST_FRAMES = 20  # pages of one picture file: what a fax or a copier sends
MOST_MOVING = 200  # pictures of one that moves
_PAGED = frozenset({"TIFF", "MPO", "HEIF"})
_STANDS = 500  # milliseconds: what is shown for less than that, nobody reads
_SMALL_SIDE, _SMALL_BYTES = 320, 3_000  # pixels; a camera makes it 160 wide
LOW, LONG = 12, 60  # pixels: print is twelve high, a name sixty long; smaller ones show none
_PIXELS = "a picture with more pixels than are unpacked"
_PAGES = "more pages or pictures than are read in one file"
_PACK = 1  # zlib's quickest


@dataclass(frozen=True, slots=True)
class Shades:
    """Grey pixels, row by row. `key` is the hash of what it shows: the same picture twice is read once."""

    key: str
    width: int
    height: int
    packed: bytes = field(repr=False)


@dataclass(slots=True)
class Sight:
    """The pictures of one message. In a first reading they are asked for; in a second their words are known."""

    asks: bool = False
    known: Mapping[str, Seen | None] | None = None  # None: nobody reads pictures here
    wanted: dict[str, Shades] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)  # paths of parts with a picture that nobody has read yet
    shown: set[str] = field(default_factory=set)  # keys of those that were looked at

    @property
    def open(self) -> bool:
        """Whether pictures can be read at all."""
        return bool(FORMATS) and (self.asks or self.known is not None)

    def has_room(self, limits: Limits) -> bool:
        """Whether one more picture is worth the trouble of unpacking it."""
        return len(self.shown) < limits.pictures

    def look(self, path: str, shades: Shades, limits: Limits) -> Seen | None:
        """What the picture says; None when it has not been read (yet)."""
        self.shown.add(shades.key)
        if self.known is not None and (seen := self.known.get(shades.key)) is not None:
            return seen
        self.unread.add(path)
        if self.asks and len(self.shown) <= limits.pictures:
            self.wanted[shades.key] = shades
        return None


class TooLarge(Exception):  # noqa: N818 - a state of a picture
    """More pixels, or more pages, than are unpacked: which, in plain words."""


def frames(data: bytes, limits: Limits) -> Iterator["Image.Image"]:
    """The pages of a picture file, upright and grey. Raises what Pillow raises for damaged files, and TooLarge."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > limits.pixels:
            raise TooLarge(_PIXELS)
        for count, _ in enumerate(_legible(picture)):
            if count == MOST_FRAMES:
                raise TooLarge(_PAGES)
            if picture.width * picture.height > limits.pixels:
                raise TooLarge(_PIXELS)
            picture.draft(
                "L", (SIDE, SIDE)
            )  # JPEG unpacks at a half or a quarter, which is as good and far quicker
            yield grey(ImageOps.exif_transpose(picture))
        small = _small(picture) if picture.format == "JPEG" else b""
    if len(small) > _SMALL_BYTES:
        yield from _thumbnail(small)


def _legible(picture: "Image.Image") -> Iterator[int]:
    """Go to each page; of what moves, to each picture that stands long enough to be read, the first and the last."""
    many = getattr(picture, "n_frames", 1)
    for index in range(min(many, MOST_MOVING)):
        if index:
            picture.seek(index)
        if picture.format in _PAGED or index in {0, many - 1}:
            yield index
            continue
        picture.load()  # only then some formats say how long it stands
        if picture.info.get("duration", 0) >= _STANDS:
            yield index
    if many > MOST_MOVING:
        raise TooLarge(_PAGES)


def _small(picture: "Image.Image") -> bytes:
    kept = picture.getexif().get_ifd(ExifTags.IFD.IFD1)
    start, size = kept.get(ExifTags.Base.JpegIFOffset), kept.get(ExifTags.Base.JpegIFByteCount)
    raw = picture.info.get("exif", b"")[6:]  # behind "Exif" and two zeros
    return raw[start : start + size] if isinstance(start, int) and isinstance(size, int) else b""


def _thumbnail(data: bytes) -> Iterator["Image.Image"]:
    """The small picture in a photograph, which may show what was cut off it; a camera's own is too small to be read."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
        if _SMALL_SIDE < max(picture.size) <= SIDE:
            yield grey(picture)


def grey(picture: "Image.Image") -> "Image.Image":
    """On white paper; what cannot be seen there, on black."""
    if picture.mode in {"LA", "RGBA", "PA"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        for paper in ("white", "black"):
            flat = Image.alpha_composite(Image.new("RGBA", clear.size, paper), clear).convert("L")
            if not blank(flat):
                return flat
        return flat
    if picture.mode.startswith(("I", "F")):  # 16 bits and more: Pillow would cut them off, not scale them
        floats = picture.convert("F")
        low, high = (float(str(end)) for end in floats.getextrema())
        return floats.point(lambda shade: (shade - low) * (255 / ((high - low) or 1))).convert("L")
    return picture.convert("L")


def blank(picture: "Image.Image") -> bool:
    """Whether it shows nothing at all."""
    low, high = (int(str(end)) for end in picture.getextrema())
    return high - low < FLAT


def tiny(width: int, height: int) -> bool:
    """Whether no name would fit."""
    return min(width, height) < LOW or max(width, height) < LONG


def pieces(picture: "Image.Image") -> Iterator[Shades]:
    """A picture in the size in which it is read; a long one, such as a picture of a whole chat, in pieces."""
    short, long = sorted(picture.size)
    if long <= short * SHAPE or long <= SIDE:
        yield _shades(_fit(picture, SIDE))
        return
    upright = picture.height > picture.width
    step = int(short * SHAPE / 1.5)
    for start in range(0, long - LAP, step):
        end = min(start + step + LAP, long)
        box = (0, start, short, end) if upright else (start, 0, end, short)
        yield _shades(_fit(picture.crop(box), SIDE))


def _fit(picture: "Image.Image", side: int) -> "Image.Image":
    if max(picture.size) > side:
        picture = picture.copy()
        picture.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return picture


def _shades(picture: "Image.Image") -> Shades:
    pixels = picture.tobytes()
    key = hashlib.sha256(f"{picture.width}x{picture.height}:".encode() + pixels).hexdigest()
    return Shades(key, picture.width, picture.height, zlib.compress(pixels, _PACK))
