"""What stands beside a lock that nobody here opens: words in the clear, which are read. Microsoft's rights management is such a lock."""

from detectors.extract.carried import sentences
from detectors.extract.reading import Node, Reading
from detectors.findings import Protection, Read


def managed(node: Node, out: Reading) -> None:
    """A file that Microsoft's rights management opens for its readers alone."""
    out.protect(node, Protection.RIGHTS_MANAGED, "Microsoft rights management")
    node.read, node.why = Read.NOT, "locked"
    beside(node, out)


def beside(node: Node, out: Reading) -> None:
    """The words of a locked file that are not behind its lock."""
    out.text(node, sentences(node.data), place="beside its lock", hidden=True)
