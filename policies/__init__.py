"""Facts go in, a verdict comes out: pure functions over plain data, and the shipped policy packs."""

from policies.decide import decide
from policies.errors import PolicyError
from policies.exceptions import Bypass, Standing, Waiver
from policies.explain import explain, explain_hit
from policies.facts import Facts, History, facts, to_recall, to_remember
from policies.loader import load_set, pack_names
from policies.policy_set import PolicySet, in_mode

__all__ = [
    "Bypass",
    "Facts",
    "History",
    "PolicyError",
    "PolicySet",
    "Standing",
    "Waiver",
    "decide",
    "explain",
    "explain_hit",
    "facts",
    "in_mode",
    "load_set",
    "pack_names",
    "to_recall",
    "to_remember",
]
