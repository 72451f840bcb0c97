"""What a notice has to say, as plain data: masked, counted, and ready for a wording."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from detectors.findings import Where
from detectors.kinds import KINDS
from policies.verdict import Action, Cure, Hit
from quarantine.cures.order import BUILT
from quarantine.masks import mask_address
from quarantine.texts import clean

FEW = 3  # recipients that a problem names
SHOWN = 8  # problems that a notice lists; it says how many more there are


class Kind(StrEnum):
    """Each has a wording of its own in templates/notices."""

    BLOCK = "block"
    ASK = "ask"
    HELD = "held"
    RELEASED = "released"
    RETURNED = "returned"
    DELETED = "deleted"
    EXPIRED = "expired"
    DELIVERY_FAILED = "delivery-failed"
    RELAYED = "relayed"  # to a sender who asked to hear of success, where the next hop cannot tell
    TIP = "tip"  # to the sender of a message that went, once a day
    REMINDER = "reminder"  # to the sender, while we wait for them
    REVIEW = "review"  # to the officers: something new waits for them
    ESCALATION = "escalation"  # to the officers: it still waits
    TOLD = "told"  # to a role that a policy tells besides
    WATCHED = "watched"  # to DPO and IT: what the rules would have done in monitor mode
    EMERGENCY = "emergency"  # to the safeguarding lead and the DPO: a child is at risk now
    EMERGENCY_WAITS = "emergency-waits"  # to the sender: it could not go at once after all
    QUESTION = "question"  # to the sender: a reviewer asks them something
    ANSWERED = "answered"  # to the officers: the sender has answered
    WEEKLY = "weekly"  # to DPO and head: the week in figures
    INCIDENT = "incident"  # to the incident roles: somebody tells that data went astray
    SIGNATURE = "signature"  # to IT: a cure broke a signature, and there is no key to sign anew
    DIGEST = "digest"  # to one officer, by schedule: all that waits for them
    CHECKED = "checked"  # to a sender who only asked what would happen: nothing was sent
    LOCKED = "locked"  # to a sender who asked for it in the subject: sent, and where the password is
    STRANGER = "stranger"  # to IT: the sender is not one of ours, so they were not told


# Kinds that are reports of delivery (RFC 3464): the message will not arrive, or nobody will say more of it.
BOUNCES = {Kind.BLOCK, Kind.RETURNED, Kind.DELETED, Kind.EXPIRED, Kind.DELIVERY_FAILED, Kind.RELAYED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    kind: str  # of the finding, "pupil-name"
    what: str  # "a pupil's full name"
    where: str  # "subject", "body", "attachment", …
    place: str = ""
    label: str = ""  # the attachment, masked
    masked: str = ""
    count: int = 1
    why: str = ""
    clause: str = ""
    advice: bool = False
    fixes: tuple[str, ...] = ()  # cures in the order in which they help
    initials: str = ""  # "A.T." where a name is to be replaced
    to: str = ""  # the recipients whom it concerns, masked; "" = all

    @property
    def bare(self) -> bool:
        """Whether the policy's sentence says all: it is about the message and who gets it, not about a place in it."""
        return bool(self.why) and self.where == Where.MESSAGE and not (self.what or self.place or self.masked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One message that waits for an officer, in their list."""

    reference: str
    since: datetime
    until: datetime
    recipients: int
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of one recipient, for the part that mail programs read."""

    address: str = field(repr=False)
    status: str = "5.7.1"  # enhanced status code
    action: str = "failed"  # failed or relayed (RFC 3464 §2.3.3)
    diagnostic: str = field(default="", repr=False)  # "550 5.1.1 no such user": the next hop's words
    orcpt: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a report."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that belong together."""

    heading: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    kind: Kind
    reference: str
    school: str  # key
    to: tuple[str, ...] = field(repr=False)
    problems: tuple[Problem, ...] = ()
    more: int = 0
    waiting: tuple[Waiting, ...] = ()  # the oldest first
    received_at: datetime | None = None
    expires_at: datetime | None = None
    decided_by: str = ""  # a role in words, not a person
    note: str = field(default="", repr=False)
    changed: bool = False  # an officer mended it before it went
    contact: str = ""  # whom to ask: a role's address
    still_held: int = 0  # recipients who still wait after this release
    sent_before: int = 0  # recipients to whom an officer released it earlier
    recipients: int = 0
    link: str = ""
    sections: tuple[Section, ...] = ()
    incident_link: str = ""
    broken: tuple[str, ...] = ()  # signatures that no longer fit: dkim, smime, pgp
    action: str = ""
    outside: bool = False  # judged as if it went to somebody outside
    tried: bool = False  # asked on a page, not by mail
    fates: tuple[Fate, ...] = field(default=(), repr=False)
    envid: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()

    @property
    def fixes(self) -> tuple[str, ...]:
        """What helps, over all problems, each once."""
        return tuple(dict.fromkeys(fix for problem in self.problems for fix in problem.fixes))

    @property
    def renames(self) -> tuple[str, ...]:
        """The initials that may stand in the subject."""
        return tuple(dict.fromkeys(p.initials for p in self.problems if "initials" in p.fixes and p.initials))

    @property
    def removals(self) -> tuple[dict[str, str], ...]:
        """What may be left out: places, each once."""
        places = dict.fromkeys(
            (p.where, p.label) for p in self.problems if "remove" in p.fixes and p.where != Where.MESSAGE
        )
        return tuple({"where": where, "label": label} for where, label in places)


# The order in which a sender is helped: what takes least time and leaks nothing comes first.
ORDER = (*BUILT, Cure.NOT_A_PUPIL, Cure.ASK_DPO)
# What helps where a policy, as a block does, offers no cure.
_IN_SUBJECT = {"pupil-name": ("initials",)}


def problems(
    hits: Sequence[Hit], *, least: Action = Action.ASK, own_domains: tuple[str, ...] = ()
) -> tuple[tuple[Problem, ...], int]:
    """What the hits from `least` on say, harshest first, each once, and how many are left out."""
    telling = [hit for hit in hits if hit.action >= least]
    telling.sort(key=lambda hit: (-hit.action, hit.where != Where.SUBJECT))
    all_of_them = tuple(dict.fromkeys(problem(hit, own_domains) for hit in telling))
    return all_of_them[:SHOWN], max(len(all_of_them) - SHOWN, 0)


def problem(hit: Hit, own_domains: tuple[str, ...] = ()) -> Problem:
    """One hit in a sender's words."""
    kind = KINDS.get(hit.kind)
    fixes = tuple(cure.value for cure in ORDER if cure in hit.cures)
    if not fixes and hit.where != Where.MESSAGE:
        fixes = _IN_SUBJECT.get(hit.kind, ("remove",)) if hit.where == Where.SUBJECT else ("remove",)
    return Problem(
        kind=hit.kind,
        what=kind.plain if kind else "",
        where=hit.where.value,
        place=clean(hit.place),
        label=clean(hit.label),
        masked=clean(hit.masked),
        count=hit.count,
        why=clean(hit.why),
        clause=clean(hit.clause),
        advice=hit.advice,
        fixes=fixes,
        initials=initials(hit.masked) if hit.kind == "pupil-name" else "",
        to=_few(hit.recipients, own_domains),
    )


def _few(addresses: Sequence[str], own_domains: tuple[str, ...]) -> str:
    shown = [mask_address(address, own_domains=own_domains) for address in addresses[:FEW]]
    return ", ".join([*shown, "…"] if len(addresses) > FEW else shown)


def initials(masked: str) -> str:
    """Initials "A.T." from "A… T…"; nothing where the mask is not one of a name."""
    words = masked.split()
    if not 2 <= len(words) <= 5 or not all(len(w) == 2 and w[0].isalpha() and w[1] == "…" for w in words):
        return ""
    return "".join(f"{word[0].upper()}." for word in words)
