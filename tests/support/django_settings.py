"""Django's settings as a module, for pytest-django and the type checker: the real ones, on a throw-away installation."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from quarantine import keys
from quarantine.config import Config, School
from quarantine.setup import django_settings

STORAGE = Path(tempfile.mkdtemp(prefix="schoolgate-tests-"))
atexit.register(shutil.rmtree, STORAGE, ignore_errors=True)
keys.make(STORAGE / "keys")

CONFIG = Config(
    storage=STORAGE,
    database=os.environ.get("SCHOOLGATE_TEST_DATABASE", "sqlite"),
    schools=(School(key="example.sch.uk", name="Example Primary School", domains=("example.sch.uk",)),),
    roles={
        "dpo": ("dpo@example.sch.uk",),
        "it": ("it@example.sch.uk",),
        "dsl": ("dsl@example.sch.uk",),
        "head": ("head@example.sch.uk",),
    },
    hostname="gate.example.sch.uk",
)

globals().update(django_settings(CONFIG))
SCHOOLGATE: Config = CONFIG
SCHOOLGATE_KEYS: keys.Keys | None = keys.load(CONFIG.keys_folder)

DATABASES["default"]["TEST"] = (  # type: ignore[name-defined]  # noqa: F821 - came with the lines above
    {"NAME": str(STORAGE / "test.sqlite3")} if CONFIG.database == "sqlite" else {}
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests sign in often
