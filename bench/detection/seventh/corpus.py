"""The seventh set: the mail of a mill town's Church of England primary and the high school of its trust. Its bytes are pinned in frozen.toml; it is only ever measured.

Whoever wrote it had not read what finds names and numbers, nor any result, nor another set's phrases. Kinds of mail stand in it about as often as such a school sends them.
"""

from random import Random

from bench.detection.outbox import Outbox
from bench.detection.sample import Sample, School
from bench.detection.seventh import people
from bench.detection.seventh.desk import Desk
from bench.detection.seventh.house import HOUSE
from bench.detection.writing import written

ABOUT = ("colleague", "colleague", "colleague", "parent", "parent", "parent", "school", "council", "nhs", "firm")  # who is written to about a pupil  # fmt: skip
COUNTS = {"named": 900, "siblings": 45, "doubtful": 216, "identifiers": 816, "traps": 6, "ordinary": 8}


def corpus() -> tuple[School, list[Sample]]:
    rng = Random(77031)
    school = people.build(rng, 530)
    desk = Desk(out=Outbox(house=HOUSE, school=school, rng=rng), to=ABOUT, two=(18, 7), few=(4, 0.4))
    return school, written(desk, COUNTS)
