"""The directory: the school's pupils, staff and contacts, read from its own exports into one snapshot."""

from detectors.directory.people import Contact, Directory, Outsider, Partner, Pupil, Staff

__all__ = ["Contact", "Directory", "Outsider", "Partner", "Pupil", "Staff"]
