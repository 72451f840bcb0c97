"""What was stopped and why, in masks and counts, with its sealed bytes. No content in clear."""

# ruff: noqa: DJ008 - Django's own "Held object (id)" is all that may stand in a log or an exception

from django.db import models
from django.db.models import Q

from quarantine.models.role_names import RoleNames


class State(models.TextChoices):
    HELD = "held", "held"
    CURED = "cured", "sent after a change"
    RELEASED = "released", "released"
    RETURNED = "returned", "returned to its sender"
    DELETED = "deleted", "deleted"
    EXPIRED = "expired", "expired unsent"


class Sealed(models.Model):
    """Bytes that only the private key opens: a message as received, or one of our own."""

    school = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()  # of the bytes inside
    created_at = models.DateTimeField(db_index=True)
    blob = models.BinaryField()  # last: SQLite walks through it to reach a column behind


class VerdictRecord(models.Model):
    """What was decided about one message, whatever became of it: counts, kinds and policies. No content."""

    id = models.CharField(primary_key=True, max_length=64)  # the envelope's
    school = models.CharField(max_length=200)
    action = models.CharField(max_length=12)
    received_at = models.DateTimeField()
    sender = models.CharField(max_length=64)  # fingerprint
    department = models.CharField(max_length=60, blank=True)  # the sender's, where it is large enough to name
    recipients = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    parts = models.PositiveIntegerField()
    policies = models.JSONField(default=list)  # ids of those that hit
    kinds = models.JSONField(default=dict)  # kind → count
    policy_set = models.CharField(max_length=100, blank=True)
    versions = models.JSONField(default=dict)  # of detectors and directory
    would = models.CharField(max_length=12, blank=True)  # what monitor mode or a bypass kept from happening
    features = models.BinaryField(null=True)  # `quarantine.features`: what a draft set can judge again

    class Meta:
        indexes = (
            models.Index(fields=["school", "received_at", "action"]),  # alone answers the console's reports
            models.Index(fields=["received_at"]),
            models.Index(fields=["school", "received_at"], condition=~Q(would=""), name="record_let_through"),
        )


class Held(models.Model):
    """One held message. Its state changes only in `quarantine.workflow`."""

    id = models.CharField(primary_key=True, max_length=64)  # the envelope's: shown as the reference
    school = models.CharField(max_length=200)
    action = models.CharField(max_length=12)  # "ask" or "quarantine"
    state = models.CharField(max_length=12, choices=State.choices, default=State.HELD)
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)  # next reminder or escalation, none when null
    reminders = models.PositiveSmallIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    note = models.BinaryField(null=True)  # the officer's words to the sender, sealed: they may name somebody
    false_alarm = models.BooleanField(default=False)  # the officer's word, when they released it
    legal_hold = models.BooleanField(default=False)  # stops every purge and the sender's cancel
    emergency_at = models.DateTimeField(null=True)  # its sender said: a child is at risk now
    retry_key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - null is "no longer", never a duplicate
    copies = models.CharField(
        max_length=64, blank=True
    )  # keyed hash: what a mail server's copies share, for joining only
    copy_of = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="followers"
    )  # while that one waits it is decided for this one too
    version = models.PositiveIntegerField(default=0)  # counts the changes

    reviewers = RoleNames(default=list)  # roles who decide
    hits = models.JSONField(default=list)  # `evidence.Shown`: masked
    misses = models.JSONField(default=list)
    findings = models.JSONField(default=list)  # masked
    parts = models.JSONField(default=list)  # labels masked
    policy_set = models.CharField(max_length=100, blank=True)
    level = models.PositiveSmallIntegerField(default=0)  # the highest P of all hits
    signatures = models.JSONField(default=list)  # "dkim", "smime", "pgp": what a cure would break

    sender = models.CharField(max_length=64)  # fingerprint
    sender_masked = models.CharField(max_length=320)
    size = models.PositiveBigIntegerField()
    envelope = models.BinaryField(
        null=True
    )  # sealed `letter.Letter`: who, to whom, Message-ID; null when purged
    message = models.ForeignKey(Sealed, null=True, on_delete=models.SET_NULL, related_name="held")

    class Meta:
        verbose_name_plural = "held"
        indexes = (
            models.Index(
                fields=["school", "state", "received_at", "decided_by"], name="held_near_misses"
            ),  # alone answers what was stopped in time
            models.Index(
                fields=["school", "state", "-level", "received_at", "action", "reviewers", "copy_of", "id"],
                name="held_queue",
            ),  # the order of the console's queue; it alone answers whose it is, and how many wait
            models.Index(fields=["state", "expires_at"]),
            models.Index(fields=["state", "remind_at"]),
            models.Index(fields=["sender", "received_at"]),
            models.Index(fields=["received_at"]),
            models.Index(fields=["decided_at"]),
            models.Index(
                fields=["school", "decided_at", "state", "action", "level", "reviewers", "id"],
                name="held_decided",
            ),  # the console's list of the decided, likewise
            models.Index(fields=["copies", "received_at"], condition=~Q(copies=""), name="held_copies"),
            models.Index(
                fields=["copy_of", "state"], condition=Q(copy_of__isnull=False), name="held_followers"
            ),
            models.Index(
                fields=["decided_at"], condition=Q(envelope__isnull=False), name="held_with_content"
            ),
        )

    @property
    def is_silent(self) -> bool:
        """Whether two people have said that the sender hears no more of it."""
        silence = getattr(self, "silence", None)
        return silence is not None and silence.approved_at is not None


class HeldRecipient(models.Model):
    """One recipient of a held message, by position: the address itself is in the sealed envelope."""

    held = models.ForeignKey(Held, on_delete=models.CASCADE, related_name="recipients")
    school = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    address = models.CharField(max_length=64)  # fingerprint
    masked = models.CharField(max_length=320)
    relation = models.CharField(
        max_length=50, blank=True
    )  # "parent", "own address", … where the facts say so
    emergency = models.CharField(max_length=10, blank=True)  # at-once, lead or never: see policies.emergency
    family = models.CharField(max_length=32, blank=True)  # keyed hash: those who share one password
    organisation = models.CharField(
        max_length=32, blank=True
    )  # keyed hash of the domain, where it is nobody's own
    state = models.CharField(max_length=12, choices=State.choices, default=State.HELD)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["held", "position"], name="held_recipient_once"),)
        indexes = (models.Index(fields=["address"]),)
