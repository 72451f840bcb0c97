"""References in the addresses of both web sites: text without NUL, which PostgreSQL refuses where SQLite finds nothing."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class Reference(StringConverter):
    """As Django's own `str`."""

    regex = r"[^/\x00]+"


register_converter(Reference, "ref")
