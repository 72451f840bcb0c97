"""What reviewers do besides deciding: they ask senders, keep a decision quiet by two people's word, and stand in for each other."""

# ruff: noqa: DJ008 - Django's own "Question object (id)" is all that may stand in a log or an exception

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from quarantine.models.held import Held


class Question(models.Model):
    """One question of a reviewer to the sender of a held message, and the answer. Words are sealed."""

    held = models.ForeignKey(Held, on_delete=models.CASCADE, related_name="questions")
    school = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    words = models.BinaryField()
    answered_at = models.DateTimeField(null=True)
    answer = models.BinaryField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["held"], condition=Q(answered_at=None), name="one_open_question"),
        )


class Silence(models.Model):
    """The sender of a held message hears nothing more of it: asked for by one person, in force with a second one's word."""

    held = models.OneToOneField(Held, primary_key=True, on_delete=models.CASCADE, related_name="silence")
    school = models.CharField(max_length=200)
    reason = models.BinaryField()  # sealed
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    approved_by = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(asked_by=F("approved_by")), name="silence_needs_two_people"),
        )


class Absence(models.Model):
    """Somebody is away, and who stands in for them: the deputy sees what they would see, until they are back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stands_in")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_has_a_length"),
            models.CheckConstraint(condition=~Q(user=F("deputy")), name="absence_has_a_deputy"),
        )
