"""Who signs in to the console, and the roles that say what they may do."""

# ruff: noqa: DJ008 - Django's own "Held object (id)" is all that may stand in a log or an exception

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Who may sign in to the console. What they may do is in their roles."""


class Role(models.Model):
    """One person's role in one school: dpo, dsl, reviewer, it, admin, auditor, …"""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    school = models.CharField(max_length=200)
    role = models.CharField(max_length=50)
    by_group = models.BooleanField(default=False)  # the provider's groups gave it and take it away

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "school", "role"], name="role_once"),)


class SignInCount(models.Model):
    """What limits sign-ins, until it ends: times of attempts, or that a code was used. See `quarantine.console.limits`."""

    key = models.CharField(max_length=64, primary_key=True)  # keyed hash
    value = models.JSONField()
    until = models.DateTimeField(db_index=True)


class SavedView(models.Model):
    """A filter of the queue that one person keeps under a name."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=60)
    page = models.CharField(max_length=20)  # name of the list: queue or history
    query = models.BinaryField()  # sealed: it may hold an address
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "name"], name="saved_view_once"),)
