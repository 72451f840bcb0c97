"""`schoolgate scan`: what would become of a message, without sending it."""

import json
import secrets
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from detectors.findings import Finding, Scan
from gateway import workers
from gateway.cli import scan_many
from gateway.cli.opening import ConfigOption, JsonOption, now, out, refuse, settings
from gateway.cli.parts import tree
from gateway.processes.in_force import InForce, load
from gateway.settings import Settings
from policies.envelope import RANDOM_BYTES, Envelope, Recipient, new_id
from policies.past_mail import envelope_of
from policies.verdict import Hit, Verdict
from quarantine import keys

_MAX = 200_000_000  # bytes of a file that somebody names


def scan(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE.eml…", help="The message; - reads standard input. Several, or folders of them."
        ),
    ],
    sender: Annotated[
        str, typer.Option("--from", help="The envelope's sender. Left out: what the header says.")
    ] = "",
    to: Annotated[
        list[str] | None, typer.Option("--to", help="The envelope's recipients (repeatable); likewise.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    which: Annotated[
        list[str] | None,
        typer.Option("--set", help="Judge under this pack or file instead (repeatable, to compare)."),
    ] = None,
) -> None:
    """Say what would become of a message, and why; nothing is sent or kept."""
    found = settings(config)
    force = load(
        found, keys.load(found.storage.path / "keys", private=False).fingerprints, today=now().date()
    )
    if len(files) > 1 or which or files[0].is_dir():
        if sender or to:
            refuse("--from and --to are for one message: for several the header of each one counts", 2)
        many = scan_many.files_in(files)
        scan_many.run(many, found, force, sets=which or (), when=now(), as_json=as_json)
        return
    raw = _read(files[0])
    suggested = envelope_of(raw, "")
    sender, to = sender or suggested.mail_from, to or list(suggested.addresses)
    if not to:
        refuse("name a recipient with --to: the header has none", 2)
    verdict, result = judge(raw, sender, to, found, force, when=now())
    if as_json:
        typer.echo(json.dumps(as_data(verdict, result)))
    else:
        show(verdict, result)


def judge(
    raw: bytes, sender: str, to: list[str], settings: Settings, force: InForce, *, when: datetime
) -> tuple[Verdict, Scan]:
    """The verdict on one message, as the gateway would give it."""
    result = workers.scan(settings, force.directory, raw)
    envelope = Envelope(
        id=new_id(when, secrets.token_bytes(RANDOM_BYTES)),
        mail_from=sender.strip("<>"),
        recipients=tuple(Recipient(address=address.strip("<>")) for address in to),
        received_at=when,
    )
    return force.decide(force.facts(force.whose(envelope), result)), result


def as_data(verdict: Verdict, result: Scan) -> dict[str, Any]:
    """What a machine reads: masked evidence only."""
    return {
        "action": verdict.action.word,
        "would": verdict.would.word,  # the same, but for what only watches in monitor mode
        "hits": [_hit(hit) for hit in verdict.hits],
        "misses": [{"policy": miss.policy, "failed": miss.failed} for miss in verdict.misses],
        "findings": [_finding(finding) for finding in result.findings],
        "parts": [
            {
                "path": part.path,
                "label": part.label,
                "type": part.sniffed,
                "size": part.size,
                "protection": part.protection.value,
                "how": part.protected_how,
                "read": part.read.value,
                "why": part.read_why,
            }
            for part in result.parts
        ],
        "versions": {**result.versions, "policies": verdict.version},
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "policy": hit.policy,
        "why": hit.why,
        "action": hit.action.word,
        "clause": hit.clause,
        "kind": hit.kind,
        "where": hit.where.value,
        "place": hit.place,
        "masked": hit.masked,
        "cures": [cure.value for cure in hit.cures],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "where": finding.where.value,
        "masked": finding.masked,
        "part": finding.part,
        "place": finding.place,
        "level": finding.level,
        "count": finding.count,
        "score": finding.score,
        "why": finding.why,
    }


def show(verdict: Verdict, result: Scan) -> None:
    """The same for people."""
    write = out()
    colour = {"allow": "green", "log": "green", "ask": "yellow"}.get(verdict.action.word, "red")
    write.print(f"[bold {colour}]{verdict.action.word}[/]")
    if verdict.would is not verdict.action:
        write.print(f"Only watched: in enforcing mode it would be {verdict.would.word}.")
    for hit in verdict.hits:
        write.print(f"  {hit.action.word}: {hit.policy}: {hit.why}", markup=False)
    write.print(tree(result))


def _read(file: Path) -> bytes:
    """The message as it would come over the wire: CRLF lines."""
    try:
        raw = typer.get_binary_stream("stdin").read(_MAX) if str(file) == "-" else file.read_bytes()
    except OSError as error:
        refuse(f"{file}: cannot be read ({error.strerror})", 2)
    return scan_many.BARE_LF.sub(b"\r\n", raw)
