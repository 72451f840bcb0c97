"""The verdict: the action, every policy that hit and why, every one that came close, and the policy set that said so."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from detectors.findings import Where


class Action(IntEnum):
    """Ordered by severity: the most severe action of all hits wins."""

    ALLOW = 0
    LOG = 1
    ASK = 2
    QUARANTINE = 3
    BLOCK = 4

    @property
    def word(self) -> str:
        """The word used in policies, rows, logs and JSON: "ask"."""
        return self.name.lower()


class Cure(StrEnum):
    """What a sender can do about a hit on their own page."""

    ENCRYPT = "encrypt"
    INITIALS = "initials"
    CONFIRM = "confirm"
    REMOVE = "remove"
    BCC = "bcc"
    SINGLY = "singly"
    REPLACE_ADDRESS = "replace-address"
    NOT_A_PUPIL = "not-a-pupil"
    ASK_DPO = "ask-dpo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One policy that applies, with the evidence (masked) and the recipients whom it concerns."""

    policy: str  # Policy.id
    action: Action
    why: str  # the policy's own sentence
    clause: str = ""
    advice: bool = False  # recommended, not in this school's policy
    cures: tuple[Cure, ...] = ()
    reviewers: tuple[str, ...] = ()  # roles who decide when held
    tell: tuple[str, ...] = ()  # roles told besides
    recipients: tuple[str, ...] = field(default=(), repr=False)  # addresses concerned; () = all
    kind: str = ""  # the finding that hit
    part: str = ""
    label: str = ""  # the part's label, masked
    where: Where = Where.MESSAGE
    place: str = ""
    masked: str = ""
    level: int = 0
    count: int = 1
    fingerprint: str = ""
    monitor: bool = False  # only watched: at most logged, nobody told
    waived: str = ""  # the waiver that turned it into a log line


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A policy that came close: all its conditions held but the one named."""

    policy: str
    failed: str  # the condition, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    action: Action
    hits: tuple[Hit, ...] = ()
    misses: tuple[Miss, ...] = ()
    version: str = ""  # of the policy set: hash of its meaning

    @property
    def would(self) -> Action:
        """The action if nothing were in monitor mode."""
        return max((h.action for h in self.hits), default=Action.ALLOW)

    @property
    def reviewers(self) -> tuple[str, ...]:
        """The roles who review a quarantined message, each once, in order."""
        held = (h for h in self.hits if h.action is Action.QUARANTINE and not h.monitor)
        return tuple(dict.fromkeys(role for h in held for role in h.reviewers))
