"""How fast the console's pages answer with many rows: python -m bench.console [held messages] [events]

Fills a throw-away installation (100,000 held messages and 1,000,000 events unless said otherwise) and prints for each page the
number of queries and the best of three server times, as a table of Markdown. `--postgresql` starts a PostgreSQL of its own and measures
that instead of SQLite; SCHOOLGATE_TEST_DATABASE=postgresql://… takes a server that is there.
"""

import itertools
import os
import sys
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.support.django_settings")
LIMIT = 0.3  # seconds, that no page may take
ROLES = ("dpo", "reviewer", "hr")  # who sees all, who sees most, and whom few messages name
PAGES = (
    "/queue/",
    "/queue/?page=30",
    "/queue/count",
    "/queue/?risk=3",
    "/queue/?action=ask",
    "/queue/?sender=nobody@example.sch.uk",
    "/queue/?reference=BENCH00000301",
    "/decided/",
    "/decided/?page=30",
    "/decided/?state=returned",
    "/decided/?action=ask&risk=4",
    "/decided/?sender=nobody@example.sch.uk",
    "/held/BENCH00000301/",
    "/held/BENCH00000301/mend",
    "/held/BENCH00002001/",
    "/try/",
    "/audit/",
    "/audit/?reference=BENCH00000009",
    "/audit/?kind=held&before=5000",
    "/audit/?actor=nobody@example.org",
    "/precision/",
    "/reports/",
    "/reports/verdicts.svg",
    "/reports/policies.svg",
    "/reports/departments.svg",
    "/reports/times.svg",
    "/reports/alarms.svg",
    "/reports/trend.svg",
    "/let-through/",
    "/exceptions/",
    "/incidents/",
    "/incidents/new",
    "/legal-holds/",
    "/health/",
    "/people/",
    "/settings/",
    "/settings/policies/",
    "/away/",
    "/account/",
)


def main():
    if "--postgresql" in sys.argv:
        sys.argv.remove("--postgresql")
        from tests.support.postgres import postgres

        with postgres() as address:
            os.environ["SCHOOLGATE_TEST_DATABASE"] = address
            measure()
    else:
        measure()


def measure():
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_test_environment
    from django.utils import timezone

    setup_test_environment()
    call_command("migrate", verbosity=0, interactive=False)
    held, events = (int(word) for word in (*sys.argv[1:], *("100000", "1000000")[len(sys.argv) - 1 :]))
    fill(held, events, timezone.now())
    close_days(timezone.now())
    print(f"\n{held:,} held messages, {events:,} events, {connection.vendor}\n")
    print(f"| page | queries | {' | '.join(ROLES)} |\n|---|---:{'|---:' * len(ROLES)}|")
    slow = [page for page in PAGES if line(page) > LIMIT]
    print(f"\nslower than {LIMIT * 1000:.0f} ms: {', '.join(slow) or 'none'}")


def fill(held, events, now):
    """One real message, copied; risk, state and reviewers vary, and some are a mail server's copies of another."""
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
            state="held" if n % 2 else ("released", "returned", "cured", "deleted")[n % 8 // 2],
            decided_by="" if n % 2 else "sender" if n % 3 else "dpo@example.sch.uk",
            decided_at=None if n % 2 else now - timedelta(seconds=60 * n),
            received_at=now - timedelta(seconds=60 * n + 600),
            reviewers=["hr"] if n % 1000 == 1 else ["dpo"] if n % 3 else ["dsl"],
            copy_of_id=f"BENCH{n - 2:08d}" if n % 50 == 7 else None,
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
                department=("Science", "Humanities", "")[n % 7 % 3],
                received_at=now - timedelta(seconds=14 * n),
            )
            for n in range(events // 2)
        ),
    )


def close_days(now):
    """What the gateway does after each midnight."""
    from django.db import connection

    from quarantine import figures

    while figures.close_due(now=now):
        pass
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def insert(model, rows):
    while batch := list(itertools.islice(rows, 2000)):
        model.objects.bulk_create(batch)


def ask(role, page):
    """Status, number of queries and the best of three server times of a page for somebody in this role."""
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
    for _ in range(3):
        start = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            status = browser.get(page).status_code
        best = min(best, time.perf_counter() - start)
    return status, len(queries), best


def line(page):
    """One row of the table; the longest time."""
    asked = [ask(role, page) for role in ROLES]
    seen = [one for one in asked if one[0] == 200]
    cells = [f"{one[2] * 1000:.0f} ms" if one in seen else "–" for one in asked]
    print(f"| `{page}` | {max(one[1] for one in seen)} | {' | '.join(cells)} |", flush=True)
    return max(one[2] for one in seen)


if __name__ == "__main__":
    main()
