"""Starts Django for one installation: settings made from the Config, the database checked for durability, the keys checked."""

import fcntl
import os
import pkgutil
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from quarantine import keys
from quarantine.config import Config
from quarantine.console.django import console_settings
from quarantine.pages.django import pages_settings

START_LOCK = 0x5C4001  # a number of our own
APPLIED = "django_migrations"  # asked for as it is: Django's recorder makes a model for it, which takes each process 4 MB
SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
)


class DatabaseError(Exception):
    """The database cannot be trusted to keep what it is given: what is wrong, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


def setup(config: Config) -> None:
    """Configure Django, once; a second call does nothing."""
    if settings.configured:
        return
    settings.configure(**django_settings(config))
    django.setup()


def take_over(config: Config) -> None:
    """Go on as a copy of a process that called `setup` for the same installation: with what this one may read itself."""
    settings.SCHOOLGATE = config


def start(config: Config, *, now: datetime) -> keys.Keys:
    """All that a process does before it works: tables up to date, durability asserted, keys there and the right ones.

    Several processes may start at once, on several machines: one prepares, the others wait and find it done.
    """
    config.storage.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone_here(config.storage):
        setup(config)
        _share_file(config)
        with _alone_in_database():
            migrate()
            assert_durable()
            from quarantine import key_records  # noqa: PLC0415 - models can be imported once Django is set up

            found = key_records.ensure(config.keys_folder, private=config.may_read, now=now)
    use_keys(found)
    return found


@contextmanager
def _alone_here(storage: Path) -> Iterator[None]:
    """One starting process on this machine at a time; the lock goes with the process."""
    lock = os.open(storage / "start.lock", os.O_RDONLY | os.O_CREAT, 0o660)  # whoever of the group made it
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _sqlite(config: Config) -> Path:
    return config.storage / "schoolgate.sqlite3"


def _share_file(config: Config) -> None:
    """SQLite makes its file for its owner alone: where the folder is a group's, the processes of the group all write to it."""
    if config.database != "sqlite" or not config.storage.stat().st_mode & stat.S_IWGRP:
        return
    file = os.open(_sqlite(config), os.O_RDWR | os.O_CREAT, 0o660)
    try:
        if os.fstat(file).st_uid == os.geteuid():
            os.fchmod(file, 0o660)
    finally:
        os.close(file)


@contextmanager
def _alone_in_database() -> Iterator[None]:
    """One starting process on this PostgreSQL at a time; the lock goes with the connection."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [START_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [START_LOCK])
            connection.close()


def migrate() -> None:
    """Bring the tables up to date; harmless when they are."""
    if not _up_to_date():
        call_command("migrate", interactive=False, verbosity=0)


def _up_to_date() -> bool:
    """Whether each migration that there is a file for has been applied: by their names, for most starts change nothing."""
    with connection.cursor() as cursor:
        if APPLIED not in connection.introspection.table_names(cursor):
            return False
        cursor.execute(f"SELECT app, name FROM {APPLIED}")  # noqa: S608  a name of Django's
        applied = set(cursor.fetchall())
    return all(
        (app.label, found.name) in applied
        for app in apps.get_app_configs()
        for found in pkgutil.iter_modules([str(Path(app.path) / "migrations")])
    )


def use_keys(found: keys.Keys) -> None:
    """Hand keys that were made or checked after `setup` to the rest of the process."""
    settings.SCHOOLGATE_KEYS = found
    settings.SECRET_KEY = found.django_secret


def use_config(config: Config) -> None:
    """New settings for the rest of this process: whom to tell, in which words. Where things are kept stays as it was."""
    old: Config = settings.SCHOOLGATE
    kept = {
        name: getattr(old, name) for name in ("storage", "database", "serves", "may_read", "busy_timeout")
    }
    settings.SCHOOLGATE = replace(config, **kept)
    from quarantine.notices import wording  # noqa: PLC0415 - Django is set up by now

    wording.reread()


def assert_durable() -> None:
    """Refuse a database that says "committed" before it is on the disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            asked = {"journal_mode": ("wal",), "synchronous": (2, 3), "foreign_keys": (1,)}
            found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in asked}
        else:
            asked = {"synchronous_commit": ("on", "remote_apply", "remote_write", "local"), "fsync": ("on",)}
            found = {}
            for name in asked:
                cursor.execute("SELECT current_setting(%s)", [name])
                found[name] = cursor.fetchone()[0]
    wrong = [f"{name} is {found[name]}" for name in asked if found[name] not in asked[name]]
    if wrong:
        raise DatabaseError(
            f"The database would lose mail at a power cut: {', '.join(wrong)}.",
            "Put it on a local disk that supports this, or change the server's setting.",
        )


def django_settings(config: Config) -> dict[str, Any]:
    """The settings of Django for this installation."""
    found = keys.load(config.keys_folder, private=config.may_read) if keys.exist(config.keys_folder) else None
    console = pages_settings(config) if config.serves == "pages" else console_settings(config)
    return {
        "SCHOOLGATE": config,
        "SCHOOLGATE_KEYS": found,
        "SECRET_KEY": found.django_secret if found else secrets.token_urlsafe(48),
        "DEBUG": False,
        "DATABASES": {"default": database(config)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "AUTH_USER_MODEL": "quarantine.User",
        "USE_TZ": True,
        "TIME_ZONE": "Europe/London",  # for showing; rows are UTC
        "LANGUAGE_CODE": "en-gb",
        "USE_I18N": True,
        "LOGGING_CONFIG": None,  # the process that starts us decides on logs
        **console,
        "INSTALLED_APPS": list(dict.fromkeys([*console["INSTALLED_APPS"], "quarantine"])),
        "LOCALE_PATHS": [Path(__file__).parent / "locale"],
    }


def database(config: Config) -> dict[str, Any]:
    """Django's entry for the one database: the embedded SQLite, or a PostgreSQL address."""
    shared: dict[str, Any] = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    if config.database == "sqlite":
        return shared | {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(_sqlite(config)),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": config.busy_timeout,
                "init_command": SQLITE_START,
            },
        }
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415  for PostgreSQL alone

    parts = {name: str(value) for name, value in conninfo_to_dict(config.database).items()}
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    known = {django_name: parts.pop(name, "") for name, django_name in names.items()}
    wait = f"-c lock_timeout={int(config.busy_timeout * 1000)} -c idle_in_transaction_session_timeout=60000"
    quick = "-c jit=off"  # compiling a query takes longer than any query of ours
    options = {"connect_timeout": "10", "options": f"{wait} {quick}"} | parts
    return shared | {"ENGINE": "django.db.backends.postgresql", **known, "OPTIONS": options}
