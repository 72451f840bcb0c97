"""What the law wants kept: a message, all of one sender, or all about one pupil, until somebody ends it."""

# ruff: noqa: DJ008 - Django's own "LegalHold object (id)" is all that may stand in a log or an exception

from django.db import models
from django.db.models import Q


class About(models.TextChoices):
    MESSAGE = "message", "this message"
    SENDER = "sender", "everything from this sender"
    PERSON = "person", "everything about this person"


class LegalHold(models.Model):
    """One order to keep; `Held.legal_hold` says whether any of them covers a message."""

    id = models.CharField(primary_key=True, max_length=64)
    school = models.CharField(max_length=200)
    about = models.CharField(max_length=10, choices=About.choices)
    key = models.CharField(
        max_length=128
    )  # of a message, a sender's fingerprint, or a person of the directory
    masked = models.CharField(max_length=320, blank=True)  # as people see it: "A… T…"
    reason = models.BinaryField(null=True)  # sealed: it may name somebody
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    ended_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["school", "about", "key"], condition=Q(ended_at=None), name="legal_hold_stands"
            ),
        )
