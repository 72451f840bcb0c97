"""An officer's list by schedule: one letter with all that waits for them, the oldest first, masked; sent once, whoever is asked."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from policies.verdict import Action
from quarantine import config, keys
from quarantine.database import one_transaction
from quarantine.evidence import hits_of
from quarantine.letters.letter import Letter, post, seal
from quarantine.models import Held, Remembered, State
from quarantine.notices.notice import Kind, Notice, Problem, Waiting, problems
from quarantine.school_days import is_school_day

LISTED = 30  # messages that one list names; it says how many more there are
LATE = timedelta(hours=2)  # a list that could not be made in time is made so much later at most
KEPT = timedelta(days=2)  # for so long it is known which lists were sent
MOST = 5_000  # waiting messages that are looked at
CLOCK = ZoneInfo("Europe/London")


def send_due(*, now: datetime) -> int:
    """Write the lists whose time has come, each once; how many."""
    conf = config.current()
    slot = due_slot(conf.notices.digest, now)
    if slot is None or not is_school_day(slot.date(), conf.holidays):
        return 0
    waiting = _waiting()
    return sum(_send(address, roles, waiting, slot, now) for address, roles in _officers().items())


def due_slot(times: Sequence[time], now: datetime) -> datetime | None:
    """The latest of these times of day that has come, unless it is too long ago."""
    local = now.astimezone(CLOCK)
    past = [slot for one in times if (slot := datetime.combine(local, one, CLOCK)) <= local]
    return max((slot for slot in past if local - slot < LATE), default=None)


def letter_for(address: str, waiting: Sequence[Held], slot: datetime, now: datetime) -> Letter:
    """The list of what waits for this officer."""
    conf = config.current()
    return seal(
        Notice(
            kind=Kind.DIGEST,
            reference=f"{slot:%Y%m%dT%H%M}",
            school=conf.schools[0].key,
            to=(address,),
            waiting=tuple(_row(held) for held in waiting[:LISTED]),
            more=max(len(waiting) - LISTED, 0),
            recipients=len(waiting),
            expires_at=min((held.expires_at for held in waiting), default=None),
            link=f"{conf.console_url.rstrip('/')}/queue/",
        ),
        now,
    )


def _send(address: str, roles: set[str], waiting: Iterable[Held], slot: datetime, now: datetime) -> bool:
    mine = [held for held in waiting if roles.intersection(held.reviewers)]
    if not mine and not (config.current().notices.digest_empty and "dpo" in roles):
        return False
    key = keys.current().fingerprints.of("digest", f"{address.lower()}\0{slot.isoformat()}")
    if Remembered.objects.filter(kind="digest", key=key).exists():
        return False
    letter = letter_for(address, mine, slot, now)
    with one_transaction():
        _, first = Remembered.objects.get_or_create(
            kind="digest", key=key, reference="", defaults={"until": now + KEPT}
        )
        if first:
            post([letter], reference=letter.cover.envelope.id, now=now)
    return first


def _officers() -> dict[str, set[str]]:
    """Each officer's address with their roles: who has two gets one list."""
    found: dict[str, set[str]] = {}
    for role, addresses in config.current().roles.items():
        for address in addresses:
            found.setdefault(address, set()).add(role)
    return found


def _waiting() -> list[Held]:
    rows = Held.objects.filter(state=State.HELD, action=Action.QUARANTINE.word)
    led = rows.exclude(copy_of__state=State.HELD).annotate(people=Count("recipients"))
    return list(led.defer("envelope", "findings", "misses", "parts").order_by("received_at")[:MOST])


def _row(held: Held) -> Waiting:
    shown, _ = problems(hits_of(held))
    return Waiting(
        reference=held.id,
        since=held.received_at,
        until=held.expires_at,
        recipients=held.people,  # type: ignore[attr-defined]  # annotated
        problem=shown[0] if shown else Problem(kind="", what="", where="message"),
    )
