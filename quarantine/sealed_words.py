"""Words that somebody wrote, sealed for a row: reasons, notes, questions. They may name a child, so no row holds them in clear."""

from quarantine import keys, store


def seal(words: str) -> bytes:
    """The words, to be read by whoever has the store's private key."""
    return store.seal(words.encode("utf-8", "replace"), keys.current().public)


def opened(sealed: bytes | memoryview | None) -> str:
    """What `seal` made; "" where nothing was written, or where it was purged."""
    return store.unseal(sealed, keys.current().opening).decode("utf-8", "replace") if sealed else ""
