"""The table of extractors: our name of a type -> the function that reads it. To add a format: a file, a line here, a case in tests/corpus, a row in docs/reading.md."""

from collections.abc import Callable

from detectors.extract import (
    archive_zip,
    archives,
    cards,
    cms,
    docx,
    html,
    images,
    iwork,
    legacy,
    mapi,
    mime,
    odf,
    ole,
    packages,
    pdf,
    pgp,
    plain,
    pptx,
    rar,
    rtf,
    svg,
    sylk,
    uuencode,
    xlsx,
    xml,
)
from detectors.extract.protection import ooxml
from detectors.extract.reading import Node, Reading

Extractor = Callable[[Node, Reading], None]

OPAQUE = frozenset({"audio", "video", "font"})
PICTURES = frozenset({"png", "jpeg", "gif", "tiff", "bmp", "webp", "heic", "avif", "psd", "djvu", "image"})

EXTRACTORS: dict[str, Extractor] = {
    # mail
    "eml": mime.read,
    "body-text": plain.read_body,
    "body-html": html.read,
    "headers": plain.read_fields,
    "msg": mapi.read_msg,
    "tnef": mapi.read_tnef,
    "cms": cms.read,
    "pem": cms.read_pem,
    "pgp": pgp.read,
    "rpmsg": packages.read_rights_managed,
    "drm": packages.read_rights_managed,
    "ics": cards.read,
    "vcf": cards.read,
    # text
    "txt": plain.read_text,
    "csv": plain.read_csv,
    "slk": sylk.read_slk,
    "dif": sylk.read_dif,
    "json": plain.read_json,
    "html": html.read,
    "xml": xml.read,
    "svg": svg.read,
    "yenc": uuencode.read_yenc,
    "uu": plain.read_text,
    "rtf": rtf.read,
    # documents
    "docx": docx.read,
    "xlsx": xlsx.read,
    "xlsb": packages.read_xlsb,
    "pptx": pptx.read,
    "vsdx": packages.read_sweep,
    "ooxml-encrypted": ooxml.read_encrypted,
    "odt": odf.read,
    "ods": odf.read,
    "odp": odf.read,
    "odg": odf.read,
    "odf": odf.read,
    "doc": legacy.read_doc,
    "xls": legacy.read_xls,
    "ppt": legacy.read_ppt,
    "pub": ole.read,
    "vsd": ole.read,
    "ole": ole.read,
    "ole-package": ole.read,
    "pdf": pdf.read,
    "xps": packages.read_xps,
    "epub": packages.read_epub,
    "iwork": iwork.read,
    # containers
    "zip": archive_zip.read,
    "7z": archives.read_7z,
    "rar": rar.read,
    "tar": archives.read_libarchive,
    "cab": archives.read_libarchive,
    "iso": archives.read_libarchive,
    "cpio": archives.read_libarchive,
    "ar": archives.read_libarchive,
    "xar": archives.read_libarchive,
    "gz": archives.read_stream,
    "bz2": archives.read_stream,
    "xz": archives.read_stream,
    "zst": archives.read_zstd,
    # pictures
    **dict.fromkeys(sorted(PICTURES), images.read),
    **dict.fromkeys(("emf", "wmf"), images.read_drawing),
    "leavings": images.read_leavings,
}
