"""Writes compound files (OLE) for tests: storages and streams as a dict of paths."""

import struct

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """Streams by path ("a/b"); each is padded with zeros to 4,096 bytes, so that no mini stream is needed."""
    entries: list[list[object]] = [["Root Entry", 5, [], b"", 0]]
    index = {"": 0}
    for path, data in streams.items():
        parent = ""
        *folders, name = path.split("/")
        for folder in folders:
            here = f"{parent}/{folder}" if parent else folder
            if here not in index:
                index[here] = len(entries)
                entries.append([folder, 1, [], b"", 0])
                entries[index[parent]][2].append(index[here])  # type: ignore[attr-defined]
            parent = here
        index[path] = len(entries)
        entries.append([name, 2, [], data.ljust(4096, b"\0"), max(len(data), 4096)])
        entries[index[parent]][2].append(index[path])  # type: ignore[attr-defined]
    return _file(entries)


def _file(entries: list[list[object]]) -> bytes:
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(data: bytes) -> int:
        start = len(sectors)
        count = max(1, -(-len(data) // _SECTOR))
        for i in range(count):
            sectors.append(data[i * _SECTOR : (i + 1) * _SECTOR].ljust(_SECTOR, b"\0"))
            fat.append(len(sectors))
        fat[-1] = _END
        return start

    starts = [store(bytes(e[3])) if e[3] else _END for e in entries]  # type: ignore[arg-type]
    directory = store(b"".join(_entry(entries, i, starts[i]) for i in range(len(entries))))
    fat_sectors = -(-(len(fat) + 8) // (_SECTOR // 4))
    first_fat = len(sectors)
    fat += [_FAT] * fat_sectors
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_sectors * _SECTOR, b"\xff")
    sectors += [table[i * _SECTOR : (i + 1) * _SECTOR] for i in range(fat_sectors)]
    difat = [*range(first_fat, first_fat + fat_sectors)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, directory, 0, 4096, _END, 0, _END, 0
    )
    header += struct.pack("<109I", *(difat + [_FREE] * (109 - len(difat))))
    return header[:_SECTOR].ljust(_SECTOR, b"\0") + b"".join(sectors)


def _entry(entries: list[list[object]], number: int, start: int) -> bytes:
    name, kind, children, _, size = entries[number]
    parent = next((e for e in entries if number in e[2]), None)  # type: ignore[operator]
    family = (
        sorted(parent[2], key=lambda i: (len(str(entries[i][0])), str(entries[i][0]).upper()))
        if parent
        else []
    )  # type: ignore[arg-type]
    at = family.index(number) if parent else 0
    right = family[at + 1] if at + 1 < len(family) else _FREE
    own = sorted(children, key=lambda i: (len(str(entries[i][0])), str(entries[i][0]).upper()))  # type: ignore[call-overload]
    encoded = (str(name) + "\0").encode("utf-16-le")
    body = encoded.ljust(64, b"\0") + struct.pack(
        "<HBBIII", len(encoded), kind, 1, _FREE, right, own[0] if own else _FREE
    )
    return body + b"\0" * 36 + struct.pack("<IQ", start, size)
