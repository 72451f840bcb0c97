"""Limits of signing in hold for all processes of the console and over a restart, and say nothing about anybody."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

pytestmark = pytest.mark.slow
ANOTHER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.support.django_settings"
import django
from django.conf import settings
settings.SECRET_KEY = sys.argv[2]
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.core.cache import cache
print(cache.add("code-of-somebody", True), cache.get("attempts"))
"""


@pytest.mark.django_db(transaction=True)
def test_another_process_knows_what_this_one_counted(settings):
    """A code that was used here is used there too; before, a restart forgot all."""
    cache.set("attempts", [1.5, 1.0], 300)
    assert cache.add("code-of-somebody", True, 300)
    name = str(connection.settings_dict["NAME"])
    there = subprocess.run(
        [sys.executable, "-c", ANOTHER, name, settings.SECRET_KEY],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert there.stdout.split() == ["False", "[1.5,", "1.0]"]


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_succeeds():
    """A code opens once, whichever process it reaches."""

    def use(_):
        try:
            return cache.add("one", True, 60)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(8))) == [False] * 7 + [True]


def test_what_has_ended_is_gone(db):
    """A count ends with its time, and its row with the next one that is written."""
    from quarantine.models import SignInCount

    cache.set("old", [1.0], -1)
    assert cache.get("old") is None
    assert cache.add("old", [2.0], 60)
    cache.set("older", [1.0], -1)
    cache.add("new", True, 60)
    assert SignInCount.objects.count() == 2
    assert cache.delete("new")
    assert not cache.delete("new")
    assert cache.get("new", "nothing") == "nothing"


def test_counts_hold_no_address(client, person):
    """Neither whose account nor from where: keyed hashes and times alone."""
    from quarantine.models import SignInCount

    person("dpo")
    client.post(reverse("account_login"), {"login": "dpo@example.sch.uk", "password": "wrong"})
    rows = list(SignInCount.objects.values_list("key", "value"))
    assert rows
    for key, value in rows:
        assert len(key) == 64
        assert all(isinstance(one, float) for one in value)
