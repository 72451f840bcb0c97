"""What already went wrong: told by staff, with the clock that the law starts. Words are sealed."""

# ruff: noqa: DJ008 - Django's own "Incident object (id)" is all that may stand in a log or an exception

from django.db import models
from django.db.models import Q


class Happened(models.TextChoices):
    WRONG_PERSON = "wrong-person", "It went to the wrong person"
    WRONG_FILE = "wrong-file", "The wrong file was attached"
    EXPOSED = "exposed", "People could see each other's addresses"
    ACCOUNT = "account", "Somebody else may have read the mailbox"
    LOST = "lost", "A device or paper was lost"
    OTHER = "other", "Something else"


class Outcome(models.TextChoices):
    REPORTED = "reported", "Reported to the ICO"
    NOT_REPORTED = "not-reported", "A breach, not reported: no likely risk to people"
    NOT_A_BREACH = "not-a-breach", "No breach: nothing had left the school"


class Incident(models.Model):
    """One incident: when it was noticed, who told it, and what was decided about it and why."""

    id = models.CharField(primary_key=True, max_length=64)
    school = models.CharField(max_length=200)
    reference = models.CharField(max_length=64, blank=True)  # the message, where it is known
    happened = models.CharField(max_length=20, choices=Happened.choices)
    aware_at = models.DateTimeField()  # the 72 hours run from here (UK GDPR art. 33)
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=200)  # an account, or "sender" from their page
    teller = models.CharField(max_length=64, blank=True)  # fingerprint of that sender
    words = models.BinaryField()  # sealed: what happened
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    why = models.BinaryField(null=True)  # sealed: the reason for the outcome
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (models.Index(fields=["school", "closed_at", "aware_at"]),)
        constraints = (
            models.UniqueConstraint(
                fields=["reference", "teller"], condition=~Q(teller=""), name="incident_told_once"
            ),
        )
