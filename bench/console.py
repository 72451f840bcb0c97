"""How fast the console's pages answer with many rows: python bench/console.py [held messages] [events]

Fills a throw-away installation (100,000 held messages and 1,000,000 events unless said otherwise) and prints for each page the
number of queries and the best of two server times. SCHOOLGATE_TEST_DATABASE=postgresql://… measures that server instead of SQLite.
"""

import itertools
import os
import sys
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.support.django_settings")
LIMIT = 0.3  # seconds, that no page may take
PAGES = (
    "/queue/",
    "/queue/?page=30",
    "/queue/count",
    "/queue/?risk=3",
    "/decided/",
    "/held/BENCH00000301/",
    "/audit/",
    "/audit/?reference=BENCH00000009",
    "/audit/?kind=held&before=5000",
    "/audit/?actor=nobody@example.org",
    "/reports/",
    "/health/",
    "/people/",
)


def main():
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment
    from django.utils import timezone

    setup_test_environment()
    call_command("migrate", verbosity=0, interactive=False)
    held, events = (int(word) for word in (*sys.argv[1:], *("100000", "1000000")[len(sys.argv) - 1 :]))
    fill(held, events, timezone.now())
    slow = [page for role in ("dpo", "reviewer") for page in PAGES if ask(role, page) > LIMIT]
    print(f"slower than {LIMIT * 1000:.0f} ms: {', '.join(slow) or 'none'}")


def fill(held, events, now):
    """One real message, copied; risk, state and reviewers vary."""
    from quarantine import workflow
    from quarantine.models import AuditEvent, Held, HeldRecipient, VerdictRecord
    from tests.support.stopped import make_envelope, make_raw, make_scan, make_verdict

    first = Held.objects.get(
        id=workflow.hold(make_envelope(), make_raw(), make_scan(), make_verdict(), now=now).id
    )
    one, event = first.recipients.get(), AuditEvent.objects.latest("number")

    def copy(row, **changes):
        fields = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
        return type(row)(**(fields | changes))

    def message(n):
        return copy(
            first,
            id=f"BENCH{n:08d}",
            retry_key=None,
            level=n % 5,
            state="held" if n % 2 else "released",
            decided_at=None if n % 2 else now,
            received_at=now - timedelta(seconds=n),
            reviewers=["dpo"] if n % 3 else ["dsl"],
        )

    insert(Held, (message(n) for n in range(held)))
    insert(HeldRecipient, (copy(one, id=None, held_id=f"BENCH{n:08d}") for n in range(held)))
    insert(
        AuditEvent,
        (
            copy(
                event,
                number=event.number + n,
                at=now - timedelta(seconds=events - n),
                reference=f"BENCH{n:08d}",
            )
            for n in range(1, events)
        ),
    )
    record = VerdictRecord.objects.get()
    insert(
        VerdictRecord,
        (
            copy(
                record,
                id=f"V{n}",
                action=("allow", "log", "ask")[n % 3],
                received_at=now - timedelta(seconds=5 * n),
            )
            for n in range(events // 2)
        ),
    )


def insert(model, rows):
    while batch := list(itertools.islice(rows, 2000)):
        model.objects.bulk_create(batch)


def ask(role, page):
    """The best of two server times of a page for somebody in this role."""
    from allauth.mfa.models import Authenticator
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from quarantine.models import Role, User

    user, new = User.objects.get_or_create(username=f"{role}@example.sch.uk", email=f"{role}@example.sch.uk")
    if new:
        Role.objects.create(user=user, school="example.sch.uk", role=role)
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            status = browser.get(page).status_code
        best = min(best, time.perf_counter() - start)
    print(f"{role:10} {page:36} {status} {len(queries):3} queries {best * 1000:6.0f} ms")
    return best


if __name__ == "__main__":
    main()
