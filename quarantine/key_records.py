"""The database's memory of the keys: what was sealed with them is never met with others, nor with none."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from quarantine.keys import Keys, KeysError, exist, load, make
from quarantine.models import KeyRecord, Sealed


def check(keys: Keys, *, now: datetime) -> None:
    """Compare with what the database knows; a new database learns them."""
    with transaction.atomic(durable=True):
        known = dict(KeyRecord.objects.values_list("name", "mark"))
        if not known and not Sealed.objects.exists():
            KeyRecord.objects.bulk_create(
                [KeyRecord(name=name, mark=mark, recorded_at=now) for name, mark in keys.marks().items()]
            )
            return
    differ = [name for name, mark in keys.marks().items() if known.get(name) != mark]
    if differ:
        raise KeysError(
            f"These keys are not those that the database was made with: {', '.join(differ)}.",
            "Restore keys and database from the same backup (`schoolgate restore FILE`).",
        )


def ensure(folder: Path, *, private: bool, now: datetime) -> Keys:
    """The keys, checked; made now if this is a first start (no keys, no key records, no sealed rows)."""
    if not exist(folder):
        if KeyRecord.objects.exists() or Sealed.objects.exists():
            raise KeysError(
                f"There is no folder {folder}, but the database holds messages sealed with its keys.",
                "Restore the keys from your backup (`schoolgate restore FILE`).",
            )
        make(folder)
    keys = load(folder, private=private)
    check(keys, now=now)
    return keys
