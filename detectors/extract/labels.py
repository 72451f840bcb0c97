"""Sensitivity labels of Microsoft Purview in files and messages: information alone, for a label locks nothing."""

import re

from detectors.extract.reading import Node, Reading

FIELD = "msip_labels"  # the header field in which Outlook names them
_LABEL = re.compile(rb"MSIP_Label_[0-9a-fA-F-]{36}_|/2020/mipLabelMetadata|<clbl:label\b")
_WORDS = (b"MSIP_Label_", b"mipLabelMetadata", b"clbl:label")  # asked for first: three times as fast


def stands_in(data: bytes) -> bool:
    """Whether a property of the file names a label."""
    return any(word in data for word in _WORDS) and _LABEL.search(data) is not None


def told(node: Node, out: Reading) -> None:
    """The finding. Which label it is stands among the properties."""
    out.find(node, "sensitivity-label", "carries a label; a label alone lets everybody read it")
