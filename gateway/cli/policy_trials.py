"""`schoolgate policy test`, `diff` and `replay`: what a set would do, before it does it."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Table

import policies
from detectors.pool import Pool
from gateway import installation, parallel, workers
from gateway.cli.opening import ConfigOption, err, now, out, refuse, settings, started
from gateway.cli.scan_many import BARE_LF
from gateway.processes.in_force import InForce, load
from gateway.settings import Settings
from policies.cases import PolicyCase, load_cases, run_cases
from policies.compare import diff as differences
from policies.compare import grouped
from policies.envelope import RANDOM_BYTES, Envelope, Recipient, new_id
from policies.evidence import Facts
from policies.features import features
from policies.past_mail import envelope_of, messages
from policies.replay import Pool as Carrier
from policies.replay import replay as forecast
from policies.replay import report
from quarantine import keys

SetArgument = Annotated[str, typer.Argument(metavar="SET", help="A shipped pack, or a file.")]
DAYS = 28  # four weeks: a forecast a week needs some
AT_ONCE = 8  # messages of an archive in memory for each worker
_LONGEST = 1_000_000  # characters of one stored line


def run_set(which: SetArgument, config: ConfigOption = None) -> None:
    """Run the cases that stand beside a set: each message or fact must get the action that it names."""
    policy_set, cases = policies.load_set(which), load_cases(which)
    if not cases:
        refuse(f"{which} has no cases beside it", 1)
    trial = _Trial.of(config) if any(case.message for case in cases) else None
    results = run_cases(policy_set, cases, (lambda case: trial.facts(case, Path(which))) if trial else None)
    wrong = [result for result in results if not result.passed]
    for result in wrong:
        out().print(
            f"{result.name}: expected {result.expected}, got {result.got} by {', '.join(result.policies)}"
        )
    out().print(f"{len(results) - len(wrong)} of {len(results)} cases are as they should be.")
    if wrong:
        raise typer.Exit(1)


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A shipped pack, or a file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
) -> None:
    """What changes from one set to the other, and which way."""
    changes = grouped(differences(policies.load_set(before), policies.load_set(after)))
    table = Table("policy", "what changes", "which way")
    for change in changes:
        table.add_row(change.policy, change.what, change.direction)
    out().print(table if changes else "The two sets mean the same.")


def replay(  # the draft, where past mail comes from, and how it is judged
    draft: SetArgument,
    past: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PAST]",
            help="Stored features (.jsonl), an mbox, a Maildir, or a folder of .eml files."
            " Left out: what this gateway has judged lately.",
        ),
    ] = None,
    config: ConfigOption = None,
    days: Annotated[int, typer.Option(min=1, max=3660, help="Without PAST: how far back.")] = DAYS,
    processes: Annotated[
        int, typer.Option(min=0, max=256, help="So many at once. [default: one a processor]")
    ] = 0,
    cluster: Annotated[
        str, typer.Option(help="Judge on this Dask cluster, such as tcp://10.0.0.5:8786, instead.")
    ] = "",
) -> None:
    """Judge past mail again under a draft: what would be held each week, what changes, what never speaks."""
    found = settings(config)
    fingerprints = keys.load(found.storage.path / "keys", private=False).fingerprints
    current, new = installation.policy_set(found), policies.load_set(draft)
    with _past(found, past, days) as (rows, total), _progress() as progress:
        task = progress.add_task("judging", total=total)
        result = forecast(
            rows,
            current,
            new,
            fingerprints=fingerprints,
            pool=_pool(processes, cluster),
            progress=lambda count: progress.update(task, completed=count),
        )
    typer.echo(report(result))
    changes = grouped(differences(current, new))
    typer.echo(f"The draft differs from the set in force in {len(changes)} points:")
    for change in changes:
        which_way = f" ({change.direction})" if change.direction else ""
        typer.echo(f"  {change.policy}: {change.what}{which_way}")


def _pool(processes: int, cluster: str) -> Carrier:
    if cluster:
        if find_spec("distributed") is None:
            refuse("Dask is not installed here: pip install 'schoolgate[cluster]'", 2)
        return parallel.cluster(cluster)
    return map if processes == 1 else parallel.processes(processes)


@contextmanager
def _past(
    found: Settings, past: Path | None, days: int
) -> Iterator[tuple[Iterable[dict[str, Any]], int | None]]:
    """Where past mail comes from, and how much there is where that is known."""
    if past is not None:
        yield (_stored(past), None) if past.suffix == ".jsonl" else (_scanned(found, past), None)
        return
    with started(found, may_read=False):
        from quarantine import features as stored_features

        since = now() - timedelta(days=days)
        yield stored_features.stored(since), stored_features.count(since)


def _progress() -> Progress:
    return Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=err(), transient=True)


class _Trial:
    """An installation's directory, for cases that are messages."""

    def __init__(self, found: Settings, force: InForce) -> None:
        self.settings, self.force = found, force

    @classmethod
    def of(cls, config: Path | None) -> "_Trial":
        found = settings(config)
        return cls(found, _force(found))

    def facts(self, case: PolicyCase, beside: Path) -> Facts:
        raw = (beside.parent / case.message).read_bytes()
        result = workers.scan(self.settings, self.force.directory, raw)
        return self.force.facts(self.force.whose(_envelope(case.mail_from, case.rcpt_to)), result)


def _force(found: Settings) -> InForce:
    fingerprints = keys.load(found.storage.path / "keys", private=False).fingerprints
    return load(found, fingerprints, today=now().date())


def _envelope(sender: str, to: tuple[str, ...]) -> Envelope:
    when = now()
    return Envelope(
        id=new_id(when, secrets.token_bytes(RANDOM_BYTES)),
        mail_from=sender,
        recipients=tuple(Recipient(address=address) for address in to),
        received_at=when,
    )


def _stored(past: Path) -> Iterator[dict[str, Any]]:
    """One message a line, as the gateway stores it: numbers and kinds."""
    with past.open(encoding="utf-8") as lines:
        while line := lines.readline(_LONGEST):
            yield json.loads(line)


def _scanned(found: Settings, past: Path) -> list[dict[str, Any]]:
    """Real mail of an archive, scanned now; the headers stand for the envelope."""
    if not past.exists():
        refuse(f"{past} is not there", 2)
    with _progress() as progress:
        task = progress.add_task("scanning", total=None)
        return asyncio.run(_scan_all(found, past, lambda: progress.advance(task)))


async def _scan_all(found: Settings, past: Path, done: Callable[[], None]) -> list[dict[str, Any]]:
    """As many at once as there are workers; the rows in the order of the archive."""
    force = _force(found)
    pool = workers.pool(found, force.directory)
    await pool.start()
    rows: list[dict[str, Any]] = []
    source = enumerate(messages(past), 1)
    try:
        while some := list(islice(source, found.scan.workers * AT_ONCE)):
            free = asyncio.Semaphore(found.scan.workers)
            rows += await asyncio.gather(*(_features(pool, force, n, raw, free, done) for n, raw in some))
    finally:
        await pool.close()
    return [row for row in rows if row["recipients"]]


async def _features(
    pool: Pool, force: InForce, number: int, raw: bytes, free: asyncio.Semaphore, done: Callable[[], None]
) -> dict[str, Any]:
    envelope = force.whose(envelope_of(raw, f"m{number:07}"))
    async with free:
        result = await pool.scan(BARE_LF.sub(b"\r\n", raw))
    done()
    return features(force.facts(envelope, result))
