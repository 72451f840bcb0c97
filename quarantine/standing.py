"""What people have switched while the gateway runs, read in one go: exceptions and the panic bypass."""

from datetime import datetime

from policies import Standing
from quarantine import bypass, waivers


def read(*, now: datetime) -> Standing:
    """What stands now."""
    return Standing(waivers=waivers.standing(now=now), bypasses=bypass.in_force(now=now))
