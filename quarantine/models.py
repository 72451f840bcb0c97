"""The rows: what was stopped and why, in masks and counts; sealed bytes; the outbox; the audit. Each carries its school."""

# ruff: noqa: DJ008 - Django's own "Held object (id)" is all that may stand in a log or an exception

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    HELD = "held", "held"
    CURED = "cured", "sent after a change"
    RELEASED = "released", "released"
    RETURNED = "returned", "returned to its sender"
    DELETED = "deleted", "deleted"
    EXPIRED = "expired", "expired unsent"


class User(AbstractUser):
    """Who may sign in to the console. What they may do is in their roles."""


class Role(models.Model):
    """One person's role in one school: dpo, dsl, reviewer, it, admin, auditor, …"""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    school = models.CharField(max_length=200)
    role = models.CharField(max_length=50)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "school", "role"], name="role_once"),)


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
    legal_hold = models.BooleanField(default=False)  # stops every purge and the sender's cancel
    emergency_at = models.DateTimeField(null=True)  # its sender said: a child is at risk now
    retry_key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - null is "no longer", never a duplicate
    copies = models.CharField(max_length=64, blank=True)  # keyed hash: what a mail server's copies share, for joining only
    copy_of = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="followers"
    )  # while that one waits it is decided for this one too
    version = models.PositiveIntegerField(default=0)  # counts the changes

    reviewers = models.JSONField(default=list)  # roles who decide
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
            models.Index(fields=["school", "state", "received_at"]),
            models.Index(
                fields=["school", "state", "-level", "received_at"]
            ),  # the order of the console's queue
            models.Index(fields=["state", "expires_at"]),
            models.Index(fields=["state", "remind_at"]),
            models.Index(fields=["sender", "received_at"]),
            models.Index(fields=["received_at"]),
            models.Index(fields=["decided_at"]),
            models.Index(fields=["school", "decided_at"]),  # the console's list of the decided
            models.Index(fields=["copies", "received_at"], condition=~Q(copies=""), name="held_copies"),
            models.Index(
                fields=["decided_at"], condition=Q(envelope__isnull=False), name="held_with_content"
            ),
        )


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
    monitor_since = models.DateTimeField(null=True)  # null: it enforces
    report_at = models.DateTimeField(null=True)  # when the next report of monitor mode is due

    class Meta:
        verbose_name_plural = "policies in force"
        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_policy_in_force"),)


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
