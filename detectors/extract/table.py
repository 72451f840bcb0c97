"""The table of extractors: our name of a type -> the function that reads it. To add a format: a file, a line here, a case in tests/corpus, a row in docs/reading.md."""

from collections.abc import Callable

from detectors.extract import archive_zip, docx, html, mime, pdf, plain, uuencode, xlsx, xml
from detectors.extract.protection import ooxml
from detectors.extract.reading import Node, Reading

Extractor = Callable[[Node, Reading], None]

OPAQUE = frozenset({"audio", "video", "font"})

EXTRACTORS: dict[str, Extractor] = {
    "eml": mime.read,
    "body-text": plain.read_body,
    "body-html": html.read,
    "headers": plain.read_fields,
    "txt": plain.read_text,
    "csv": plain.read_csv,
    "json": plain.read_json,
    "html": html.read,
    "xml": xml.read,
    "yenc": uuencode.read_yenc,
    "uu": plain.read_text,
    "docx": docx.read,
    "xlsx": xlsx.read,
    "ooxml-encrypted": ooxml.read_encrypted,
    "pdf": pdf.read,
    "zip": archive_zip.read,
}
