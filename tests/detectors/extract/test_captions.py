"""Names in a picture's captions are read in every block and charset; where it was taken is told."""

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from detectors.extract.walk import read_message
from detectors.limits import Limits
from tests.support.mail import make_message
from tests.support.pictures import photograph, saved

PHOTO = photograph(300, 200)
NAME = "Łucja Nowak"


def exif(tag: int, value: object, table: int = 0) -> Image.Exif:
    made = Image.Exif()
    (made.get_ifd(table) if table else made)[tag] = value
    return made


def iptc(text: bytes) -> bytes:
    """A JPEG with a caption as news agencies write it."""
    record = b"\x1c\x02\x78" + len(text).to_bytes(2, "big") + text
    block = (
        b"Photoshop 3.0\0"
        b"8BIM\x04\x04\0\0" + len(record).to_bytes(4, "big") + record + b"\0" * (len(record) % 2)
    )
    plain = saved(PHOTO, "JPEG")
    return plain[:2] + b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block + plain[2:]


def png() -> bytes:
    info = PngInfo()
    info.add_itxt("Description", NAME, zip=True)
    return saved(PHOTO, "PNG", pnginfo=info)


WIDE = exif(0x9C9C, f"{NAME}\0".encode("utf-16-le"))
FILES = {
    "description": saved(PHOTO, "JPEG", exif=exif(0x010E, NAME.encode())),
    "comment": saved(PHOTO, "JPEG", exif=exif(0x9286, b"UNICODE\0" + NAME.encode("utf-16-be"), 0x8769)),
    "windows": saved(PHOTO, "JPEG", exif=WIDE),
    **{form: saved(PHOTO, form, exif=WIDE) for form in ("PNG", "WEBP", "TIFF", "HEIF", "AVIF")},
    "packed text": png(),
    "newspaper": iptc(NAME.encode()),
    "jpeg comment": saved(PHOTO, "JPEG", comment=NAME.encode()),
    "gif comment": saved(PHOTO, "GIF", comment=NAME.encode()),
}  # fmt: skip


def read(data: bytes):
    return read_message(make_message(attach=[("a", "application/octet-stream", data)]), Limits())


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_a_caption_is_read_wherever_it_stands(data):
    assert any(NAME in e.text for e in read(data).extracts if e.place == "picture properties")


@pytest.mark.parametrize("form", ["JPEG", "HEIF", "PNG"])
def test_where_a_picture_was_taken_is_told(form):
    made = exif(0x010E, "Trip")
    made.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 12.5), 3: "W", 4: (0.0, 7.0, 5.0)})
    assert "picture-place" in {f.kind for f in read(saved(PHOTO, form, exif=made)).findings}
    assert "picture-place" not in {f.kind for f in read(saved(PHOTO, form)).findings}


@pytest.mark.parametrize("cut", range(4, 400, 60))
def test_a_broken_block_breaks_nothing(cut):
    data = FILES["windows"]
    assert read(data[:cut] + data[cut + 7 :]).nodes
