"""The directory: the school's pupils, staff and contacts, read from its own exports into one snapshot."""

from detectors.directory.errors import DirectoryError
from detectors.directory.load import DirectoryPaths, load
from detectors.directory.people import Contact, Directory, Outsider, Partner, Pupil, Staff

__all__ = [
    "Contact",
    "Directory",
    "DirectoryError",
    "DirectoryPaths",
    "Outsider",
    "Partner",
    "Pupil",
    "Staff",
    "load",
]
