"""From extracts to findings: read each passage once, join people with what is said about them, and give every part its level."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from detectors.directory.people import Directory
from detectors.extract.extracts import Extract
from detectors.findings import Finding, Part, Protection, Where
from detectors.levels import level_of
from detectors.recognize import content, evidence, headed_terms, identifiers, payees
from detectors.recognize.engine import Value
from detectors.recognize.evidence import Ledger
from detectors.recognize.findings import findings_of
from detectors.recognize.first_pass import looked
from detectors.recognize.hits import Hit, Passage
from detectors.recognize.matcher import Matcher, prepare
from detectors.recognize.ner import FindsPeople, unlisted
from detectors.recognize.searched import Key, Searched, again, key
from detectors.recognize.sentences import sentence
from detectors.recognize.threads import in_heads, unseen_as_own

LISTED = 2_000  # people named by id in one finding; `count` says how many there are
_LOCKED = frozenset({Protection.STRONG, Protection.RIGHTS_MANAGED})
MESSAGE_TEXT = frozenset({Where.SUBJECT, Where.BODY})


@dataclass(slots=True)
class Group:
    """What belongs together for a level: the text of the message, or one part with its name."""

    part: str
    where: Where
    passages: list[Passage] = field(default_factory=list)


def recognize(
    extracts: Iterable[Extract],
    directory: Directory,
    parts: Sequence[Part],
    nlp: FindsPeople | None,
    searched: Searched | None = None,
) -> list[Finding]:
    """All that the extracts say about people, and the level of every part. `searched` keeps what texts were found to say."""
    matcher = prepare(directory)
    extracts = unseen_as_own(tuple(extracts), directory.domains)
    school = matcher.school_of(extracts)
    passages = _passages(extracts, matcher, parts, school, searched)
    for one in passages:
        one.hits = in_heads(one)
    addressed = _addressed(passages)
    found: list[Finding] = []
    groups = _groups(passages)
    for group in [*_names_of_locked(groups.values(), parts), *groups.values()]:
        found += _level(group, matcher, nlp, addressed, school)
    for one in passages:
        found += findings_of(one, directory)
    return found + content.of_message(passages, parts, found)


def _passages(
    extracts: Sequence[Extract],
    matcher: Matcher,
    parts: Sequence[Part],
    school: str,
    searched: Searched | None,
) -> list[Passage]:
    """The passages with their hits; each text is searched once."""
    passages: list[Passage] = []
    new: list[tuple[Key | None, Passage]] = []
    same: list[tuple[Passage, Passage]] = []
    now: dict[Key, Passage] = {}
    for extract in extracts:
        name = key(extract, school) if searched is not None else None
        one = now.get(name) or searched.before(extract, name, matcher) if name and searched else None
        if one is not None and one.extract.table == extract.table:
            passages.append(again(one, extract))
            same.append((passages[-1], one))
            continue
        passages.append(looked(extract))
        new.append((name, passages[-1]))
        if name:
            now[name] = passages[-1]
    for (_, one), formed in zip(new, identifiers.values([one for _, one in new]), strict=True):
        read(one, formed, matcher, school)
    for one, before in same:
        one.hits = list(before.hits)
    for name, one in new:
        if name and searched is not None:
            searched.keep(name, one, parts)
    return passages


def read(one: Passage, formed: Sequence[Value], matcher: Matcher, school: str) -> None:
    """The hits of one passage; `formed` are the values that the engine found in it."""
    one.hits += matcher.names.read(one, school)
    one.hits += [
        matcher.names.own_first(matcher.known(hit, one), school)
        for hit in identifiers.read(one, matcher.admissions, formed, matcher.numbers)
    ]
    one.hits += matcher.terms.read(one)
    one.hits += headed_terms.read(one)
    one.hits += content.read(one)


def _addressed(passages: Sequence[Passage]) -> frozenset[str]:
    """The addresses in the head of the message: they are correspondents, not what is told."""
    return frozenset(
        hit.value
        for one in passages
        if one.extract.where is Where.HEADER
        for hit in one.hits
        if hit.kind == "email-address"
    )


def _groups(passages: Sequence[Passage]) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for one in passages:
        where = one.extract.where
        if where in {Where.HEADER, Where.MESSAGE}:
            continue
        key = "" if where in MESSAGE_TEXT else one.extract.part
        group = groups.setdefault(key, Group(one.extract.part, where))
        if where in {Where.BODY, Where.ATTACHMENT} and group.where is not where:
            group.part, group.where = one.extract.part, where
        group.passages.append(one)
    return groups


def _names_of_locked(groups: Iterable[Group], parts: Sequence[Part]) -> list[Group]:
    """The names of locked files of which something was read: they stand outside of the lock, and have a level of their own."""
    locked = {p.path for p in parts if p.protection in _LOCKED}
    return [
        Group(group.part, Where.FILENAME, [replace(p, hits=list(p.hits)) for p in named])
        for group in groups
        if group.where is Where.ATTACHMENT
        and group.part in locked
        and (named := [p for p in group.passages if p.extract.where is Where.FILENAME])
    ]


def _level(
    group: Group, matcher: Matcher, nlp: FindsPeople | None, addressed: frozenset[str], school: str
) -> list[Finding]:
    """The level of what the sender wrote; and once more with the quoted thread, when that says more."""
    own = [p for p in group.passages if not p.extract.quoted or p.extract.where is Where.SUBJECT]
    quoted = [p for p in group.passages if p.extract.quoted and p.extract.where is not Where.SUBJECT]
    ledger, unread = _ledger(own, matcher, nlp, addressed, school)
    first = _personal_data(group, own, ledger)
    found = [first] if first is not None else []
    if quoted:
        older, more = _ledger(quoted, matcher, nlp, addressed, school)
        unread += more
        both = _personal_data(group, group.passages, ledger.merge(older), quoted=True)
        if both is not None and both.level > (first.level if first else 0):
            found.append(both)
    if unread:
        found.append(
            Finding(kind="names-not-read", recognizer="names", part=group.part, where=group.where, count=unread,
                    why="people who are on no list were not looked for in these lines")
        )  # fmt: skip
    return found


def _ledger(
    passages: Sequence[Passage],
    matcher: Matcher,
    nlp: FindsPeople | None,
    addressed: frozenset[str],
    school: str,
) -> tuple[Ledger, int]:
    title = _title(passages)
    bill = payees.bills(passages, evidence.TITLE_PLACES)
    ledger, heading = Ledger(), ""
    attributes: list[list[Hit]] = []
    standings: list[list[evidence.Standing]] = []
    births = [(one, matcher.childrens_dates(one)) for one in passages]
    strangers, unread = unlisted(births, matcher.staff.by_name, nlp)
    for one, hits in zip(passages, strangers, strict=True):
        about = [h for h in one.hits if _attribute(h, one, addressed, matcher.directory.domains, bill=bill)]
        one.hits += hits
        standings.append(matcher.standing(one, about, school))
        attributes.append(about + matcher.dates_of_birth(one, standings[-1]))
    standings = evidence.of_one_person(standings)
    for one, standing, about in zip(passages, standings, attributes, strict=True):
        heading = heading or evidence.headed(one, standing)
        own_title = title if one.extract.where is not Where.BODY else frozenset[str]()
        evidence.write(ledger, one, standing, about, own_title, heading)
    _subject_and_body(passages, ledger, title, matcher)
    return ledger, unread


def _attribute(
    hit: Hit, one: Passage, addressed: frozenset[str], own: tuple[str, ...], *, bill: bool
) -> bool:
    """What can be about a person: not the correspondents' own addresses, the school's, its telephone numbers, or a firm's account."""
    if hit.kind in payees.ACCOUNTS and payees.of_a_firm(one, hit, bill=bill):
        return False
    if hit.kind == "email-address":
        domain = hit.value.rpartition("@")[2]
        ours = any(domain == d or domain.endswith("." + d) for d in own)
        return hit.strength is None and not ours and hit.value not in addressed
    if hit.kind == "phone":
        return hit.strength is None and evidence.of_a_family(one, hit)
    return hit.kind == "sensitive-term" or hit.kind in evidence.PLAIN_KINDS


def _title(passages: Sequence[Passage]) -> frozenset[str]:
    """Strong categories in the subject or in the name of the file: they hold for whoever the content names."""
    return _strong([p for p in passages if p.extract.where in evidence.TITLE_PLACES])


def _strong(passages: Sequence[Passage]) -> frozenset[str]:
    return frozenset(
        next(iter(hit.tags - {"strong"}))
        for one in passages
        for hit in one.hits
        if hit.kind == "sensitive-term"
        and "strong" in hit.tags
        and evidence.about_somebody(one, hit, sentence(one, hit))
    )


def _subject_and_body(
    passages: Sequence[Passage], ledger: Ledger, title: frozenset[str], matcher: Matcher
) -> None:
    """The subject says whom or what, the body the rest: the first who is named is meant, the others are bystanders."""
    body = [p for p in passages if p.extract.where is Where.BODY]
    if any(about.categories for about in ledger.people.values()):
        return
    in_body = [h for p in body for h in p.hits if evidence.counts(h) and h.people]
    text = [p for p in passages if p.extract.where in MESSAGE_TEXT]
    meant = in_body or [h for p in text for h in p.hits if evidence.counts(h) and h.people]
    if meant and not in_body:
        title |= _strong(body)
    first = matcher.person(meant[0]) if title and meant else ""
    if first in ledger.people:
        ledger.of(first).add(title)


def _personal_data(
    group: Group, passages: Sequence[Passage], ledger: Ledger, *, quoted: bool = False
) -> Finding | None:
    rows = max((evidence.telling_rows(p) for p in passages), default=0)
    transfer = any(h.kind == "ctf-file" for p in passages for h in p.hits)
    published = any(content.published(p) for p in passages)
    level = level_of(
        (about.person() for about in ledger.people.values()),
        telling_rows=rows,
        transfer_file=transfer,
        published=published,
    )
    if not level.level:
        return None
    return Finding(
        kind="personal-data",
        recognizer="levels",
        part=group.part,
        where=group.where,
        people=level.people[:LISTED],
        person=level.people[0] if len(level.people) == 1 and not level.people[0].startswith("~") else "",
        level=level.level,
        count=max(1, len(level.people)),
        quoted=quoted,
        why=level.why,
    )
