"""The table of extractors, the kinds of findings and the page in docs say the same."""

import re
from pathlib import Path

import pytest

from detectors.extract.table import EXTRACTORS, OPAQUE
from detectors.kinds import KINDS
from detectors.limits import Limits

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "detectors" / "extract").rglob("*.py"))
PAGE = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
# Names of our own, and what the page calls them.
OWN = {
    "eml": "message", "body-text": "bodies", "body-html": "HTML", "headers": "fields", "tnef": "winmail.dat", "cms": "S/MIME", "pem": "S/MIME",
    "pgp": "OpenPGP", "rpmsg": "rights management", "drm": "rights management", "html": "HTML", "svg": "xml", "yenc": "yEnc", "uu": "uuencode",
    "ooxml-encrypted": "Office AES", "ole": "compound files", "ole-package": "compound files", "iwork": "iWork", "leavings": "Mac", "odf": "odg",
    **dict.fromkeys(("png", "jpeg", "gif", "tiff", "bmp", "webp", "heic", "avif", "psd", "djvu", "image", "emf", "wmf"), "pictures"),
}  # fmt: skip


def reasons() -> set[str]:
    """Every reason for which some code says that a part is unreadable."""
    found: set[str] = set()
    for source in SOURCES:
        text = source.read_text(encoding="utf-8")
        found.update(re.findall(r"Unreadable\(\s*\"([a-z-]+)\"", text))
        found.update(re.findall(r"\.(?:unreadable|partly)\(\s*(?:[\w.]+),\s*\"([a-z-]+)\"", text))
        found.update(re.findall(r"\"unreadable:([a-z-]+)\"", text))
    return {reason for reason in found if not reason.endswith("-")}


@pytest.mark.parametrize("reason", sorted(reasons()))
def test_every_reason_is_a_kind(reason):
    assert f"unreadable:{reason}" in KINDS


@pytest.mark.parametrize(
    "reason", ["deadline", "worker-crash", "memory", "too-many-findings", "unknown-type", "unsupported"]
)
def test_every_reason_given_elsewhere_is_a_kind(reason):
    assert f"unreadable:{reason}" in KINDS


@pytest.mark.parametrize("kind", sorted({*EXTRACTORS, *OPAQUE}))
def test_every_type_stands_on_the_page(kind):
    words = {"audio": "sound", "video": "film", "font": "fonts"}
    assert OWN.get(kind, words.get(kind, kind)) in PAGE


def test_the_budgets_on_the_page_are_those_in_force():
    limits = Limits()
    for words in (
        f"{limits.seconds:.0f} s", f"{limits.part_seconds:.0f} s", f"{limits.parts:,}; {limits.mime_parts:,}", f"{limits.depth} ",
        f"{limits.header_bytes // 1000} kB", f"{limits.out_bytes // 1_000_000} MB; {limits.entry_bytes // 1_000_000} MB", f"{limits.ratio:,}",
        f"{limits.entries:,}", f"{limits.pages:,}; {limits.pdf_objects:,}", f"{limits.cells:,}", f"{limits.spin_count:,}", f"{limits.findings:,}",
        f"{limits.html_depth:,}",
    ):  # fmt: skip
        assert words in PAGE, words
