"""An import put in force: saved, and written down with who did it and how many came and went."""

from datetime import datetime
from pathlib import Path

from gateway import snapshot
from gateway.importing import Import
from quarantine import audit
from quarantine.database import one_transaction


def put_in_force(storage: Path, read: Import, *, actor: str, now: datetime) -> None:
    """The one way in which an export becomes the school's people, wherever it came from."""
    snapshot.save(storage, read.snapshot)
    with one_transaction():
        audit.append(
            "directory-imported",
            now=now,
            actor=actor,
            version=read.after.version,
            pupils=len(read.export.pupils),
            new=len(read.changes.new),
            gone=len(read.changes.gone),
            changed=len(read.changes.changed),
        )
