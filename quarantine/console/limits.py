"""What limits sign-ins, shared by all processes of the console: counts and used codes in the database, as JSON under keyed hashes.

Django's own database cache unpickles what it reads, and whoever takes mail in may write to this database: no pickle here.
"""

from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from quarantine.models import SignInCount


class SharedCounts(BaseCache):
    """Django's cache interface, as far as allauth's limits use it."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:  # noqa: ARG002 - Django gives both
        super().__init__(params)

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Write it where nothing stands; of several at once one succeeds. What has ended goes."""
        SignInCount.objects.filter(until__lte=timezone.now()).delete()
        try:
            with transaction.atomic():
                SignInCount.objects.create(
                    key=self._mark(key, version), value=value, until=self._until(timeout)
                )
        except IntegrityError:
            return False
        return True

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = self._rows(key, version).filter(until__gt=timezone.now()).values_list("value", flat=True)
        return next(iter(found), default)

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        SignInCount.objects.update_or_create(
            key=self._mark(key, version), defaults={"value": value, "until": self._until(timeout)}
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._rows(key, version).delete()[0] > 0

    def clear(self) -> None:
        SignInCount.objects.all().delete()

    def _rows(self, key: str, version: int | None) -> QuerySet[SignInCount]:
        return SignInCount.objects.filter(key=self._mark(key, version))

    def _mark(self, key: str, version: int | None) -> str:
        """The key holds an address of the network: a keyed hash of it does not."""
        return salted_hmac("sign-in counts", self.make_key(key, version), algorithm="sha256").hexdigest()

    def _until(self, timeout: float | None) -> datetime:
        ends = self.get_backend_timeout(timeout)  # seconds since 1970
        if ends is None:
            raise ValueError("every count ends")
        return datetime.fromtimestamp(ends, UTC)
