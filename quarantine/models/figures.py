"""Counts by day, kept when the messages themselves are gone: no person, no address, no word of a message."""

# ruff: noqa: DJ008 - Django's own "Held object (id)" is all that may stand in a log or an exception

from django.db import models


class Figure(models.Model):
    """How many of one sort there were on one day in one school; written once the day is over, never changed."""

    school = models.CharField(max_length=200)
    day = models.DateField()
    sort = models.CharField(max_length=10)  # see `quarantine.figures.Sort`
    name = models.CharField(max_length=200)
    many = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["school", "day", "sort", "name"], name="figure_once"),)


class ClosedDay(models.Model):
    """A day whose figures are all written."""

    day = models.DateField(primary_key=True)
