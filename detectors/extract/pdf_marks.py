"""Stamps, notes and form fields of a PDF page: the words that they draw over it are read as the page shows them."""

from collections.abc import Callable

import pypdfium2
import pypdfium2.raw as pdfium

PageText = Callable[[pypdfium2.PdfPage], str]
_MOST_MARKS = 2_000  # of a page


def stand_on(page: pypdfium2.PdfPage) -> bool:
    """Whether there are annotations other than links."""
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_MARKS)):
        mark = pdfium.FPDFPage_GetAnnot(page, index)
        if mark:
            kind = pdfium.FPDFAnnot_GetSubtype(mark)
            pdfium.FPDFPage_CloseAnnot(mark)
            if kind not in {pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP}:
                return True
    return False


def laid_over(document: pypdfium2.PdfDocument, index: int, text: str, page_text: PageText) -> str:
    """Lines that stamps, notes and form fields draw over the page: they are made part of it, and it is read anew."""
    page = document[index]
    try:
        if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
            return ""
    finally:
        page.close()
    page = document[index]
    try:
        known = {line.strip() for line in text.splitlines()}
        return "\n".join(line for line in page_text(page).splitlines() if line.strip() not in known)
    finally:
        page.close()
