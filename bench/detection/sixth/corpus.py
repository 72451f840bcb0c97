"""The sixth set: the ordinary mail of a Midlands comprehensive and its infant school. Its bytes are pinned in frozen.toml; it is only ever measured.

Whoever wrote it had not read what finds names and numbers, nor any result. Kinds of mail stand in it about as often as a school sends them.
"""

from random import Random

from bench.detection.outbox import Outbox
from bench.detection.sample import Sample, School
from bench.detection.sixth import people
from bench.detection.sixth.house import HOUSE
from bench.detection.writing import Writing, written

ABOUT = (
    "colleague",
    "colleague",
    "colleague",
    "parent",
    "parent",
    "school",
    "council",
)  # who is written to about a pupil
COUNTS = {"named": 520, "siblings": 30, "doubtful": 180, "identifiers": 850, "traps": 4, "ordinary": 7}


def corpus() -> tuple[School, list[Sample]]:
    rng = Random(60417)
    school = people.build(rng, 480)
    writing = Writing(out=Outbox(house=HOUSE, school=school, rng=rng), to=ABOUT, two=(16, 9), few=(4, 0.35))
    return school, written(writing, COUNTS)
