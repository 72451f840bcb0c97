"""The derived findings: one small function each, over a scene; the table at the end is all there is."""

from collections.abc import Callable, Iterable

from detectors.findings import Finding, Strength, Where
from detectors.recognize.addresses import is_free_mail, normalise_email
from policies.derived import DERIVED
from policies.evidence import Evidence, RecipientFacts, Relation
from policies.people import domain_of
from policies.scene import Scene

BARE_NAMES = "the names of "  # how detectors.levels explains a team sheet: names and nothing else
BROADCAST = 5  # families in one message: from here on it is a circular, not a letter to the wrong one
PICTURES = {"jpeg", "png", "gif", "heic", "webp", "tiff", "bmp"}
PICTURE_BYTES = 40_000  # smaller ones are signatures and signs
MAX_NEAR_MISSES = 50  # unknown recipients compared with the directory; a longer list is no slip of a finger
_FAMILIES = (Relation.LINKED_PARENT, Relation.OTHER_PARENT, Relation.NO_CONTACT)
_TRUSTED = (Relation.INTERNAL, Relation.PARTNER, Relation.SECURE_PARTNER, Relation.PUBLIC_BODY)


def _message(
    scene: Scene, kind: str, recipients: Iterable[RecipientFacts], **fields: object
) -> Iterable[Evidence]:
    addresses = frozenset(r.address for r in recipients)
    if addresses:
        finding = Finding(
            kind=kind, recognizer="facts", level=scene.level, people=scene.people, why=DERIVED[kind]
        )
        yield Evidence(finding=finding, recipients=addresses).only_for(addresses, **fields)


def _related(scene: Scene, *relations: Relation) -> list[RecipientFacts]:
    return [r for r in scene.recipients if r.relation in relations]


def own_private_recipient(scene: Scene) -> Iterable[Evidence]:
    for recipient in _related(scene, Relation.OWN_PRIVATE):
        strength = Strength.FULL if recipient.listed else Strength.WEAK
        yield from _message(
            scene, "own-private-recipient", [recipient], strength=strength, fingerprint=recipient.fingerprint
        )


def no_contact_recipient(scene: Scene) -> Iterable[Evidence]:
    return _message(scene, "no-contact-recipient", _related(scene, Relation.NO_CONTACT))


def pupil_private_recipient(scene: Scene) -> Iterable[Evidence]:
    return _message(scene, "pupil-private-recipient", _related(scene, Relation.PUPIL_PRIVATE))


def ai_destination(scene: Scene) -> Iterable[Evidence]:
    return _message(scene, "ai-destination", _related(scene, Relation.AI_SERVICE, Relation.MEETING_BOT))


def near_miss_recipient(scene: Scene) -> Iterable[Evidence]:
    unknown = [
        r for r in _related(scene, Relation.UNKNOWN) if r.fingerprint not in scene.history.former_contacts
    ]
    if len(unknown) <= MAX_NEAR_MISSES:
        yield from _message(
            scene, "near-miss-recipient", [r for r in unknown if scene.known.near_miss(r.address)]
        )


def former_contact_recipient(scene: Scene) -> Iterable[Evidence]:
    former = [r for r in _related(scene, Relation.UNKNOWN) if r.fingerprint in scene.history.former_contacts]
    return _message(scene, "former-contact-recipient", former)


def wrong_family(scene: Scene) -> Iterable[Evidence]:
    """Data about a pupil, sent to a contact of other pupils. A bare mention in a text or a circular is none."""
    families = {frozenset(_pupils_of(scene, r)) for r in _related(scene, *_FAMILIES)}
    for item in scene.of_kind("personal-data"):
        finding = item.finding
        in_file = finding.where in (Where.ATTACHMENT, Where.FILENAME)
        least = 3 if not in_file else 2 if len(families) >= BROADCAST else 1
        pupils = set(finding.people) & scene.known.pupil_ids
        wrong = frozenset(
            r.address for r in _related(scene, Relation.OTHER_PARENT) if pupils - _pupils_of(scene, r)
        )
        if finding.level >= least and wrong and not finding.why.startswith(BARE_NAMES):
            yield item.only_for(wrong, kind="wrong-family", recognizer="facts", why=DERIVED["wrong-family"])


def _pupils_of(scene: Scene, recipient: RecipientFacts) -> frozenset[str]:
    return scene.known.contact_pupils.get(recipient.fingerprint, frozenset())


def private_address_disclosed(scene: Scene) -> Iterable[Evidence]:
    return _own_disclosed(scene, "email-address", "private-address-disclosed")


def private_phone_disclosed(scene: Scene) -> Iterable[Evidence]:
    return _own_disclosed(scene, "phone", "private-phone-disclosed")


def _own_disclosed(scene: Scene, kind: str, derived: str) -> Iterable[Evidence]:
    """The sender's listed private address or number for sure; one that is likely theirs as weak evidence."""
    staff = scene.known.staff_by_id.get(scene.sender.person)
    listed = set((staff.private_emails if kind == "email-address" else staff.private_phones) if staff else ())
    audience = frozenset(r.address for r in scene.outside if r.relation is not Relation.OWN_PRIVATE)
    ours = {mark for r in scene.outside for mark in _marks_of(scene, r)} - listed
    written = _header(scene, "From") if kind == "email-address" else []
    shown = written if len(written) > 1 else []  # one more address stands in the display name
    for item in (*scene.of_kind(kind), *shown):
        finding = item.finding
        likely = (
            item not in shown
            and not finding.quoted
            and finding.strength is Strength.WEAK
            and finding.fingerprint not in ours
        )
        if likely and kind == "email-address":
            likely = finding.person in ("", scene.sender.person)
        if audience and (finding.fingerprint in listed or likely):
            strength = Strength.FULL if finding.fingerprint in listed else Strength.WEAK
            yield item.only_for(
                audience, kind=derived, recognizer="facts", strength=strength, why=DERIVED[derived]
            )


def _marks_of(scene: Scene, recipient: RecipientFacts) -> set[str]:
    """The recipient's own address and recorded numbers: theirs to read."""
    return {recipient.fingerprint, *scene.known.contact_phones.get(normalise_email(recipient.address), ())}


def third_party_address(scene: Scene) -> Iterable[Evidence]:
    """Addresses of families who are not among the recipients, written out for people outside."""
    staff = scene.known.staff_by_id.get(scene.sender.person)
    present = {r.fingerprint for r in scene.recipients} | set(staff.private_emails if staff else ())
    present |= {e.finding.fingerprint for e in scene.of_kind("header-address")}
    by_part: dict[tuple[str, Where], list[Evidence]] = {}
    for item in scene.of_kind("email-address"):
        mark = item.finding.fingerprint
        if not item.finding.quoted and mark in scene.known.contact_pupils and mark not in present:
            by_part.setdefault((item.finding.part, item.finding.where), []).append(item)
    for items in by_part.values():
        families = {scene.known.contact_pupils[e.finding.fingerprint] for e in items}
        audience = frozenset(
            r.address
            for r in scene.outside
            if r.relation is not Relation.OWN_PRIVATE and not any(_pupils_of(scene, r) & f for f in families)
        )
        if audience:
            yield items[0].only_for(
                audience,
                kind="third-party-address",
                recognizer="facts",
                count=len(families),
                why=DERIVED["third-party-address"],
            )


def from_mismatch(scene: Scene) -> Iterable[Evidence]:
    """Full where the From address is private or with a free-mail provider; weak for any other that is not the sender's."""
    if scene.sender.kind == "outside" and is_free_mail(domain_of(scene.sender.address)):
        yield from _message(scene, "from-mismatch", scene.recipients, strength=Strength.FULL)
        return
    for item in _header(scene, "From"):
        mark = item.finding.fingerprint
        if mark == scene.sender.fingerprint or mark in scene.known.staff_marks or scene.sender.kind == "null":
            continue
        private = item.finding.strength is Strength.WEAK or mark in scene.known.staff_by_private
        strength = Strength.FULL if private else Strength.WEAK
        yield from _message(
            scene,
            "from-mismatch",
            scene.recipients,
            strength=strength,
            masked=item.finding.masked,
            fingerprint=mark,
        )


def reply_to_private(scene: Scene) -> Iterable[Evidence]:
    for item in _header(scene, "Reply-To"):
        mark = item.finding.fingerprint
        if item.finding.strength is Strength.WEAK or mark in scene.known.staff_by_private:
            yield from _message(
                scene,
                "reply-to-private",
                scene.recipients,
                strength=Strength.FULL if mark in scene.known.staff_by_private else Strength.WEAK,
                masked=item.finding.masked,
                fingerprint=mark,
                where=Where.HEADER,
                place="Reply-To",
            )


def _header(scene: Scene, *places: str) -> list[Evidence]:
    wanted = {p.lower() for p in places}
    return [e for e in scene.of_kind("header-address") if e.finding.place.lower() in wanted]


def auto_forwarded(scene: Scene) -> Iterable[Evidence]:
    if scene.of_kind("auto-forward-header"):
        yield from _message(
            scene, "auto-forwarded", [r for r in scene.recipients if r.relation not in _TRUSTED]
        )


def recipients_exposed(scene: Scene) -> Iterable[Evidence]:
    """Counts families, not addresses: two parents of one child know each other. Bcc is not seen by anybody."""
    relations = {r.fingerprint: r.relation for r in scene.recipients}
    pupils, strangers = set[str](), set[str]()
    groups: list[frozenset[str]] = []
    for item in _header(scene, "To", "Cc"):
        mark = item.finding.fingerprint
        family = scene.known.contact_pupils.get(mark)
        if family is not None:
            if not family & pupils:
                groups.append(family)
            pupils |= family
        elif relations.get(mark) in (Relation.UNKNOWN, Relation.PUPIL_PRIVATE):
            strangers.add(mark)
    count = len(groups) + len(strangers)
    if count >= 2 and groups:
        yield from _message(
            scene, "recipients-exposed", scene.outside, count=count, where=Where.HEADER, people=()
        )


def password_follows(scene: Scene) -> Iterable[Evidence]:
    if scene.of_kind("password-words", "credentials"):
        sent = [r for r in scene.recipients if pair_key(scene, r) in scene.history.protected_sent]
        yield from _message(scene, "password-follows", sent)


def pair_key(scene: Scene, recipient: RecipientFacts) -> str:
    """What is remembered of a locked file that went from one person to another."""
    pair = f"{scene.sender.fingerprint}\0{recipient.fingerprint}"
    return scene.known.directory.fingerprints.of("protected-sent", pair)


def pictures(scene: Scene) -> Iterable[Evidence]:
    """Attached pictures that are no signature or sign, whether or not their words could be read."""
    for part in scene.parts:
        kind = part.sniffed in PICTURES or part.declared.partition("/")[0] == "image"
        if kind and part.role is Where.ATTACHMENT and part.size >= PICTURE_BYTES:
            finding = Finding(kind="picture", recognizer="facts", part=part.path, where=Where.ATTACHMENT,
                              why=DERIVED["picture"])  # fmt: skip
            yield Evidence(finding=finding, label=part.label, media=part.sniffed)


DERIVING: dict[str, Callable[[Scene], Iterable[Evidence]]] = {
    "own-private-recipient": own_private_recipient,
    "private-address-disclosed": private_address_disclosed,
    "private-phone-disclosed": private_phone_disclosed,
    "third-party-address": third_party_address,
    "from-mismatch": from_mismatch,
    "reply-to-private": reply_to_private,
    "auto-forwarded": auto_forwarded,
    "wrong-family": wrong_family,
    "no-contact-recipient": no_contact_recipient,
    "recipients-exposed": recipients_exposed,
    "near-miss-recipient": near_miss_recipient,
    "former-contact-recipient": former_contact_recipient,
    "ai-destination": ai_destination,
    "password-follows": password_follows,
    "picture": pictures,
    "pupil-private-recipient": pupil_private_recipient,
}
