"""A command that gets no: raised where it is known, answered by the session, named after a row of the reply table."""

from gateway.replies import REPLIES, Reply


class Refused(Exception):  # noqa: N818 - reads as what happened: raise Refused("need_mail")
    """Carries the reply and whether the connection ends with it; never anything the client said."""

    def __init__(self, name: str, *, close: bool = False, **words: str) -> None:
        super().__init__(name)
        self.name = name
        self.close = close
        self.reply: Reply = REPLIES[name].fill(**words)
