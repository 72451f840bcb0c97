"""A value that is worked out while its owner waits for something else; whoever asks before that works it out at once."""

import contextlib
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """`make` is for the loop's spare moment and never raises; to call it gives the value, or the error that making it meets."""

    __slots__ = ("_making", "_value")

    def __init__(self, making: Callable[[], T]) -> None:
        self._making = making
        self._value: T | None = None

    def make(self) -> None:
        """Now, where there is time; an error is told to whoever asks for the value."""
        with contextlib.suppress(Exception):
            self._value = self._making()

    def __call__(self) -> T:
        return self._making() if self._value is None else self._value
