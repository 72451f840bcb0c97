"""The fourth set: two village primaries and a nursery near a garrison. Its bytes are pinned in frozen.toml; it is only ever measured.

Whoever wrote it had not read what finds names and numbers, nor any result.
"""

from random import Random

from bench.detection.fourth import federation
from bench.detection.fourth.outbox import Outbox
from bench.detection.fourth.writing import Writing
from bench.detection.sample import Sample, School

SEED = 70867
PUPILS = 390


def corpus() -> tuple[School, list[Sample]]:
    rng = Random(SEED)
    school = federation.build(rng, PUPILS)
    writing = Writing(out=Outbox(school=school, rng=rng))
    writing.named(600)
    writing.siblings(30)
    writing.doubtful(240)
    writing.identifiers(884)
    writing.daily("trap", "traps", 8)
    writing.daily("ordinary", "ordinary", 9)
    return school, writing.out.sent
