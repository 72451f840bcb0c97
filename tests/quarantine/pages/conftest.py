"""The sender's pages in tests: their settings, a held message that asks, and its link."""

import pytest

from tests.support.asked import asked  # noqa: F401 - the fixture


@pytest.fixture
def pages(settings, db):
    """This process answers for the sender's pages."""
    from dataclasses import replace

    from django.core.cache import cache
    from django.urls import clear_url_caches

    from quarantine.pages.django import pages_settings

    config = replace(settings.SCHOOLGATE, pages_url="http://testserver", serves="pages")
    for name, value in pages_settings(config).items():
        if name != "INSTALLED_APPS":
            setattr(settings, name, value)
    settings.SCHOOLGATE = config
    settings.ALLOWED_HOSTS = ["testserver"]
    clear_url_caches()
    cache.clear()
    yield config
    clear_url_caches()


@pytest.fixture
def address(pages):
    """The path of a held message's page."""
    from datetime import UTC, datetime

    from quarantine.pages import links

    def of(held, now=None):
        return f"/m/{links.token(held.id, held.sender, now=now or datetime.now(UTC))}/"

    return of
