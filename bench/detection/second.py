"""The second set: a secondary academy, other phrases, other layouts, other people. Its bytes are pinned in frozen.toml; it is only ever measured."""

import html
from random import Random

from bench.detection.compose import Composer, Style, samples
from bench.detection.sample import Adult, Sample, School
from bench.detection.school import build

SEED = 77010
COUNTS = {"named": 500, "siblings": 20, "doubtful": 200, "identifiers": 480, "traps": 280, "ordinary": 730}
CLASSES = ["7KLM", "7BR", "8RT", "8PS", "9JW", "9HN", "10GF", "10TD", "11AC", "11MV", "12B", "13A"]


def corpus() -> tuple[School, list[Sample]]:
    rng = Random(SEED)
    school = build("second", "Wyevale Academy", "wyevale-academy.org.uk", CLASSES, rng, 420)
    return school, list(samples(Composer.of("second", school, STYLE, rng), COUNTS))


def _body(rng: Random, words: str, sender: Adult, school: School) -> str:
    opening = rng.choice(("Hi,", "Hi both", "Morning!", "To whom it may concern", "", "All -"))
    shape = rng.choice((
        "{o}\n{w}\n\n{f}\n-- \n{f} {s} | {n} | {t} x{x}\n",
        "{o}\n\n{w}\n\nMany thanks,\n{f}\n\n{t} {f} {s}\n{r}, {n}\n{p}\nThis message is meant for its recipient alone. If it reached you in error, delete it.\n",
        "{w}\n{f}\nSent from my phone\n",
    ))  # fmt: skip
    return shape.format(
        o=opening,
        w=words,
        f=sender.forename,
        s=sender.surname,
        n=school.name,
        t=sender.title,
        r=sender.role,
        p=school.office,
        x=rng.randrange(2000, 4999),
    )


def _html(rng: Random, text: str) -> str:
    if rng.random() < 0.4:
        return ""
    lines = "".join(f"<div>{html.escape(line) or '&nbsp;'}</div>" for line in text.split("\n"))
    return f"<html><head><style>div {{ font-family: Calibri }}</style></head><body>{lines}</body></html>"


STYLE = Style(
    body=_body,
    html=_html,
    file=lambda rng, ending: (
        f"{rng.choice(('Copy of Book1', 'export_0203', 'FINAL v2', 'Y9 mail merge source'))}.{ending}"
    ),
    intro=lambda rng: rng.choice(("Exported 02.03.2026", "Confirmed with the office", "From the MIS:")),
    heads=(
        ("Last name", "First name", "Reg"),
        ("Student", "Form"),
        ("Full name",),
        ("Legal surname", "Preferred forename", "Tutor group"),
    ),
    endings=("csv", "html", "html", "xlsx", "docx", "txt"),
    signature=frozenset({("body", "phone"), ("body", "email-address")}),
    dates=(
        "{d}/{m}/{yyyy}".replace("{m}", "{mm}"),
        "{dd}-{mm}-{yyyy}",
        "{d} {mon} {yyyy}",
        "{month} {d}, {yyyy}",
        "{d}.{mm}.{yy}",
        "{yyyy}-{mm}-{dd}",
    ),
    tabled=0.45,
)
