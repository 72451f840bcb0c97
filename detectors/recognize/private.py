"""Whether an address or number is likely somebody's private one: by the words beside it, or by whose name it carries."""

import re
from dataclasses import dataclass, field, replace

from detectors.directory.people import Directory, Staff
from detectors.findings import Strength, Where
from detectors.recognize.addresses import is_free_mail, likeness
from detectors.recognize.fold import clean, fold
from detectors.recognize.hits import Hit, Passage

LIKELY = 0.8  # share of the letters of the local part that a name explains
_MINE = re.compile(r"\bmy (?:own |personal |private |home |direct )*(?:mobile|mob|number|cell|phone|e-?mail|gmail|hotmail|address)\b|\b(?:ring|call|text|phone|message|whatsapp|email|e-mail|mail|reach|contact|write to) me\b|\bpersonal (?:mobile|number|e-?mail|address)\b|\bprivate (?:mobile|number|e-?mail|address)\b")  # fmt: skip
_MOBILE = re.compile(r"\+447[1-9]\d{8}$")


@dataclass(slots=True)
class PrivateWays:
    """Staff by name, and the addresses of families, which are theirs and not a teacher's own."""

    staff: tuple[tuple[str, str, Staff], ...] = field(
        default=(), repr=False
    )  # folded surname, whole name, person
    families: frozenset[str] = field(default=frozenset(), repr=False)

    def judge(self, hit: Hit, passage: Passage) -> Hit:
        """WEAK strength marks what is likely private; a free-mail From or Reply-To always is."""
        if hit.kind == "phone":
            mine = bool(_MOBILE.match(hit.value)) and self._mine(hit, passage)
            return (
                replace(hit, strength=Strength.WEAK, why="a mobile number with words like “my mobile”")
                if mine
                else hit
            )
        local, _, domain = hit.value.rpartition("@")
        if not is_free_mail(domain) or hit.value in self.families:
            return hit
        if passage.extract.where is Where.HEADER and passage.extract.place.casefold() in {
            "from",
            "reply-to",
            "sender",
        }:
            return replace(
                hit,
                strength=Strength.WEAK,
                people=self._whose(local),
                why="a free-mail address of the sender",
            )
        owner = self._whose(local)
        if owner:
            why = "the address carries the name of a member of staff"
            return replace(hit, strength=Strength.WEAK, people=owner, why=why)
        if self._mine(hit, passage):
            return replace(hit, strength=Strength.WEAK, why="a free-mail address with words like “e-mail me”")
        return hit

    def _mine(self, hit: Hit, passage: Passage) -> bool:
        left, right = passage.line_span(hit.start)
        return bool(_MINE.search(passage.folded, max(left, hit.start - 60), min(right, hit.end + 40)))

    def _whose(self, local: str) -> tuple[str, ...]:
        letters = re.sub(r"[^a-z]", "", local)
        for surname, name, person in self.staff:
            if surname in letters and likeness(name, local) >= LIKELY:
                return (person.id,)
        return ()


def private_ways(directory: Directory) -> PrivateWays:
    """Ready for a directory."""
    staff = tuple(
        (surname, f"{one.forename} {one.surname}", one)
        for one in directory.staff
        if len(surname := re.sub(r"[^a-z]", "", fold(clean(one.surname)))) > 2
    )
    return PrivateWays(staff, frozenset(c.email for c in directory.contacts if c.email))
