"""What we rely on in aiosmtpd 1.4.6, so that another version is noticed before its users do."""

import ast
import inspect
import textwrap
from importlib.metadata import version

import pytest
from aiosmtpd.smtp import SMTP

from gateway.smtp.connection import Connection
from gateway.smtp.conversation import Conversation
from gateway.smtp.session import Session

OURS_ALONE = {"smtp_BDAT"}  # refused with its own reply; aiosmtpd would take its bytes for commands
HOOKS = [name for name in dir(SMTP) if name.startswith(("smtp_", "_create_", "_timeout", "_handle_client"))]


def own_names() -> set[str]:
    return {name for cls in (Session, Conversation, Connection) for name in vars(cls)}


def test_the_version_is_the_one_that_was_read() -> None:
    assert version("aiosmtpd") == "1.4.6"


@pytest.mark.parametrize("name", HOOKS)
def test_every_stock_command_is_ours(name: str) -> None:
    """No command of aiosmtpd is reachable, so none of its replies is."""
    assert name in own_names()


@pytest.mark.parametrize("name", sorted(n for n in own_names() if n.startswith("smtp_")))
def test_every_command_is_dispatched(name: str) -> None:
    """A mistyped name would be ignored: each is one that aiosmtpd knows, and stands in our table."""
    assert name in OURS_ALONE or hasattr(SMTP, name)
    assert Session.COMMANDS[name.removeprefix("smtp_")] is getattr(Session, name)


@pytest.mark.parametrize(
    "name",
    [
        *("connection_made", "connection_lost", "eof_received", "data_received"),
        *("push", "_timeout_cb", "_handle_client", "_create_session", "_create_envelope"),
    ],
)
def test_every_overridden_method_exists(name: str) -> None:
    assert hasattr(SMTP, name)
    assert hasattr(Session, name)


def test_nothing_inherited_speaks() -> None:
    """What aiosmtpd says in a text of its own is overridden, or stands in methods that nothing of ours calls."""
    silent = {
        "check_helo_needed",
        "check_auth_needed",
        "challenge_auth",
        "auth_PLAIN",
        "auth_LOGIN",
        "_auth_interact",
    }
    speakers = {name for name, source in stock_methods().items() if "self.push(" in source}
    assert speakers - own_names() <= silent
    for name, source in stock_methods().items():
        if name not in own_names() | silent:
            assert not [speaker for speaker in speakers - own_names() if f"self.{speaker}(" in source], name
    for cls in (Session, Conversation, Connection):
        assert not [speaker for speaker in silent if f"self.{speaker}(" in inspect.getsource(cls)]


def stock_methods() -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(SMTP)))
    functions = (n for n in tree.body[0].body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return {function.name: ast.unparse(function) for function in functions}
