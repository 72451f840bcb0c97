"""Whose queue a message is in, by the roles that it names: the rule as a table, and the rows of before the roles were text."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from quarantine.console.access import Access
from tests.quarantine.console.conftest import OTHER, SCHOOL
from tests.support.stopped import NOW

pytestmark = pytest.mark.slow

VIEWERS = ("dpo", "reviewer", "dsl", "hr", "head_teacher", "it", "auditor")
NAMED = {  # roles of a message → who sees it
    (): {"dpo", "reviewer"},
    ("dpo",): {"dpo", "reviewer"},
    ("reviewer",): {"dpo", "reviewer"},
    ("dsl",): {"dpo", "dsl"},
    ("dsl", "hr"): {"dpo", "dsl", "hr"},
    ("hr", "dpo"): {"dpo", "reviewer", "hr"},
    ("dsl-deputy",): {"dpo"},  # part of a name is not the name
    ("headXteacher",): {"dpo"},
    ("it",): {"dpo"},  # who sees no content sees none that names them either
    ("it", "auditor", "dsl"): {"dpo", "dsl"},
}


def rows(model):
    """One held message for each list of roles, in the school and in another one."""
    return {
        (roles, school): model.objects.create(
            id=f"M{number}{school[:2].upper()}",
            school=school,
            action="quarantine",
            state="held",
            received_at=NOW,
            expires_at=NOW + timedelta(days=5),
            reviewers=list(roles),
            sender="f" * 64,
            sender_masked="s…@example.sch.uk",
            size=1,
        ).id
        for number, roles in enumerate(NAMED)
        for school in (SCHOOL, OTHER)
    }


def seen(*roles, school=SCHOOL):
    return set(Access({school: frozenset(roles)}).queue().values_list("id", flat=True))


def test_a_message_is_in_the_queues_of_those_whom_it_names(db):
    """For each list of roles and each viewer; two roles of one person see what either sees, and nobody sees another school."""
    from quarantine.models import Held

    made = rows(Held)
    for viewer in VIEWERS:
        assert seen(viewer) == {made[named, SCHOOL] for named, who in NAMED.items() if viewer in who}, viewer
    assert seen("dsl", "hr") == seen("dsl") | seen("hr")
    assert seen() == set()
    assert not seen("dpo") & seen("dpo", school=OTHER)


def test_rows_of_an_older_version_keep_their_roles(transactional_db):
    """The column changes from JSON to text with every row in it, on either database."""
    newest = [
        key for key in MigrationExecutor(connection).loader.graph.leaf_nodes() if key[0] == "quarantine"
    ]
    before = [("quarantine", "0016_in_force_words")]
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    try:
        old = executor.loader.project_state(before).apps.get_model("quarantine", "Held")
        made = rows(old)
    finally:
        MigrationExecutor(connection).migrate(newest)
    from quarantine.models import Held

    kept = {row.id: tuple(row.reviewers) for row in Held.objects.all()}
    assert kept == {key: roles for (roles, _), key in made.items()}
    assert seen("dsl") == {made[named, SCHOOL] for named, who in NAMED.items() if "dsl" in who}
