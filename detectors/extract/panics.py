"""A panic inside a library written in Rust is no `Exception` in Python: here it becomes one, so that it costs a part and not a worker."""

from collections.abc import Iterator
from contextlib import contextmanager


class LibraryPanic(Exception):  # noqa: N818 - the word of the libraries' language
    """A library gave up in the middle of a file."""


@contextmanager
def contained() -> Iterator[None]:
    """Run a call that may panic."""
    try:
        yield
    except BaseException as error:
        if type(error).__module__ == "pyo3_runtime":  # the class cannot be imported
            raise LibraryPanic from None
        raise
