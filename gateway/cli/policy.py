"""`schoolgate policy`: what the policies in force say, in words; and whether a file of one's own is right."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

import policies
from gateway import installation
from gateway.cli import policy_trials
from gateway.cli.opening import ConfigOption, JsonOption, out, refuse, settings
from policies import PolicyError, PolicySet
from policies.explain import explain_policy, explain_set
from policies.schema import schema as json_schema
from policies.sheet import one_page

app = typer.Typer(no_args_is_help=True, help="The rules.")

SetOption = Annotated[
    str, typer.Option("--set", help="A shipped pack or a file, instead of the one that the settings name.")
]


@app.command("list")
def list_(config: ConfigOption = None, which: SetOption = "", as_json: JsonOption = False) -> None:
    """The policies of the set in force."""
    found = _set(config, which)
    rows = [(p.id, p.action.word, p.why, p.clause) for p in found.policies if p.enabled]
    if as_json:
        names = ("id", "action", "why", "clause")
        data = {"set": found.id, "version": found.version, "mode": found.mode}
        typer.echo(json.dumps({**data, "policies": [dict(zip(names, row, strict=True)) for row in rows]}))
        return
    table = Table(
        "policy", "action", "why", title=f"{found.header.name}, version {found.version}, {found.mode}"
    )
    for name, action, why, _ in rows:
        table.add_row(name, action, why)
    out().print(table)
    if not which:
        out().print(f"Shipped packs: {', '.join(policies.pack_names())}")


@app.command()
def explain(
    policy: Annotated[str, typer.Argument(help="One policy's id; the whole set when left out.")] = "",
    config: ConfigOption = None,
    which: SetOption = "",
    *,
    sheet: Annotated[bool, typer.Option("--sheet", help="The whole set on one page, for governors.")] = False,
) -> None:
    """A policy, or the whole set, in plain words."""
    found = _set(config, which)
    if sheet or not policy:
        typer.echo(one_page(found) if sheet else explain_set(found))
        return
    one = found.policy(policy)
    if one is None:
        refuse(f'no policy "{policy}"; `schoolgate policy list` shows all', 1)
    typer.echo(explain_policy(one))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A policy set of your own.")],
) -> None:
    """Whether a file is a policy set that could be put in force; says what is wrong with it."""
    try:
        found = policies.load_set(file)
    except PolicyError as wrong:
        refuse(str(wrong), 1)
    out().print(
        f"[green]{file} is right:[/] {len(found.policies)} policies, version {found.version}, {found.mode}."
    )
    for obstacle in found.obstacles:
        out().print(f"It may not enforce yet: {obstacle}", markup=False)


@app.command()
def schema() -> None:
    """The JSON Schema of policy files, for editors."""
    typer.echo(json.dumps(json_schema(), indent=1))


def _set(config: ConfigOption, which: str) -> PolicySet:
    return policies.load_set(which) if which else installation.policy_set(settings(config))


for name, trial in (
    ("test", policy_trials.run_set),
    ("diff", policy_trials.diff),
    ("replay", policy_trials.replay),
):
    app.command(name)(trial)
