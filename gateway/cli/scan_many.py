"""`schoolgate scan` on folders: every message by one pool of workers, judged under the set in force or under others to compare."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

import policies
from detectors.findings import Scan
from detectors.pool import Pool
from gateway import workers
from gateway.cli.opening import out, refuse
from gateway.processes.in_force import InForce
from gateway.settings import Settings
from policies import PolicyError
from policies.past_mail import envelope_of
from policies.policy_set import ENFORCE
from policies.verdict import Verdict

BARE_LF = re.compile(rb"(?<!\r)\n")
MOST = 100_000  # messages of one run


@dataclass(frozen=True, slots=True)
class Judged:
    """One message of the run."""

    file: Path
    scan: Scan
    verdicts: dict[str, Verdict]  # by the name of the set; "" is the one in force


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The files named, and the .eml files below the folders named."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            refuse(f"{path} is not there", 2)
        found += sorted(path.rglob("*.eml")) if path.is_dir() else [path]
    if len(found) > MOST:
        refuse(f"more than {MOST} messages: name fewer folders", 2)
    return found


def run(
    files: Sequence[Path],
    settings: Settings,
    force: InForce,
    *,
    sets: Sequence[str] = (),
    when: datetime,
    as_json: bool,
) -> None:
    """Judge each message by its own header as the envelope, and say what came out."""
    others = {name: _other(force, name) for name in sets} or {"": force}
    table = Table("file", *(name or "what would become of it" for name in others))

    async def story() -> None:
        async for judged in _all(files, settings, others, when):
            if as_json:
                typer.echo(json.dumps(_data(judged)))
            else:
                table.add_row(judged.file.name, *(_words(v) for v in judged.verdicts.values()))

    asyncio.run(story())
    if not as_json:
        out().print(table)


def _other(force: InForce, name: str) -> InForce:
    """The same school under another set, as if it enforced: that is what one wants to compare."""
    try:
        found = policies.load_set(name)
    except PolicyError as wrong:
        refuse(str(wrong), 2)
    return replace(force, policy_set=replace(found, mode=ENFORCE, obstacles=()))


async def _all(
    files: Sequence[Path], settings: Settings, forces: dict[str, InForce], when: datetime
) -> AsyncIterator[Judged]:
    scan, directory = settings.scan, next(iter(forces.values())).directory
    pool = workers.pool(settings, directory)
    await pool.start()
    try:
        for start in range(0, len(files), scan.workers):
            some = files[start : start + scan.workers]
            for judged in await asyncio.gather(*(_one(file, pool, forces, when) for file in some)):
                yield judged
    finally:
        await pool.close()


async def _one(file: Path, pool: Pool, forces: dict[str, InForce], when: datetime) -> Judged:
    try:
        raw = BARE_LF.sub(b"\r\n", await asyncio.to_thread(file.read_bytes))
    except OSError as error:
        refuse(f"{file}: cannot be read ({error.strerror})", 2)
    scan = await pool.scan(raw)
    envelope = replace(envelope_of(raw, file.stem), received_at=when)
    verdicts = {}
    for name, force in forces.items():
        verdicts[name] = force.decide(force.facts(force.whose(envelope), scan))
    return Judged(file, scan, verdicts)


def _data(judged: Judged) -> dict[str, Any]:
    return {
        "file": str(judged.file),
        "kinds": sorted({finding.kind for finding in judged.scan.findings}),
        "verdicts": {name: _verdict(verdict) for name, verdict in judged.verdicts.items()},
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    leading = _leading(verdict)
    return {
        "action": verdict.action.word,
        "would": verdict.would.word,
        "policies": sorted({hit.policy for hit in verdict.hits}),
        "leading": sorted({hit.policy for hit in leading}),
        "reviewers": list(verdict.reviewers),
        "advice": any(hit.advice and "sender" in hit.tell for hit in leading),
        "version": verdict.version,
    }


def _leading(verdict: Verdict) -> list[Any]:
    return [hit for hit in verdict.hits if hit.action is verdict.would]


def _words(verdict: Verdict) -> str:
    names = sorted({hit.policy for hit in _leading(verdict)})
    more = f" (+{len(names) - 1})" if len(names) > 1 else ""
    return f"{verdict.would.word}: {names[0]}{more}" if names else verdict.would.word
