"""Sensitivity labels of Microsoft Purview in files and messages: information alone, for a label locks nothing."""

import re

from detectors.extract.marks import Marks
from detectors.extract.reading import Node, Reading

FIELD = "msip_labels"  # the header field in which Outlook names them
_LABEL = re.compile(rb"MSIP_Label_[0-9a-fA-F-]{36}_|/2020/mipLabelMetadata|<clbl:label\b")
_WORDS = Marks(label=rb"MSIP_Label_|mipLabelMetadata|clbl:label")  # asked for first


def stands_in(data: bytes) -> bool:
    """Whether a property of the file names a label."""
    return bool(_WORDS.within(data)) and _LABEL.search(data) is not None


def told(node: Node, out: Reading) -> None:
    """The finding. Which label it is stands among the properties."""
    out.find(node, "sensitivity-label", "carries a label; a label alone lets everybody read it")
