"""An export of the school's lists that somebody sent to the console: sealed, looked at, and only in force with their word."""

# ruff: noqa: DJ008 - Django's own "DirectoryUpload object (id)" is all that may stand in a log or an exception

from django.db import models
from django.db.models import Q


class Upload(models.TextChoices):
    WAITING = "waiting", "to be looked at"
    PREVIEWED = "previewed", "its person decides"
    CONFIRMED = "confirmed", "to be put in force"
    IMPORTED = "imported", "in force"
    REFUSED = "refused", "something is wrong with it"
    DROPPED = "dropped", "thrown away, or too old"


OPEN = (Upload.WAITING, Upload.PREVIEWED, Upload.CONFIRMED)


class DirectoryUpload(models.Model):
    """One export. Its bytes go with the last decision, or after a day; what was found in it is sealed, as headings may be anything."""

    school = models.CharField(max_length=200)  # the installation's first: the lists are of all
    state = models.CharField(max_length=10, choices=Upload.choices, default=Upload.WAITING)
    by = models.CharField(max_length=200)
    at = models.DateTimeField(db_index=True)
    files = models.BinaryField(null=True)  # sealed: names and bytes
    report = models.BinaryField(null=True)  # sealed: counts, headings, what is wrong
    base = models.CharField(max_length=100, blank=True)  # the version that the preview was compared with
    confirmed_by = models.CharField(max_length=200, blank=True)
    shrink = models.BooleanField(default=False)  # they know that it has far fewer pupils
    ended_at = models.DateTimeField(null=True)
    lease = models.DateTimeField(null=True)  # nobody else looks at it before

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(state__in=["waiting", "previewed", "confirmed"]),
                name="one_open_upload",
            ),
        )
