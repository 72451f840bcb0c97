"""Stored features of a verdict: what a draft set needs to judge a message again, packed; no content, no address, no mask."""

import json
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from isal import isal_zlib

from policies.evidence import Facts
from policies.features import features
from quarantine.models import VerdictRecord

LARGEST = 4_000_000  # bytes unpacked; a message with more findings is left out of later replays
QUICK = 1  # of ISA-L, which writes what zlib reads: as small as zlib's own quick level, in half the time or a third
_CHUNK = 200  # rows read at once


def pack(facts: Facts) -> bytes | None:
    """The features of one message, small; None where there are too many."""
    text = _json(features(facts))
    return isal_zlib.compress(text, QUICK) if len(text) <= LARGEST else None


def _json(stored: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(stored)
    except UnicodeEncodeError:  # half a character, in an address: only an escape can write it
        return json.dumps(stored, separators=(",", ":")).encode("ascii")


def unpack(packed: bytes | memoryview) -> dict[str, Any]:
    """What `pack` made."""
    stored: dict[str, Any] = json.loads(zlib.decompressobj().decompress(bytes(packed), LARGEST))
    return stored


def count(since: datetime) -> int:
    """How many messages can be judged again."""
    return VerdictRecord.objects.filter(received_at__gte=since, features__isnull=False).count()


def stored(since: datetime) -> Iterator[dict[str, Any]]:
    """The features of all messages since then, oldest first."""
    rows = VerdictRecord.objects.filter(received_at__gte=since, features__isnull=False)
    packed = rows.order_by("received_at").values_list("features", flat=True)
    return (unpack(one) for one in packed.iterator(chunk_size=_CHUNK) if one is not None)
