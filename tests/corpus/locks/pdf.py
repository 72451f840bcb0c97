"""PDFs under every kind of lock, by qpdf's library."""

import io
import re
import warnings

import pikepdf

from tests.corpus.locks.verdict import LOOKALIKE, NONE, PASSWORD, RIGHTS, STRONG, WEAK, Lock
from tests.corpus.plain import plain_pdf


def locked_pdf(**settings: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as pdf, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of the weak locks that are wanted here
        pdf.save(out, encryption=pikepdf.Encryption(**settings))
    return out.getvalue()


def pdfs() -> list[Lock]:
    """By qpdf's library."""
    return [
        ("plain.pdf", plain_pdf(), NONE),
        ("r6.pdf", locked_pdf(user=PASSWORD, owner="o", R=6), STRONG),
        ("r6-clear-metadata.pdf", locked_pdf(user=PASSWORD, owner="o", R=6, metadata=False), STRONG),
        ("r5.pdf", locked_pdf(user=PASSWORD, owner="o", R=5), WEAK),
        ("r4-aes.pdf", locked_pdf(user=PASSWORD, owner="o", R=4, aes=True), STRONG),
        ("r4-rc4.pdf", locked_pdf(user=PASSWORD, owner="o", R=4, aes=False, metadata=False), WEAK),
        ("r3.pdf", locked_pdf(user=PASSWORD, owner="o", R=3, aes=False, metadata=False), WEAK),
        ("r2.pdf", locked_pdf(user=PASSWORD, owner="o", R=2, aes=False, metadata=False), WEAK),
        ("owner-only-r6.pdf", locked_pdf(user="", owner="o", R=6), LOOKALIKE),
        ("owner-only-r4.pdf", locked_pdf(user="", owner="o", R=4), LOOKALIKE),
        ("owner-only-r3.pdf", locked_pdf(user="", owner="o", R=3, aes=False, metadata=False), LOOKALIKE),
        ("empty-owner-r6.pdf", locked_pdf(user=PASSWORD, owner="", R=6), LOOKALIKE),
        ("four-spaces.pdf", locked_pdf(user="    ", owner="o", R=6), LOOKALIKE),
        ("certificate.pdf", _handler(b"/Adobe.PubSec"), WEAK),
        ("rights.pdf", _handler(b"/MicrosoftIRMServices"), RIGHTS),
        ("rights-other.pdf", _handler(b"/FOPN_fLock"), RIGHTS),
    ]


def _handler(name: bytes) -> bytes:
    """A PDF whose security handler is not the password one."""
    return re.sub(
        rb"/Filter\s*/Standard",
        b"/Filter " + name,
        locked_pdf(user=PASSWORD, owner="o", R=3, aes=False, metadata=False),
    )
