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

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "school", "role"], name="role_once"),)
