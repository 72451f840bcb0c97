"""Memory that is held for nothing goes back to the system; nothing that anybody asks for is lost by it."""

import ctypes
import gc
import re
from importlib import import_module
from pathlib import Path

_LIBC = ctypes.CDLL(None)
_LIBC.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
_DONTNEED = 4
_REGIONS = Path("/proc/self/smaps")
_AS_ON_DISK = re.compile(  # a region of a file that this process has not changed, and may not change
    rb"^([0-9a-f]+)-([0-9a-f]+) r-.p \S+ \S+ \S+ +/.*\n(?:[A-Z].*\n)*?Anonymous: +0 kB$",
    re.MULTILINE,
)


def give_back() -> None:
    """Memory that is free in this process, and that its allocator kept for later."""
    _LIBC.malloc_trim(0)


def let_go() -> None:
    """What libraries made at import for what no worker does: the names that pypdf knows glyphs by."""
    codecs = import_module("pypdf._codecs")
    codecs.adobe_glyphs.clear()  # it is asked for the structure of files, never for their text
    gc.collect()
    give_back()


def let_go_of_files() -> None:
    """Pages of libraries that stand on the disk as they are here: whoever needs one of them has it back at once. Most of them serve to load only."""
    try:
        regions = _REGIONS.read_bytes()
    except OSError:  # a system that does not tell keeps them
        return
    for start, end in _AS_ON_DISK.findall(regions):
        _LIBC.madvise(int(start, 16), int(end, 16) - int(start, 16), _DONTNEED)
