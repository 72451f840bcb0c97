"""What is prepared once for a directory and used for every message: name index, terms, known numbers and addresses."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from detectors.directory.people import Directory
from detectors.extract.extracts import Extract
from detectors.findings import Where
from detectors.recognize import admissions, name_index, name_tables, sensitive
from detectors.recognize.addresses import EMAIL, load_all, normalise_email
from detectors.recognize.evidence import PERSON_KINDS, Standing, counts
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.name_rules import NameReader
from detectors.recognize.partials import partials
from detectors.recognize.private import PrivateWays, private_ways
from detectors.recognize.sensitive import Terms
from detectors.recognize.staff import StaffReader, staff_reader


@dataclass(slots=True)
class Matcher:
    """Everything that knows people, for one version of the directory."""

    directory: Directory
    names: NameReader
    terms: Terms
    staff: StaffReader
    private: PrivateWays
    numbers: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)  # (kind, value) -> pupil id
    families: frozenset[str] = field(
        default=frozenset(), repr=False
    )  # the addresses of contacts outside the school
    births: dict[str, date] = field(default_factory=dict, repr=False)
    admissions: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def school_of(self, extracts: Iterable[Extract]) -> str:
        """The sender's school in a trust of several, by the address in From; "" where there is one, or nobody knows."""
        if not self.names.schools:
            return ""
        head = (e.text for e in extracts if e.where is Where.HEADER and e.place.casefold() == "from")
        senders = {normalise_email(m[0]) for text in head for m in EMAIL.finditer(text)}
        schools = {
            s.school for s in self.directory.staff if s.school and not senders.isdisjoint(s.work_emails)
        }
        return schools.pop() if len(schools) == 1 else ""

    def known(self, hit: Hit, passage: Passage) -> Hit:
        """The hit with the pupil whom its value belongs to; a private address or number also with whose it may be."""
        person = self.numbers.get((hit.kind, hit.value))
        if person:
            return replace(hit, people=(person,), score=1.0, why="it is in the register")
        if hit.kind in {"email-address", "phone"}:
            return self.private.judge(hit, passage)
        return hit

    def standing(self, passage: Passage, attributes: list[Hit], school: str = "") -> list[Standing]:
        """The people of a passage: named in full, known by a number, or in part where something sensitive stands near."""
        found = [
            Standing(h.start, h.end, self.person(h), unlisted="unlisted" in h.tags)
            for h in passage.hits
            if h.kind in {"pupil-name", "unlisted-name"} and counts(h)
        ]
        some = [self.names.own_first(h, school) for h in partials(passage, self.names, attributes)]
        passage.hits += some
        found += [Standing(h.start, h.end, self.person(h)) for h in some]
        passage.hits += (staff := self.staff.read(passage, attributes))
        found += [Standing(h.start, h.end, h.people[0]) for h in staff]
        found += self._by_number(passage, found, attributes)
        return found

    def person(self, hit: Hit) -> str:
        """One id: the pupil, or a fingerprint for somebody on no list or shared by namesakes."""
        if len(hit.people) == 1:
            return hit.people[0]
        return "~" + self.directory.fingerprints.of("name", hit.value)

    def _by_number(self, passage: Passage, named: list[Standing], attributes: list[Hit]) -> list[Standing]:
        """A number is a person of its own where nobody stands in the same line; so is a family's address."""
        lines = {passage.line(s.offset) for s in named}
        found = []
        for hit in attributes:
            if hit.people and hit.strength is None and hit.kind in PERSON_KINDS | {"email-address"}:
                found.append(Standing(hit.start, hit.end, self.person(hit), number=True, kind=hit.kind))
            elif passage.line(hit.start) not in lines and self._personal(hit):
                found.append(
                    Standing(
                        hit.start,
                        hit.end,
                        "~" + self.directory.fingerprints.of(hit.kind, hit.value),
                        number=True,
                        kind=hit.kind,
                        plain=hit.kind == "email-address",
                    )
                )
        return found

    def _personal(self, hit: Hit) -> bool:
        if hit.kind in PERSON_KINDS:
            return True
        return hit.kind == "email-address" and hit.value in self.families

    def dates_of_birth(self, passage: Passage, standing: list[Standing]) -> list[Hit]:
        """Dates without a word beside them that are a birthday all the same: of a pupil named in the line, or of a child's age."""
        births: dict[int, set[date | None]] = {}
        for one in standing:
            births.setdefault(passage.line(one.offset), set()).add(self.births.get(one.id))
        found = []
        for hit in [h for h in passage.hits if h.kind == "date"]:
            born = date.fromisoformat(hit.value)
            beside = births.get(passage.line(hit.start))
            if beside and (born in beside or self._childs_age(born)):
                found.append(
                    replace(hit, kind="date-of-birth", score=0.8, why="a child's date of birth beside a name")
                )
        passage.hits = [h for h in passage.hits if h.kind != "date"] + found
        return found

    def childrens_dates(self, passage: Passage) -> list[Hit]:
        """Dates that are the birthday of somebody of school age."""
        return [h for h in passage.hits if h.kind == "date" and self._childs_age(date.fromisoformat(h.value))]

    def _childs_age(self, born: date) -> bool:
        as_of = self.directory.as_of
        return as_of is not None and 2 <= (as_of - born).days / 365.25 < 20


def make(directory: Directory) -> Matcher:
    """A matcher, built anew: about a second for 25,000 pupils."""
    load_all()
    terms = sensitive.load()
    names = name_tables.reader(directory, name_index.build(directory), terms)
    numbers: dict[tuple[str, str], str] = {}
    for pupil in directory.pupils:
        for kind, value in (
            ("upn", pupil.upn),
            ("uln", pupil.uln),
            ("uci", pupil.uci),
            ("email-address", pupil.email),
        ):
            if value:
                numbers[kind, value] = pupil.id
    own = tuple(directory.domains)
    families = frozenset(c.email for c in directory.contacts if c.email and not c.email.endswith(own))
    births = {p.id: p.dob for p in directory.pupils if p.dob}
    return Matcher(
        directory,
        names,
        terms,
        staff_reader(directory),
        private_ways(directory),
        numbers,
        families,
        births,
        admissions.known(directory.pupils),
    )


_KEPT = 2  # the version in use and the one before, while a reload is under way
_prepared: OrderedDict[tuple[str, int], Matcher] = OrderedDict()


def prepare(directory: Directory) -> Matcher:
    """The matcher of a directory, built once per worker and version."""
    key = (directory.version, id(directory) if not directory.version else 0)
    matcher = _prepared.get(key)
    if matcher is None or (not directory.version and matcher.directory is not directory):
        matcher = make(directory)
        _prepared[key] = matcher
        while len(_prepared) > _KEPT:
            _prepared.popitem(last=False)
    return matcher


__all__ = ["Matcher", "make", "prepare"]
