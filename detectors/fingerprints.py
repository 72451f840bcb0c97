"""Keyed hashes of personal values: equal values can be joined, and nobody without the key can guess back."""

import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Makes fingerprints under one installation key (32 random bytes)."""

    key: bytes = field(repr=False)

    def of(self, kind: str, value: str) -> str:
        """The fingerprint of a normalised value, 32 hex digits; equal values of two kinds differ."""
        text = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.key, text, "sha256").hex()[:32]
