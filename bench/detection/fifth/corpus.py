"""The fifth set: a London trust of a special school, a pupil referral unit and a sixth form. Its bytes are pinned in frozen.toml; it is only ever measured.

Whoever wrote it had not read what finds names and numbers, nor any result.
"""

from random import Random

from bench.detection.fifth import trust
from bench.detection.fifth.house import HOUSE
from bench.detection.outbox import Outbox
from bench.detection.sample import Sample, School
from bench.detection.writing import Writing, written

COUNTS = {"named": 620, "siblings": 30, "doubtful": 252, "identifiers": 901, "traps": 4, "ordinary": 7}


def corpus() -> tuple[School, list[Sample]]:
    rng = Random(91129)
    school = trust.build(rng, 470)
    return school, written(Writing(out=Outbox(house=HOUSE, school=school, rng=rng)), COUNTS)
