"""Names, identifiers and sensitive words in extracts become findings; spaCy and presidio are known here alone."""

from detectors.recognize.labels import mask_label
from detectors.recognize.matcher import prepare
from detectors.recognize.name_lists import weak_names
from detectors.recognize.ner import FindsPeople, NamesFinder
from detectors.recognize.recognition import recognize

__all__ = ["FindsPeople", "NamesFinder", "mask_label", "prepare", "recognize", "weak_names"]
