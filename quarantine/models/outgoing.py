"""The outbox: what we send ourselves, and what became of it."""

# ruff: noqa: DJ008 - Django's own "Held object (id)" is all that may stand in a log or an exception

from django.db import models
from django.db.models import Q

from quarantine.models.held import Held, Sealed


class Sending(models.TextChoices):
    PENDING = "pending", "waiting"
    SENT = "sent", "taken by the next hop"
    FAILED = "failed", "not delivered"


class Outgoing(models.Model):
    """One message that we send ourselves: written with the change that caused it, sent by the delivery loop."""

    school = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)  # original, cured, partial, notice, report
    reference = models.CharField(max_length=64)  # the message that it is about
    held = models.ForeignKey(Held, null=True, on_delete=models.SET_NULL, related_name="outgoing")
    state = models.CharField(max_length=10, choices=Sending.choices, default=Sending.PENDING)
    envelope = models.BinaryField(null=True)  # sealed `letter.Letter`
    message = models.ForeignKey(Sealed, null=True, on_delete=models.SET_NULL, related_name="outgoing")
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    lease = models.CharField(max_length=32, blank=True)  # token of who is sending it now
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    join = models.CharField(max_length=64, blank=True)  # keyed hash: rows of which one is enough for a while

    class Meta:
        verbose_name_plural = "outgoing"
        indexes = (
            models.Index(fields=["state", "next_at"]),
            models.Index(fields=["reference"]),
            models.Index(fields=["done_at"]),
            models.Index(fields=["join", "created_at"], condition=~Q(join=""), name="outgoing_join"),
        )


class OutgoingRecipient(models.Model):
    """What became of one recipient of an outgoing message."""

    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="recipients")
    school = models.CharField(max_length=200)
    position = models.PositiveIntegerField()  # in the sealed envelope
    masked = models.CharField(max_length=320)
    state = models.CharField(max_length=10, choices=Sending.choices, default=Sending.PENDING)
    code = models.PositiveSmallIntegerField(default=0)  # the next hop's last reply
    enhanced = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["outgoing", "position"], name="outgoing_recipient_once"),
        )
