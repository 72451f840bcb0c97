"""Memory that is held for nothing goes back to the system; nothing that anybody asks for is lost by it."""

import ctypes
import gc
from importlib import import_module

_LIBC = ctypes.CDLL(None)


def give_back() -> None:
    """Memory that is free in this process, and that its allocator kept for later."""
    _LIBC.malloc_trim(0)


def let_go() -> None:
    """What libraries made at import for what no worker does: presidio's own patterns, compiled, and the names that pypdf knows glyphs by."""
    import_module("regex").purge()
    import_module("pypdf._codecs").adobe_glyphs.clear()  # it is asked for the structure of files, never for their text
    gc.collect()
    give_back()
