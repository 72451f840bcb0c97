"""All budgets of a scan in one place, each with its reason; what exceeds one is a finding, never cut off silently."""

from dataclasses import dataclass

MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The defaults hold for a 50 MB message on one core within 30 seconds."""

    # The message
    mime_parts: int = 1_000  # a real message has under 50; 20,000 parts take the parser 1.6 s
    depth: int = 20  # messages, archives and documents inside each other; real ones stay under 6
    header_bytes: int = (
        64_000  # of one part; a long To list has 20 kB, and 20,000 recipients take seconds to parse
    )
    header_words: int = 2_000  # encoded words per header block; decoding is slow by design of the format
    # The whole scan
    seconds: float = 20.0  # reading time; what has not begun by then is not read. Leaves 10 s for recognizing
    part_seconds: float = 10.0  # one part; a page or a sheet that takes longer was made to
    parts: int = 5_000  # nodes in the tree: a ZIP of a year of photographs has 2,000
    text_chars: int = 60_000_000  # all extracts together: names are sought at 15 MB/s
    part_chars: int = 30_000_000  # one part: a 25 MB workbook has about this much text
    findings: int = 5_000  # what crosses back to the gateway is bounded
    # What comes out of what is packed
    out_bytes: int = 400 * MB  # all unpacked bytes together, inflated at 300 MB/s
    entry_bytes: int = 100 * MB  # one entry: twice the largest message
    ratio: int = 1_100  # deflate cannot exceed 1,032; overlapping and nested bombs do
    entries: int = 10_000  # names in one archive
    xml_bytes: int = 150 * MB  # XML of one document part: 20 MB workbooks have 120 MB of it
    xml_depth: int = 256  # nested elements; Word stops at far fewer
    html_depth: int = 2_000  # nested elements; the parser is quadratic in depth
    # Documents
    pages: int = 2_000  # pages of a PDF; a page takes a millisecond
    pictures: int = 20  # of a message that are read for words, pages of scans among them: three seconds each
    pixels: int = 80 * MB  # of one picture; telephones make 50 million
    pdf_objects: int = 300_000  # objects visited in the structure of a PDF
    cells: int = 3_000_000  # cells of a workbook
    # Passwords that lie beside the lock
    candidates: int = 20  # tries per file
    try_seconds: float = 4.0  # per message: an agile workbook takes 0.2 s a try
    spin_count: int = 1_000_000  # key stretching rounds that we are ready to run; Office writes 100,000
    # Memory of what was read before, in one worker
    cache_bytes: int = 16 * MB  # one newsletter to 600 parents is read once
