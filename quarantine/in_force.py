"""What the gateway's policy set says to the other processes, as its last start or reload left it: not a file that is broken by now."""

import json
from datetime import datetime, timedelta

from quarantine import config, keys, store
from quarantine.config import Rules, Waivers
from quarantine.database import one_transaction
from quarantine.masks import address_fingerprint
from quarantine.models import PolicyInForce

WATCHING = "monitor"
REPORT_EVERY = timedelta(days=14)  # while the set only watches
LEAD = ("dsl",)  # where no set says who decides when a child is at risk


def record(rules: Rules, *, now: datetime) -> None:
    """Write down what has come into force. Monitor mode is counted from the day on which it began."""
    with one_transaction():
        row = found() or PolicyInForce(pk=1)
        watches = rules.mode == WATCHING
        row.at, row.policy_set, row.mode = now, rules.policy_set, rules.mode
        row.obstacles = list(rules.obstacles)
        row.waiver_by, row.waiver_approvers = list(rules.waivers.by), rules.waivers.approvers
        row.waiver_all, row.waivable = rules.waivers.each, list(rules.waivers.policies)
        row.words, row.source = rules.words, rules.source
        row.directory, row.partners = dict(rules.directory), [list(one) for one in rules.partners]
        row.aliases = [list(one) for one in rules.aliases]
        row.weak = store.seal(json.dumps(rules.weak).encode(), keys.current().public)
        row.incident_to, row.lead = list(rules.incident_to), list(rules.lead)
        row.monitor_since = (row.monitor_since or now) if watches else None
        row.report_at = (row.report_at or now + REPORT_EVERY) if watches else None
        row.save()


def found() -> PolicyInForce | None:
    """The row; None before the first start."""
    return PolicyInForce.objects.filter(pk=1).first()


def weak_names() -> list[str]:
    """The names of the directory that are ordinary words too; only a process that may read opens them."""
    row = found()
    if row is None or row.weak is None:
        return []
    names: list[str] = json.loads(store.unseal(row.weak, keys.current().opening))
    return names


def addresses(address: str, row: PolicyInForce | None) -> frozenset[str]:
    """The fingerprints of all work addresses of whoever has this one."""
    own = address_fingerprint(keys.current().fingerprints, address)
    return frozenset({own}).union(*(one for one in (row.aliases if row else ()) if own in one))


def waivers() -> Waivers:
    """Who may approve exceptions, and to what; before the first start, what the files say."""
    return waivers_in(found())


def waivers_in(row: PolicyInForce | None) -> Waivers:
    """The same of a row that is at hand."""
    if row is None:
        return config.current().waivers
    return Waivers(
        by=tuple(row.waiver_by),
        approvers=row.waiver_approvers,
        each=row.waiver_all,
        policies=tuple(row.waivable),
    )


def lead() -> tuple[str, ...]:
    """The roles that decide when a child is at risk."""
    row = found()
    return tuple(row.lead) if row is not None and row.lead else LEAD
