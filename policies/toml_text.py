"""TOML that somebody wrote: UTF-8, with or without a byte order mark; whatever is wrong with it is one fault in words."""

import tomllib
from typing import Any


class NotTomlError(ValueError):
    """What is wrong, with its line and column; the reader knows the file."""


def document(raw: bytes | str) -> dict[str, Any]:
    """The tables of a file."""
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
        return tomllib.loads(text)
    except UnicodeDecodeError:
        raise NotTomlError("is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise NotTomlError(f"is not TOML: {error}") from None
