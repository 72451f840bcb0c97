"""`schoolgate held`: what waits, and the officer's decisions, for those who work on the server."""

import json
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.table import Table

from gateway.cli.opening import ConfigOption, JsonOption, now, out, refuse, settings, started

app = typer.Typer(no_args_is_help=True, help="Messages that wait for a decision.")

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The message's reference.")]
ReasonOption = Annotated[
    str, typer.Option("--reason", "-r", help="Why; it goes to the sender and is kept sealed.")
]


@app.command("list")
def list_(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are decided.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 200,
) -> None:
    """The messages that wait, newest first."""
    with _open(config):
        from quarantine.models import Held, State

        rows = Held.objects.order_by("-received_at")
        shown = [_row(h) for h in (rows if everything else rows.filter(state=State.HELD))[:limit]]
    if as_json:
        typer.echo(json.dumps(shown))
        return
    table = Table("reference", "what", "who decides", "state", "sender", "since", "policies")
    table.columns[0].no_wrap = True  # to be copied
    for row in shown:
        table.add_row(*(", ".join(v) if isinstance(v, list) else str(v) for v in row.values()))
    out().print(table if shown else "Nothing waits.")


@app.command()
def show(held_id: IdArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Why one message waits: policies, places and masked evidence; no content."""
    with _open(config):
        from quarantine.models import Held

        held = Held.objects.filter(id=held_id).first()
        if held is None:
            refuse("no message of this reference is known", 1)
        shown = {
            **_row(held),
            "expires_at": held.expires_at.isoformat(),
            "size": held.size,
            "recipients": [r.masked for r in held.recipients.order_by("position")],
            "hits": held.hits,
            "findings": held.findings,
            "parts": held.parts,
            "policy_set": held.policy_set,
        }
    if as_json:
        typer.echo(json.dumps(shown))
    else:
        out().print_json(json.dumps(shown))


@app.command()
def release(
    held_id: IdArgument,
    reason: ReasonOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Only to these recipients (repeatable).")
    ] = None,
) -> None:
    """Send the original, byte for byte; it is not scanned again."""
    with _open(config):
        from quarantine import workflow

        workflow.release(held_id, actor=actor(), recipients=to or None, note=reason, now=now())
    _done(held_id, "released", f"{held_id} is on its way.", as_json=as_json)


@app.command("return")
def return_(
    held_id: IdArgument, reason: ReasonOption = "", config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Give the message back to its sender, unsent, with your words."""
    with _open(config):
        from quarantine import workflow

        workflow.return_(held_id, actor=actor(), note=reason, now=now())
    _done(held_id, "returned", f"{held_id} is returned to its sender.", as_json=as_json)


@app.command()
def delete(
    held_id: IdArgument, reason: ReasonOption = "", config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Delete the message unsent; its sender is told."""
    with _open(config):
        from quarantine import workflow

        workflow.delete(held_id, actor=actor(), note=reason, now=now())
    _done(held_id, "deleted", f"{held_id} is deleted.", as_json=as_json)


def _done(held_id: str, state: str, words: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"id": held_id, "state": state}))
    else:
        out().print(words)


@contextmanager
def _open(config: ConfigOption) -> Iterator[None]:
    with started(settings(config)):
        from quarantine.workflow import AlreadyDecided, HeldMissing, WorkflowError

        try:
            yield
        except HeldMissing:
            refuse("no message of this reference is known", 1)
        except AlreadyDecided as done:
            refuse(f"it is {done.state} already, by {done.by or 'the clock'}", 1)
        except WorkflowError as wrong:
            refuse((type(wrong).__doc__ or "it cannot be done").rstrip("."), 1)


def actor() -> str:
    """Who decided, for the audit: the account on this server, or who used sudo. Two people who share root are one."""
    number = os.getuid()
    if number == 0 and os.environ.get("SUDO_UID", "").isdecimal():
        number = int(os.environ["SUDO_UID"])
    return f"{_account(number)}+command-line"


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # a container's account without a name
        return f"uid-{number}"


def _row(held: Any) -> dict[str, Any]:
    from quarantine import keys, store
    from quarantine.cover import Cover

    sender = held.sender_masked
    if held.envelope:
        sender = store.unseal_record(Cover, held.envelope, keys.current().opening).envelope.mail_from
    return {
        "id": held.id,
        "action": held.action,
        "reviewer": held.reviewers,
        "state": held.state,
        "sender": sender,
        "received_at": held.received_at.isoformat(),
        "policies": list(dict.fromkeys(hit["policy"] for hit in held.hits)),
    }
