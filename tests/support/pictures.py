"""Pictures with words, as a school sends them: screenshots, scans, photographs. Made by Pillow from Debian's fonts."""

import io
import random
from collections.abc import Sequence

import pillow_heif
from PIL import Image, ImageDraw, ImageFilter, ImageFont

pillow_heif.register_heif_opener()
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def words(lines: Sequence[str], *, size: int = 20, ink: int = 0, paper: int = 255) -> Image.Image:
    """Lines of print on plain paper."""
    font = ImageFont.truetype(FONT, size)
    width = max(int(font.getlength(line)) for line in lines) + 60
    picture = Image.new("L", (width, int(size * 1.8) * len(lines) + 60), paper)
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        draw.text((30, 30 + row * int(size * 1.8)), line, ink, font=font)
    return picture


def scanned(picture: Image.Image) -> Image.Image:
    """A little crooked, a little grey, with the noise of a cheap copier."""
    turned = picture.rotate(0.7, fillcolor=235, expand=True)
    noise = Image.effect_noise(turned.size, 40).point(lambda shade: shade - 128 + 20)
    return Image.blend(turned, noise, 0.12).filter(ImageFilter.GaussianBlur(0.5))


def photograph(width: int = 1200, height: int = 900) -> Image.Image:
    """Clouds of colour with grain, and no word in it."""
    chance = random.Random(7)
    small = Image.frombytes("RGB", (40, 30), bytes(chance.randrange(256) for _ in range(3_600)))
    return Image.blend(small.resize((width, height), Image.Resampling.BICUBIC), Image.effect_noise((width, height), 60).convert("RGB"), 0.2)  # fmt: skip


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    """The picture as a file."""
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()
