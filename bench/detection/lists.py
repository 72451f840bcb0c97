"""Lists: exports with abbreviated headers, tables pasted into mails, and record cards with a label before each value."""

from typing import Any

from bench.detection.enclosures import Paper
from bench.detection.forms import whole
from bench.detection.outbox import Label, Outbox
from bench.detection.sample import Adult, Child, Place

GROWN = frozenset({"ni-number", "trn", "driving-licence", "bank-account", "iban", "card-number", "dbs-number"})  # fmt: skip
Rows = tuple[tuple[str, ...], ...]


def enclosed(out: Outbox, numbers: dict[str, Any], kind: str) -> None:
    """A list in a file, now and then with a second kind's column and lines above and below."""
    rng, ending = out.rng, out.rng.choice(out.house.layout.endings)
    second = out.house.layout.beside.get(kind, "") if ending != "pdf" and rng.random() < 0.4 else ""
    kinds = (kind, second) if second else (kind,)
    rows = _rows(out, numbers, kinds, narrow=ending == "pdf")
    words, child = numbers["words"], rng.choice(out.plain)
    above = tuple(out.written(line, child) for line in rng.choice(words["above"])) if rng.random() < 0.5 else ()  # fmt: skip
    below = (f"Rows: {len(rows) - 1}",) if rng.random() < 0.3 else ()
    paper = Paper(name=f"{out.written(rng.choice(words['files']), child)}.{ending}", above=above, rows=rows, below=below, typed=rng.random() < 0.5)  # fmt: skip
    _send(out, numbers, kind, "attachment", kinds, rows[1:], papers=(paper,))


def pasted(out: Outbox, numbers: dict[str, Any], kind: str) -> None:
    """A few rows out of Excel in the body."""
    rows = _rows(out, numbers, (kind,), narrow=False)[:5]
    _send(out, numbers, kind, "body", (kind,), rows[1:], table=rows)


def card(out: Outbox, numbers: dict[str, Any], kind: str, child: Child) -> None:
    """One person's card: a label, then the value; as a table of two columns or as lines."""
    rng = out.rng
    adult = out.writer()
    titles, cells = _titles(out, numbers, kind), _cells(out, kind, child, adult)
    who = f"{adult.forename} {adult.surname}" if kind in GROWN else whole(child)
    values = [("Name", who), *zip(titles, cells, strict=True), ("Form checked by", rng.choice(out.house.layout.checkers))]  # fmt: skip
    name = out.written(rng.choice(numbers["words"]["cards"]), child)
    if rng.random() < 0.5:
        paper = Paper(name=f"{name}.{rng.choice(('docx', 'html', 'xlsx'))}", above=("Record card",), rows=tuple(values))  # fmt: skip
    else:
        colon = rng.choice((": ", " - ", ":\t"))
        paper = Paper(name=f"{name}.{rng.choice(('pdf', 'docx', 'html'))}", above=tuple(f"{title}{colon.expandtabs(4)}{cell}" for title, cell in values))  # fmt: skip
    _send(out, numbers, kind, "attachment", (kind,), (cells,), papers=(paper,))


def _rows(out: Outbox, numbers: dict[str, Any], kinds: tuple[str, ...], *, narrow: bool) -> Rows:  # fmt: skip
    rng, grown = out.rng, kinds[0] in GROWN
    heads = list(out.house.layout.adults if grown else out.house.layout.pupils)
    head = rng.choice([h for h in heads if len(h) < 3] if narrow else heads)
    spare = (
        rng.choice(list(out.house.layout.spare)) if not grown and not narrow and rng.random() < 0.5 else ""
    )
    titles = [title for k in kinds for title in _titles(out, numbers, k)]
    rows = [(*head, *([spare] if spare else []), *titles)]
    for child in rng.sample(out.plain, rng.randrange(2, 8)):
        adult = out.writer()
        cells = [cell for k in kinds for cell in _cells(out, k, child, adult)]
        name = (
            out.house.layout.adults[head](adult, rng.choice(out.house.layout.activities))
            if grown
            else out.house.layout.pupils[head](child)
        )
        rows.append((*name, *([rng.choice(out.house.layout.spare[spare])] if spare else []), *cells))
    return tuple(rows)


def _titles(out: Outbox, numbers: dict[str, Any], kind: str) -> list[str]:
    chosen: str = out.rng.choice(numbers["columns"][kind])
    return chosen.split("|")


def _cells(out: Outbox, kind: str, child: Child, adult: Adult) -> tuple[str, ...]:
    return out.house.value(kind, child, out.school, out.rng, beside=adult)


def _send(
    out: Outbox,
    numbers: dict[str, Any],
    kind: str,
    where: str,
    kinds: tuple[str, ...],
    rows: Rows,
    *,
    papers: tuple[Paper, ...] = (),
    table: Rows = (),
) -> None:
    words, child = numbers["words"], out.rng.choice(out.plain)
    optional: frozenset[Place] = frozenset({(where, "bank-account")} if "iban" in kinds else ())
    label = Label(
        wanted=frozenset((where, k) for k in kinds),
        optional=optional,
        evidence=tuple((where, cell) for row in rows for cell in row),
    )
    out.post(
        "identifier", kind, child, label, to=out.rng.choice(("school", "council", "firm")), subject=out.written(out.rng.choice(words["subjects"]), child),
        body=out.rng.choice(words["covering"]), table=table, attached=papers,
    )  # fmt: skip
