"""What the sender's page shows: problems beside their cures, how far it is, and what became of it; masks and counts alone."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from detectors.findings import Where
from policies.emergency import AT_ONCE
from policies.policy_set import SecureMethod
from policies.verdict import Action, Cure
from quarantine.config import current
from quarantine.cures import locked
from quarantine.cures.order import BUILT
from quarantine.cures.problems import Open, open_problems, removes_people
from quarantine.models import Held, HeldRecipient, Mend, Mending, Outgoing, Sending, State
from quarantine.notices.notice import Problem, problem
from quarantine.notices.wording import translated
from quarantine.workflow import questions
from quarantine.workflow.copies import family

LINES = 5  # places that one problem lists; it says how many more there are
CHANGING = set(BUILT) - {Cure.CONFIRM}  # cures that touch the message, and so the server's signature
INSIDE = {Cure.ENCRYPT, Cure.REMOVE, Cure.REPLACE_ADDRESS}  # … its body, and so the sender's own
ROLES = {
    "dpo": gettext_lazy("the data protection officer"),
    "dsl": gettext_lazy("the safeguarding lead"),
    "it": gettext_lazy("IT"),
    "head": gettext_lazy("the head"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One problem as the page lists it."""

    key: str
    number: int
    lines: tuple[Problem, ...]
    more: int
    why: str
    clause: str
    cures: tuple[str, ...]
    chosen: str
    people: bool  # "remove" means recipients
    to: str  # … these, masked
    initials: str
    readers: locked.Readers  # of a locked file


def page_of(held: Held, mending: Mending | None, now: datetime) -> dict[str, Any]:
    """Everything that the template asks for."""
    state = _state(held, mending)
    rows = _rows(held, mending) if state in {"choosing", "with-role"} else []
    done = sum(bool(row.chosen) for row in rows)
    secret = held.is_silent and held.state != State.HELD  # that it went is not for its sender
    passwords = () if secret else locked.shown(held, mending, now)
    must_note = bool(passwords) and state == "choosing" and not (mending and mending.noted_at)
    return {
        "school": current().school(held.school).name,
        "reference": held.id,
        "state": state,
        "rows": rows,
        "done": done,
        "total": len(rows),
        "last": len(rows) - done == 1 and not must_note,
        "stuck": any(not row.cures for row in rows),
        "mistake": any(Cure.NOT_A_PUPIL in hit.cures for one in open_problems(held) for hit in one.hits),
        "breaks": _breaks(held, rows),
        "methods": _methods(rows),
        "again": bool(mending and mending.rounds),
        "passwords": passwords,
        "agreed": locked.agreed(held, mending) if state == "choosing" else "",
        "password_until": mending.password_until if mending and passwords else None,
        "must_note": must_note,
        "received_at": held.received_at,
        "expires_at": held.expires_at,
        "decided_at": held.decided_at,
        "by_sender": held.decided_by == "sender",
        "role": _role(held),
        "asked": mending.asked if mending else "",
        "since": (mending.asked_at if mending else None) or held.received_at,
        "delivery": _delivery(held),
        "question": held.state == State.HELD and questions.open_question(held) is not None,
        "legal_hold": held.legal_hold,
        "emergency": _emergency(held),
        "copies": held.followers.filter(state=State.HELD).count(),
        "everybody": HeldRecipient.objects.filter(held__in=family(held)).count(),
    }


def _state(held: Held, mending: Mending | None) -> str:
    if held.state != State.HELD:
        return "with-role" if held.is_silent else held.state
    if held.action != Action.ASK.word:
        return "with-role"
    return "due" if mending and mending.state == Mend.DUE else "choosing"


def _rows(held: Held, mending: Mending | None) -> list[Row]:
    choices = mending.choices if mending else {}
    masked = dict(held.recipients.values_list("position", "masked"))
    problems = sorted(open_problems(held), key=_effort)
    return [_row(n, one, held, choices.get(one.key, ""), masked) for n, one in enumerate(problems, 1)]


def _effort(one: Open) -> int:
    """What takes least time comes first, what nobody can mend here last."""
    return min((BUILT.index(cure) for cure in one.cures), default=len(BUILT))


def _row(number: int, one: Open, held: Held, chosen: str, masked: dict[int, str]) -> Row:
    lines = tuple(dict.fromkeys(translated(problem(hit)) for hit in one.hits))
    first = lines[0]
    return Row(
        key=one.key,
        number=number,
        lines=lines[:LINES],
        more=max(len(lines) - LINES, 0),
        why=first.why,
        clause=first.clause,
        cures=tuple(cure.value for cure in one.cures),
        chosen=chosen,
        people=removes_people(one.first, one.positions, held),
        to=", ".join(masked.get(n, "") for n in one.positions),
        initials=first.initials,
        readers=locked.readers(one, held),
    )


def _breaks(held: Held, rows: list[Row]) -> str:
    """Whose signature a cure on this page would break: "sender", "server" or nobody's; ours is made anew."""
    changes = any(not CHANGING.isdisjoint(row.cures) for row in rows)
    inside = any(not INSIDE.isdisjoint(row.cures) for row in rows if not row.people)
    if inside and {"smime", "pgp"} & set(held.signatures):
        return "sender"
    conf = current()
    again = all(_under(domain, conf.dkim_domains) for domain in conf.school(held.school).domains)
    return "server" if changes and "dkim" in held.signatures and not again else ""


def _under(domain: str, others: tuple[str, ...]) -> bool:
    return any(domain == other or domain.endswith("." + other) for other in others)


def _methods(rows: list[Row]) -> tuple[SecureMethod, ...]:
    """Other safe ways, where a file is the trouble."""
    files = any(line.where in {Where.ATTACHMENT, Where.FILENAME} for row in rows for line in row.lines)
    return current().secure_methods if files else ()


def _emergency(held: Held) -> dict[str, Any]:
    """What the page says to somebody whose e-mail cannot wait: before, and after they have said so."""
    everybody = HeldRecipient.objects.filter(held__in=family(held))
    waits = everybody.filter(state=State.HELD)
    return {
        "said_at": held.emergency_at,
        "at_once": waits.filter(emergency=AT_ONCE).count(),
        "waits": waits.count(),
        "sent": everybody.filter(state=State.RELEASED, emergency=AT_ONCE).count(),
    }


def _role(held: Held) -> str:
    """Who decides, in words."""
    named = [str(ROLES.get(role, role)) for role in held.reviewers or ["dpo"]]
    return gettext(" and ").join(named)


def _delivery(held: Held) -> dict[str, int]:
    """How many recipients the message has reached, waits for, or will not reach."""
    states: Counter[str] = Counter()
    rows = Outgoing.objects.filter(held__in=family(held), kind__in=("original", "cured", "emergency"))
    for row in rows.prefetch_related("recipients"):
        states.update(one.state for one in row.recipients.all())
    return {name.value: states[name] for name in Sending} | {"all": states.total()}
