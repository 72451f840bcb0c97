"""winmail.dat by hand, from MS-OXTNEF: no program that we could run writes it."""

import struct


def winmail() -> bytes:
    """A subject, a body, and an attachment with a long name."""
    long_name = "Quill Long".encode("utf-16-le") + b"\0\0"
    props = struct.pack("<I", 1) + struct.pack("<HHII", 0x1F, 0x3707, 1, 22) + long_name + b"\0\0"
    return (
        b"\x78\x9f\x3e\x22\x01\x00"
        + attribute(1, 0x00018004, b"Quill Subject\0")
        + attribute(1, 0x0002800C, b"Quill Body\0")
        + attribute(2, 0x00069002, b"\0" * 14)
        + attribute(2, 0x00018010, b"short.txt\0")
        + attribute(2, 0x0006800F, b"Quill Attached")
        + attribute(2, 0x00069005, props)
    )


def attribute(level: int, number: int, data: bytes) -> bytes:
    """One attribute with its check sum."""
    return (
        bytes([level]) + struct.pack("<II", number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    )
