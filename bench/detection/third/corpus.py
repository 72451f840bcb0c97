"""The third set: an all-through academy in a large city, with English, Welsh and Scottish habits. Its bytes are pinned in frozen.toml; it is only ever measured.

Whoever wrote it had not read what finds names and numbers, nor any result.
"""

from random import Random

from bench.detection.outbox import Outbox
from bench.detection.sample import Sample, School
from bench.detection.third import academy
from bench.detection.third.house import HOUSE
from bench.detection.third.posts import Posts
from bench.detection.writing import written

COUNTS = {"named": 640, "siblings": 30, "doubtful": 260, "identifiers": 850, "traps": 522, "ordinary": 576}
ABOUT = ("parent", "colleague", "school", "council")


def corpus() -> tuple[School, list[Sample]]:
    rng = Random(51423)
    school = academy.build(rng, 760)
    posts = Posts(out=Outbox(house=HOUSE, school=school, rng=rng), to=ABOUT, two=(10, 9), few=(2, 0.5))
    return school, written(posts, COUNTS)
