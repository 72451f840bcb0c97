"""What stands for a while: memories, exceptions, the bypass and the policies in force."""

# ruff: noqa: DJ008 - Django's own "Held object (id)" is all that may stand in a log or an exception

from django.db import models
from django.db.models import Q


class Remembered(models.Model):
    """Keyed hashes of what went before, for `policies.History`: no address and no name."""

    kind = models.CharField(max_length=20)  # see `quarantine.memory`
    key = models.CharField(max_length=64)
    reference = models.CharField(max_length=64, blank=True)  # the message that it comes from
    until = models.DateTimeField(null=True)  # null: as long as it is true

    class Meta:
        verbose_name_plural = "remembered"
        constraints = (models.UniqueConstraint(fields=["kind", "key", "reference"], name="remembered_once"),)
        indexes = (
            models.Index(fields=["reference"], condition=~Q(reference=""), name="remembered_of"),
            models.Index(fields=["until"], condition=Q(until__isnull=False), name="remembered_until"),
        )


class Waiver(models.Model):
    """Leave for one sender to do what one policy would stop, once enough people approved it, until it ends."""

    id = models.CharField(primary_key=True, max_length=26)
    school = models.CharField(max_length=200)
    policy = models.CharField(max_length=200)  # its id, or that of its table
    sender = models.CharField(max_length=64)  # fingerprint
    sender_masked = models.CharField(max_length=320)
    recipients = models.JSONField(default=list)  # fingerprints; none = everybody
    recipients_masked = models.JSONField(default=list)
    reason = models.BinaryField()  # sealed: it may name somebody
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)


class Approval(models.Model):
    """One person's word for a waiver."""

    waiver = models.ForeignKey(Waiver, on_delete=models.CASCADE, related_name="approvals")
    who = models.CharField(max_length=200)
    roles = models.JSONField(default=list)  # theirs when they approved, of those whose word counts
    recorded_by = models.CharField(max_length=200, blank=True)  # themselves, or an account of the machine
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["waiver", "who"], name="approval_once"),)


class Bypass(models.Model):
    """The panic bypass: mail goes unhindered for a while."""

    school = models.CharField(max_length=200, blank=True)  # "" = all
    reason = models.BinaryField()  # sealed
    by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "bypasses"


class PolicyInForce(models.Model):
    """What the gateway's policy set says to the other processes: one row, written at each start and reload."""

    at = models.DateTimeField()
    policy_set = models.CharField(max_length=100)
    mode = models.CharField(max_length=12)
    obstacles = models.JSONField(default=list)  # why a set may not enforce, in words
    waiver_by = models.JSONField(default=list)
    waiver_approvers = models.PositiveSmallIntegerField(default=1)
    waiver_all = models.BooleanField(default=False)
    waivable = models.JSONField(default=list)  # ids of policies and tables
    incident_to = models.JSONField(default=list)
    lead = models.JSONField(default=list)  # roles that decide when a child is at risk
    words = models.TextField(blank=True)  # the whole set, plainly
    source = models.CharField(max_length=500, blank=True)  # its pack or file
    directory = models.JSONField(default=dict)  # version, age and counts; no name
    partners = models.JSONField(default=list)  # [domain, grade, why]
    aliases = models.JSONField(default=list)  # fingerprints of one person's several work addresses
    weak = models.BinaryField(null=True)  # sealed: names that are ordinary words too
    monitor_since = models.DateTimeField(null=True)  # null: it enforces
    report_at = models.DateTimeField(null=True)  # when the next report of monitor mode is due

    class Meta:
        verbose_name_plural = "policies in force"
        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_policy_in_force"),)
