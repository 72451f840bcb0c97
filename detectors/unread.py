"""The scan of a message that could not be read at all, and the words that scan and pool share."""

from detectors.findings import Finding, Part, Read, Scan, Where

VERSION = "2"  # of extractors and recognizers together: goes up when the same bytes may give another answer
RECOGNIZING = "recognizing"  # the step after all parts are read; in its place no part is being read


def unread(size: int, reason: str, why: str, directory_version: str) -> Scan:
    """One part, not read, and the finding that says why."""
    part = Part(path="0", role=Where.MESSAGE, sniffed="eml", size=size, read=Read.NOT, read_why=why)
    return Scan(
        parts=(part,),
        findings=(whole_finding(reason, why),),
        versions={"detectors": VERSION, "directory": directory_version},
    )


def whole_finding(reason: str, why: str) -> Finding:
    """The message as a whole is unreadable."""
    return Finding(kind=f"unreadable:{reason}", recognizer="reading", why=why)
