"""From 354 to the final reply: a message is received, its form judged, and handed over; whatever happens, it is answered."""

from typing import TYPE_CHECKING

from gateway.replies import REPLIES, Reply
from gateway.smtp.clients import of_tenant
from gateway.smtp.connection import Phase
from gateway.smtp.content import Content
from gateway.smtp.trace import loops
from policies.envelope import RANDOM_BYTES, Envelope, new_id

if TYPE_CHECKING:
    from gateway.smtp.session import Session


async def message(session: "Session", content: Content) -> None:
    """Receive it, judge its form, hand it over, answer."""
    if not await session.receive(content):
        return
    session.phase = Phase.HANDLING
    raw = content.take()
    refusal = content.refusal or _objection(session, raw)
    if refusal:
        session.report(refusal)
        session.leaving = session.leaving or refusal == "bare_newline"
        await session.answer(REPLIES[refusal])
        return
    reply = await _handled(session, raw)
    session.errors = session.commands = 0
    if reply.accepted and (session.transport is None or session.transport.is_closing()):
        session.report("reply_lost")  # RFC 1047: the client will send it again
    await session.answer(reply)


def _objection(session: "Session", raw: bytes) -> str:
    """What SMTP itself has against the message."""
    if loops(raw, session.endpoint.loop_key):
        return "loop"
    clients = session.check_may_send()
    return "tenant_unproven" if clients and not of_tenant(clients, raw) else ""


async def _handled(session: "Session", raw: bytes) -> Reply:
    """The handler's answer; an exception of ours is 451, so that the client keeps its mail."""
    try:
        return await session.endpoint.handle(_sealed(session, raw), raw)
    except Exception as error:  # noqa: BLE001 - whatever it is, the client must hear 451 and nothing else
        return session.trouble(error)


def _sealed(session: "Session", raw: bytes) -> Envelope:
    """The envelope, from now on unchangeable."""
    sender, client = session.envelope.sender, session.session
    assert sender is not None
    now = session.endpoint.clock()
    return Envelope(
        id=new_id(now, session.endpoint.random(RANDOM_BYTES)),
        mail_from=sender.address,
        recipients=tuple(session.envelope.recipients),
        received_at=now,
        client=session.client,
        helo=client.helo,
        tls=client.tls,
        user=client.user,
        # Many send 8-bit text without saying so; the next hop must be told.
        body="7BIT" if sender.body == "7BIT" and raw.isascii() else "8BITMIME",
        smtputf8=sender.smtputf8,
        ret=sender.ret,
        envid=sender.envid,
        protocol=_protocol(session, smtputf8=sender.smtputf8),
    )


def _protocol(session: "Session", *, smtputf8: bool) -> str:
    """RFC 3848 and RFC 6531 §4.3: how the message came."""
    client = session.session
    if not client.extended:
        return "SMTP"
    return ("UTF8SMTP" if smtputf8 else "ESMTP") + "S" * bool(client.tls) + "A" * bool(client.user)
