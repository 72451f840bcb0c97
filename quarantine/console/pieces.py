"""What the console gets of a message that was opened for a preview: text and names. Whoever shows it loads no reader of documents."""

import msgspec


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of text with the place where it stands; a table has rows instead."""

    part: str
    place: str
    where: str
    text: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    places: tuple[str, ...] = ()
    quoted: bool = False
    hidden: bool = False
    cut: bool = False


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What of a message can be shown: names of its parts by path, pieces of text, the formatted body without anything active."""

    names: dict[str, str]
    types: dict[str, str]
    pieces: tuple[Piece, ...]
    formatted: str = ""
    cut: bool = False
