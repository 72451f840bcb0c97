"""What senders choose for their messages, and what they try before sending."""

# ruff: noqa: DJ008 - Django's own "Held object (id)" is all that may stand in a log or an exception

from django.db import models
from django.db.models import Q

from quarantine.models.held import Held, Sealed


class Mend(models.TextChoices):
    CHOOSING = "choosing", "the sender chooses"
    DUE = "due", "all is chosen: to be mended and sent"
    DONE = "done", "mended, or given to somebody else"


class Mending(models.Model):
    """What the sender has chosen for a message that asks them, and how far the mending is."""

    held = models.OneToOneField(Held, primary_key=True, on_delete=models.CASCADE, related_name="mending")
    school = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=Mend.choices, default=Mend.CHOOSING)
    choices = models.JSONField(default=dict)  # key of a problem → cure
    confirmed = models.JSONField(
        default=list
    )  # [policy, fingerprint, part, positions, policy set] passed over
    words = models.JSONField(
        default=list
    )  # the sender's reasons and questions, each sealed (base64): they may name somebody
    asked = models.CharField(
        max_length=20, blank=True
    )  # why a role decides now: a cure's name, or our own word
    asked_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=200, blank=True)  # the officer who chose; "" = the sender
    password = models.BinaryField(null=True)  # one for each family: encrypted for the sender's page
    password_until = models.DateTimeField(null=True)
    noted_at = models.DateTimeField(null=True)  # the sender has seen the password
    rounds = models.PositiveSmallIntegerField(default=0)  # how often it came back after mending
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    lease = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["state", "next_at"]),
            models.Index(
                fields=["password_until"], condition=Q(password__isnull=False), name="mending_password"
            ),
        )


class PartnerPassword(models.Model):
    """The password that the school agreed with one organisation or person: its locked files open with it."""

    school = models.CharField(max_length=200)
    key = models.CharField(max_length=32)  # keyed hash of the domain or the address
    shown = models.CharField(max_length=320)  # a domain as it is, an address masked
    password = models.BinaryField()  # sealed: whoever sends reads it, the sender's page does not
    set_by = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["school", "key"], name="partner_password_once"),)


class Trial(models.Model):
    """A message that somebody only tries: sealed until it is judged, then gone; masks for an hour, sent to nobody."""

    id = models.CharField(primary_key=True, max_length=64)  # random: in the address of its page
    school = models.CharField(max_length=200)
    who = models.CharField(max_length=64)  # fingerprint of whoever asked
    created_at = models.DateTimeField(db_index=True)
    envelope = models.BinaryField(null=True)  # sealed `cover.Cover`; null when judged
    message = models.ForeignKey(Sealed, null=True, on_delete=models.SET_NULL, related_name="trials")
    action = models.CharField(max_length=12, blank=True)  # "" = not judged yet, "failed" = could not be
    hits = models.JSONField(default=list)  # masked
    lease = models.DateTimeField(null=True)  # nobody else judges it before
