"""All commands by name."""

from gateway.cli import (
    audit,
    backup,
    check,
    demo,
    directory,
    exceptions,
    held,
    init,
    partners,
    policy,
    scan,
    serve,
    user,
)
from gateway.cli.root import command_line

app = command_line()
for name, commands in (
    ("audit", audit.app),
    ("bypass", exceptions.bypass_app),
    ("directory", directory.app),
    ("exception", exceptions.app),
    ("held", held.app),
    ("partner-password", partners.app),
    ("policy", policy.app),
    ("user", user.app),
):
    app.add_typer(commands, name=name)
for command in (
    serve.serve,
    serve.migrate,
    demo.demo,
    check.check,
    init.init,
    scan.scan,
    backup.backup,
    backup.restore,
):
    app.command()(command)
