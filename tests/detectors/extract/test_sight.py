"""Pictures are made ready for their reader: every format, upright, on paper on which its words can be seen, and never too large."""

import zlib

import pytest
from PIL import Image

from detectors.extract.sight import LAP, SHAPE, Sight, TooLarge, blank, frames, pieces, tiny
from detectors.extract.walk import read_message
from detectors.findings import Read
from detectors.limits import Limits
from detectors.scan import scan
from detectors.seen import SIDE, Seen
from detectors.warmth import EMPTY
from tests.support.mail import make_message
from tests.support.pictures import photograph, saved, words

LINE = words(["Wilhelmina Warmington"])
FORMS = [("PNG", {}), ("JPEG", {}), ("TIFF", {"compression": "tiff_lzw"}), ("GIF", {}), ("BMP", {}), ("WEBP", {}), ("HEIF", {}), ("JPEG2000", {}), ("AVIF", {})]  # fmt: skip


def first(data: bytes) -> Image.Image:
    return next(iter(frames(data, Limits())))


@pytest.mark.parametrize(("form", "options"), FORMS, ids=[form for form, _ in FORMS])
def test_every_format_is_opened(form, options):
    assert first(saved(LINE, form, **options)).size == LINE.size


@pytest.mark.parametrize("mode", ["1", "P", "RGB", "CMYK", "I;16", "LA", "RGBA"])
def test_every_kind_of_colour_shows_its_words(mode):
    picture = (
        LINE.convert("I").point(lambda s: s * 256).convert("I;16") if mode == "I;16" else LINE.convert(mode)
    )
    shown = first(saved(picture, "TIFF" if mode == "CMYK" else "PNG"))
    assert shown.mode == "L"
    assert not blank(shown)


def test_white_words_on_nothing_are_seen():
    """A picture that only shows in a dark window shows here too."""
    clear = Image.new("RGBA", LINE.size, (255, 255, 255, 0))
    clear.putalpha(LINE.point(lambda shade: 255 - shade))
    assert not blank(first(saved(clear)))


def test_a_picture_is_turned_as_its_camera_was_held():
    turned = Image.Exif()
    turned[0x0112] = 6
    assert first(saved(LINE, "JPEG", exif=turned)).size == LINE.size[::-1]


def test_all_pages_of_a_fax_are_there():
    pages = [words([f"Page {n}"]) for n in range(3)]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert len(list(frames(data, Limits()))) == 3


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_of_what_moves_each_picture_that_can_be_read_is_there(form):
    """The first, the last, and each that stands for half a second: the others nobody reads."""
    shown = [words([f"Page {n} of five"]) for n in range(5)]
    times = [100, 900, 100, 100, 100]
    data = saved(shown[0], form, save_all=True, append_images=shown[1:], duration=times)
    assert len(list(frames(data, Limits()))) == 3


def test_a_fax_of_more_pages_than_are_read_is_said_to_be_read_in_part():
    page = Image.new("1", (80, 40))
    data = saved(page, "TIFF", save_all=True, append_images=[page] * 25)
    seen = Sight(asks=True)
    with pytest.raises(TooLarge, match="more pages"):
        list(frames(data, Limits()))
    out = read_message(make_message(attach=[("fax.tif", "image/tiff", data)]), Limits(), sight=seen)
    assert "unreadable:image" in {f.kind for f in out.findings}


def test_too_many_pixels_are_not_unpacked():
    with pytest.raises(TooLarge):
        next(iter(frames(saved(Image.new("L", (401, 400))), Limits(pixels=160_000))))


@pytest.mark.parametrize("size", [(300, 200), (4_000, 3_000), (1_080, 12_000), (12_000, 1_080), (60, 5_000)])
def test_pieces_are_small_and_cover_the_whole(size):
    found = list(pieces(Image.new("L", size, 9)))
    assert all(max(p.width, p.height) <= SIDE for p in found)
    assert all(len(zlib.decompress(p.packed)) == p.width * p.height for p in found)
    short, long = sorted(size)
    if len(found) > 1:
        step = int(short * SHAPE / 1.5)
        assert step * len(found) + LAP >= long - LAP


@pytest.mark.parametrize(
    ("size", "answer"), [((16, 16), True), ((11, 900), True), ((200, 20), False), ((59, 59), True)]
)
def test_only_what_can_hold_no_name_is_tiny(size, answer):
    assert tiny(*size) is answer


def looked_at(picture: bytes, seen: Seen | None):
    """The scan of a message with this picture, of which its reader said this."""
    raw = make_message(attach=[("a.png", "image/png", picture)])
    asks = Sight(asks=True)
    scan(raw, EMPTY, sight=asks)
    return scan(raw, EMPTY, sight=Sight(known=dict.fromkeys(asks.wanted, seen))), asks


def test_a_name_in_a_picture_is_found_as_in_text():
    found, _ = looked_at(saved(LINE), Seen(lines=("Wilhelmina Warmington\t12/03/2011",)))
    named = [f for f in found.findings if f.kind == "pupil-name"]
    assert [(f.part, f.place) for f in named] == [("0/1", "picture, line 1")] or named[0].place.startswith(
        "picture"
    )
    assert found.parts[-1].read is Read.WHOLE


def test_a_picture_that_nobody_has_read_is_said_to_be_unread():
    found, asks = looked_at(saved(LINE), None)
    assert len(asks.wanted) == 1
    assert found.parts[-1].read is Read.NOT
    assert "unreadable:image" in {f.kind for f in found.findings}


@pytest.mark.parametrize(
    ("seen", "unread"), [(Seen(), False), (Seen(poor=3), True), (Seen(lines=("Trip",) * 9, poor=1), False)]
)
def test_words_that_could_not_be_made_out_are_said(seen, unread):
    found, _ = looked_at(saved(LINE), seen)
    assert ("unreadable:image" in {f.kind for f in found.findings}) is unread


def test_plain_colour_and_signs_are_never_asked_about():
    for picture in (Image.new("RGB", (800, 600), "navy"), Image.new("L", (16, 16))):
        found, asks = looked_at(saved(picture), None)
        assert not asks.wanted
        assert "unreadable:image" not in {f.kind for f in found.findings}


def test_a_broken_picture_is_unread_and_not_a_damaged_file():
    """It is held as a picture, not as a document that hides something."""
    found, _ = looked_at(b"\x89PNG\r\n\x1a\n" + b"\0" * 5_000, None)
    assert {f.kind for f in found.findings if f.kind.startswith("unreadable")} == {"unreadable:image"}


def test_only_so_many_pictures_are_asked_about_and_the_rest_is_said():
    attach = [(f"{n}.png", "image/png", saved(words([f"Pupil {n}"]))) for n in range(4)]
    asks = Sight(asks=True)
    scan(make_message(attach=attach), EMPTY, Limits(pictures=2), sight=asks)
    assert len(asks.wanted) == 2
    assert len(asks.unread) == 4


def test_the_same_picture_twice_is_one_question():
    asks = Sight(asks=True)
    photo = saved(photograph(300, 200))
    scan(
        make_message(attach=[("a.png", "image/png", photo), ("b.png", "image/png", photo)]), EMPTY, sight=asks
    )
    assert len(asks.wanted) == 1
