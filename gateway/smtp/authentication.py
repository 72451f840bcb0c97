"""AUTH PLAIN and LOGIN (RFC 4954, RFC 4616): the dialogue that ends in a user's name, or a refusal."""

import asyncio
import base64
from typing import TYPE_CHECKING

from gateway.replies import Reply
from gateway.smtp import users
from gateway.smtp.refused import Refused

if TYPE_CHECKING:
    from gateway.smtp.conversation import Conversation


async def user(conversation: "Conversation", argument: str) -> str:
    """The name of the user who proved to be it."""
    mechanism, _, initial = argument.partition(" ")
    match mechanism.upper():
        case "PLAIN":
            name, password = users.plain(initial or await _ask(conversation, ""))
        case "LOGIN":
            name = users.decoded(initial or await _ask(conversation, "Username:"))
            password = users.decoded(await _ask(conversation, "Password:"))
        case _:
            raise Refused("auth_mechanism")
    if not await _verify(conversation, name, password):
        conversation.report("auth_failed")
        raise Refused("auth_failed")
    return name


async def _ask(conversation: "Conversation", prompt: str) -> str:
    """One step of the dialogue: 334 and the client's line."""
    await conversation.answer(Reply(334, "", base64.b64encode(prompt.encode()).decode()))
    line = await conversation.read_line()
    if line is None:
        raise ConnectionResetError
    return line


async def _verify(conversation: "Conversation", name: str, password: str) -> bool:
    """Off the event loop, and not too many at once."""
    path = conversation.endpoint.settings.users
    assert path is not None
    async with conversation.endpoint.auth_slots:
        try:
            return await asyncio.to_thread(users.verify, path, name, password)
        except (OSError, ValueError, users.UsersError) as error:
            conversation.report(f"users_file:{type(error).__name__}")
            raise Refused("auth_not_now") from error
