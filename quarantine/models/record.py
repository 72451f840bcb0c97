"""The record that nobody may change: the audit chain, its signed ends, and the keys as first seen."""

# ruff: noqa: DJ008 - Django's own "Held object (id)" is all that may stand in a log or an exception

from django.db import models
from django.db.models import Q


class AuditEvent(models.Model):
    """One thing that happened: ids, kinds, counts and who did it. Appended by `quarantine.audit` alone, never changed."""

    number = models.PositiveBigIntegerField(primary_key=True)  # 1, 2, 3 … without a gap
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    school = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=200, blank=True)
    details = models.JSONField(null=True)  # null when emptied by retention; the chain stays
    salt = models.CharField(max_length=32, blank=True)
    body = models.CharField(max_length=64)  # hash of salt, actor and details
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = (
            models.Index(fields=["reference"]),
            models.Index(fields=["school", "at"]),
            models.Index(fields=["kind", "number"]),
            models.Index(fields=["actor", "number"]),
            models.Index(fields=["at"]),
            models.Index(fields=["at"], condition=Q(details__isnull=False), name="event_with_details"),
        )


class ChainHead(models.Model):
    """The end of the audit chain: the one row that every event locks."""

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_chain_head"),)


class SignedHead(models.Model):
    """The end of the audit chain on one day, signed: see `quarantine.heads`."""

    day = models.DateField(primary_key=True)
    number = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    statement = models.TextField()
    signature = models.CharField(max_length=100)  # base64


class KeyRecord(models.Model):
    """A fingerprint of one key of the installation, as first seen."""

    name = models.CharField(max_length=50, primary_key=True)
    mark = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
