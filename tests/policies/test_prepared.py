"""A prepared set asks the very policies that a look at each would find, and remembers nothing that a message made up."""

import pytest

from policies import load_set
from policies.prepared import prepared
from policies.vocabulary import ALL_KINDS, kind_matches

SET = load_set("default")


def plainly(kinds):
    """Policy by policy: those that ask for no kind, or for one of these."""
    for policy in sorted(SET.policies, key=lambda p: p.id):
        wanted = policy.condition("finding")
        found = [kind for kind in kinds if wanted and kind_matches(wanted.values, kind)]
        if policy.enabled and (wanted is None or found):
            yield policy.id, sorted(found)


@pytest.mark.parametrize(
    "kinds", [(), *((kind,) for kind in ALL_KINDS), tuple(ALL_KINDS), ("unreadable:made-up", "pupil-name")]
)
def test_the_same_policies_are_asked(kinds):
    asked = [(rule.policy.id, sorted(found)) for rule, found in prepared(SET).asking(kinds)]
    assert asked == list(plainly(kinds))


def test_a_set_is_prepared_once():
    assert prepared(SET) is prepared(SET)


def test_kinds_that_do_not_exist_are_not_kept():
    ready = prepared(SET)
    ready.asking(f"made-up-{n}" for n in range(1_000))
    assert ready._by_kind.keys() <= ALL_KINDS.keys()
