"""The one Django app of Schoolgate."""

from django.apps import AppConfig


class QuarantineConfig(AppConfig):
    name = "quarantine"
    default_auto_field = "django.db.models.BigAutoField"
