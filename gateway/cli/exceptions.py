"""`schoolgate exception` and `schoolgate bypass`: what a school allows for a while, each with a reason, a name and an end."""

import json
from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table

from gateway.cli.held import actor
from gateway.cli.opening import ConfigOption, JsonOption, asking, now, out

app = typer.Typer(no_args_is_help=True, help="Leave for one sender to do what one policy would stop.")
bypass_app = typer.Typer(no_args_is_help=True, help="The panic bypass: all mail passes for some hours.")

ReasonOption = Annotated[str, typer.Option("--reason", "-r", help="Why; kept sealed.")]
SchoolOption = Annotated[str, typer.Option("--school", help="The school's key.")]


@app.command()
def add(  # the facts of an exception
    policy: Annotated[str, typer.Option("--policy", "-p", help="The policy's id, or that of its table.")],
    sender: Annotated[str, typer.Option("--sender", "-s", help="Whose mail.")],
    reason: ReasonOption,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="It ends by itself after so many.")],
    config: ConfigOption = None,
    approved_by: Annotated[
        list[str] | None,
        typer.Option(
            "--approved-by", help="Who approved (repeatable); the policy set says how many it needs."
        ),
    ] = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Only to these recipients (repeatable).")
    ] = None,
    school: SchoolOption = "",
) -> None:
    """Make an exception; it counts once as many people approved it as the policy set asks for."""
    with asking(config):
        from quarantine import waivers

        asked = waivers.Asked(
            policy=policy,
            sender=sender,
            reason=reason,
            expires_at=now() + timedelta(days=days),
            recipients=to or (),
            school=school,
        )
        row = waivers.add(asked, actor=actor(), approvers=approved_by or (), now=now())
        missing = waivers.missing(row)
    out().print(f"{row.id} ends on {row.expires_at:%d %B %Y}.")
    if missing > 0:
        out().print(
            f"It does not count yet: {missing} more must approve it, in the console or with `approve`."
        )


@app.command()
def approve(
    exception_id: Annotated[str, typer.Argument(metavar="ID")],
    approved_by: Annotated[str, typer.Option("--approved-by", help="Who approves.")],
    config: ConfigOption = None,
) -> None:
    """Write down one more approval."""
    with asking(config):
        from quarantine import waivers

        waivers.approve(exception_id, who=approved_by, recorded_by=actor(), now=now())
    out().print(f"{exception_id} is approved by one more.")


@app.command("list")
def list_(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    everything: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
) -> None:
    """The exceptions that stand."""
    with asking(config):
        from quarantine import waivers

        rows = [
            {
                "id": row.id,
                "policy": row.policy,
                "sender": row.sender_masked,
                "to": row.recipients_masked or ["everybody"],
                "reason": waivers.reason(row),
                "approved_by": list(waivers.approvers(row)),
                "until": row.expires_at.isoformat(timespec="minutes"),
                "counts": not row.ended_at and row.expires_at > now() and waivers.counts(row),
            }
            for row in waivers.listing(now=now(), ended=everything)
        ]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table("id", "policy", "sender", "to", "reason", "approved by", "until", "counts")
    table.columns[0].no_wrap = True  # to be copied
    for row in rows:
        table.add_row(*(_words(value) for value in row.values()))
    out().print(table if rows else "No exception stands.")


@app.command()
def end(exception_id: Annotated[str, typer.Argument(metavar="ID")], config: ConfigOption = None) -> None:
    """End an exception now; the gateway follows within seconds."""
    with asking(config):
        from quarantine import waivers

        waivers.end(exception_id, actor=actor(), now=now())
    out().print(f"{exception_id} has ended.")


@bypass_app.command()
def on(
    hours: Annotated[float, typer.Option("--hours", help="It ends by itself; 24 at most.")],
    reason: ReasonOption,
    config: ConfigOption = None,
    school: SchoolOption = "",
) -> None:
    """Let all mail pass and only write down what would have been stopped."""
    with asking(config):
        from quarantine import bypass

        row = bypass.on(hours=hours, reason=reason, actor=actor(), school=school, now=now())
    out().print(f"[red]Mail passes unhindered[/] until {row.expires_at:%d %B %Y, %H:%M} UTC.")


@bypass_app.command()
def off(config: ConfigOption = None) -> None:
    """Policies hold again, within seconds."""
    with asking(config):
        from quarantine import bypass

        ended = bypass.off(actor=actor(), now=now())
    out().print("Policies hold again." if ended else "No bypass was on.")


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
