"""What is to be changed in a message: plain data that crosses to the worker."""

import msgspec


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One attachment, as the scan saw it: its place, and the hash that proves it is the same one."""

    path: str  # Part.path of the attachment itself, "0/2"
    sha256: str
    kind: str = ""  # its sniffed type


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All changes of one message. Parts are counted in the message as it was scanned."""

    initials: bool = False  # pupils' names in the subject become initials
    encrypt: tuple[Target, ...] = ()
    remove: tuple[Target, ...] = ()
    hide: tuple[str, ...] = ()  # addresses that leave the To and Cc lines
    replace: tuple[str, ...] = ()  # fingerprints of addresses in whose place …
    address: str = ""  # … this one is written
    untag: tuple[str, ...] = ()  # words that leave the subject: "[encrypt]"
    password: str = ""  # of the encrypted files

    @property
    def empty(self) -> bool:
        """Whether nothing is to be changed."""
        return not (self.initials or self.encrypt or self.remove or self.hide or self.replace or self.untag)

    def __repr__(self) -> str:
        counts = f"{len(self.encrypt)} to encrypt, {len(self.remove)} to remove, {len(self.hide)} to hide"
        return f"Plan({counts}, {len(self.replace)} to replace)"
