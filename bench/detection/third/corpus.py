"""The third set: an all-through academy in a large city, with English, Welsh and Scottish habits. Its bytes are pinned in frozen.toml; it is only ever measured.

Whoever wrote it had not read what finds names and numbers, nor any result.
"""

from random import Random

from bench.detection.sample import Sample, School
from bench.detection.third import academy
from bench.detection.third.desk import Desk
from bench.detection.third.posts import Posts

SEED = 51423
PUPILS = 760


def corpus() -> tuple[School, list[Sample]]:
    rng = Random(SEED)
    school = academy.build(rng, PUPILS)
    posts = Posts(desk=Desk(school=school, rng=rng))
    posts.named(640)
    posts.siblings(30)
    posts.doubtful(260)
    posts.identifiers(850)
    posts.daily("trap", "traps", 58 * 9)
    posts.daily("ordinary", "ordinary", 48 * 12)
    return school, posts.desk.made
