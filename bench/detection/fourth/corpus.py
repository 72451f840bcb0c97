"""The fourth set: two village primaries and a nursery near a garrison. Its bytes are pinned in frozen.toml; it is only ever measured.

Whoever wrote it had not read what finds names and numbers, nor any result.
"""

from random import Random

from bench.detection.fourth import federation
from bench.detection.fourth.house import HOUSE
from bench.detection.outbox import Outbox
from bench.detection.sample import Sample, School
from bench.detection.writing import Writing, written

COUNTS = {"named": 600, "siblings": 30, "doubtful": 240, "identifiers": 884, "traps": 8, "ordinary": 9}


def corpus() -> tuple[School, list[Sample]]:
    rng = Random(70867)
    school = federation.build(rng, 390)
    return school, written(Writing(out=Outbox(house=HOUSE, school=school, rng=rng)), COUNTS)
