"""What is remembered of mail and people that went before, as keyed hashes alone: written with the change that it tells of."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from quarantine.database import one_transaction
from quarantine.models import Remembered

PAIR = "locked-file"  # a locked file went, or waits to go, from one person to another
CONTACT = "contact"  # an address that the directory holds
FORMER = "former-contact"  # … and held until lately
DAY = timedelta(hours=24)  # a password that is sent later than this is no longer taken for the file's
YEAR = timedelta(days=366)  # as long as leavers are known
_AT_ONCE = 500  # hashes in one question


def remember(keys: Iterable[str], *, reference: str, until: datetime) -> None:
    """Keep the pair keys of one message. Belongs in the transaction of its record."""
    rows = [Remembered(kind=PAIR, key=key, reference=reference, until=until) for key in keys]
    Remembered.objects.bulk_create(rows, ignore_conflicts=True)


def went(reference: str, *, now: datetime) -> None:
    """A message that was held has gone: from now on it counts for a day."""
    Remembered.objects.filter(kind=PAIR, reference=reference).update(until=now + DAY)


def forget(reference: str) -> None:
    """A message that was held never goes."""
    Remembered.objects.filter(kind=PAIR, reference=reference).delete()


def recall(keys: Iterable[str], *, now: datetime) -> frozenset[str]:
    """Those of the pair keys that are remembered."""
    asked, found = sorted(keys), set[str]()
    for start in range(0, len(asked), _AT_ONCE):
        rows = Remembered.objects.filter(kind=PAIR, key__in=asked[start : start + _AT_ONCE], until__gt=now)
        found.update(rows.values_list("key", flat=True))
    return frozenset(found)


def see_contacts(present: frozenset[str], *, now: datetime) -> int:
    """Compare the directory's addresses with those of last time: who is gone is a former contact for a year."""
    with one_transaction():
        known = frozenset(Remembered.objects.filter(kind=CONTACT).values_list("key", flat=True))
        if known == present:
            return 0
        gone, new = sorted(known - present), sorted(present - known)
        for start in range(0, len(gone), _AT_ONCE):
            Remembered.objects.filter(kind=CONTACT, key__in=gone[start : start + _AT_ONCE]).delete()
        for start in range(0, len(new), _AT_ONCE):
            Remembered.objects.filter(kind=FORMER, key__in=new[start : start + _AT_ONCE]).delete()
        rows = [Remembered(kind=CONTACT, key=key) for key in new]
        rows += [Remembered(kind=FORMER, key=key, until=now + YEAR) for key in gone]
        Remembered.objects.bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)
    return len(gone)


def former_contacts(*, now: datetime) -> frozenset[str]:
    """The addresses that lately left the directory."""
    return frozenset(Remembered.objects.filter(kind=FORMER, until__gt=now).values_list("key", flat=True))
