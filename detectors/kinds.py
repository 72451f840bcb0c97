"""Every kind of finding with its plain words: policies may name only these, and docs/findings.md has a row for each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: `plain` is how a notice calls it, `group` where it belongs."""

    name: str
    plain: str
    group: str


_PEOPLE = (
    ("personal-data", "personal data about people", "people"),
    ("pupil-name", "a pupil's name", "people"),
    ("staff-name", "a name of a member of staff", "people"),
    ("unlisted-name", "the name of a person who is on no list", "people"),
    ("names-not-read", "lines in which people on no list were not looked for", "people"),
    ("upn", "a unique pupil number", "identifiers"),
    ("uln", "a unique learner number", "identifiers"),
    ("uci", "an examination candidate's number", "identifiers"),
    ("nhs-number", "an NHS number", "identifiers"),
    ("ni-number", "a National Insurance number", "identifiers"),
    ("trn", "a teacher reference number", "identifiers"),
    ("passport", "a passport number", "identifiers"),
    ("driving-licence", "a driving licence number", "identifiers"),
    ("bank-account", "a bank account", "identifiers"),
    ("iban", "an international bank account number", "identifiers"),
    ("card-number", "a payment card number", "identifiers"),
    ("dbs-number", "a DBS certificate number", "identifiers"),
    ("admission-number", "a pupil's admission number", "identifiers"),
    ("date-of-birth", "a date of birth", "identifiers"),
    ("postcode", "a home address", "identifiers"),
    ("phone", "a telephone number", "identifiers"),
    ("email-address", "an e-mail address", "identifiers"),
    ("header-address", "an address in the head of the message", "identifiers"),
    ("sensitive-term", "sensitive words", "content"),
    ("credentials", "a password or log-in", "content"),
    ("password-words", "words that may give a file's password", "content"),
    ("ctf-file", "a pupil transfer file", "content"),
    ("child-protection-file", "a child protection file", "content"),
    ("whatsapp-invite", "an invitation to a WhatsApp group", "content"),
    ("share-link", "a link to a shared file", "content"),
    ("offensive-language", "a word against the rule on language", "content"),
    ("harm", "words that may be about harm", "content"),
    ("chain-letter", "a chain letter", "content"),
    ("copyright-media", "media that may be under copyright", "content"),
    ("pupil-image-named", "a picture with a pupil's name", "content"),
)

_READING = (
    ("protected:strong", "a file that only its recipient can open", "protection"),
    ("protected:weak", "a file with a weak lock", "protection"),
    ("protected:lookalike", "a file that looks locked but opens for everybody", "protection"),
    ("protected:rights-managed", "a file under rights management", "protection"),
    ("password-with-file", "the password of an attached file", "protection"),
    ("password-guessable", "a file whose password is easy to guess", "protection"),
    ("failed-redaction", "text that is covered but still there", "content"),
    ("disguised", "a file that is not what its name says", "content"),
    ("opaque", "a file without text that could be read", "content"),
    ("calendar-invite", "a meeting invitation", "content"),
    ("picture-place", "the place where a picture was taken", "content"),
    ("sensitivity-label", "a sensitivity label of Microsoft", "content"),
    ("auto-forward-header", "the marks of an automatic forwarding rule", "content"),
    ("unreadable:ambiguous", "a part that mail programs read in different ways", "unreadable"),
    ("unreadable:corrupt", "a damaged file", "unreadable"),
    ("unreadable:deadline", "more than could be read in time", "unreadable"),
    ("unreadable:doctype", "a file with a forbidden declaration", "unreadable"),
    ("unreadable:encryption", "a lock of an unknown kind", "unreadable"),
    ("unreadable:external-body", "a part that lies elsewhere", "unreadable"),
    ("unreadable:headers", "headers too long to read", "unreadable"),
    ("unreadable:image", "a picture or scan without readable text", "unreadable"),
    ("unreadable:memory", "a file that takes too much memory", "unreadable"),
    ("unreadable:overlap", "an archive whose files overlap", "unreadable"),
    ("unreadable:partial-archive", "one piece of an archive", "unreadable"),
    ("unreadable:partial-message", "one piece of a message", "unreadable"),
    ("unreadable:time", "more than could be read in time", "unreadable"),
    ("unreadable:too-big", "more than can be read in full", "unreadable"),
    ("unreadable:too-deep", "files packed too deep inside each other", "unreadable"),
    ("unreadable:too-many-cells", "a table too large to read in full", "unreadable"),
    ("unreadable:too-many-entries", "an archive with too many files", "unreadable"),
    ("unreadable:too-many-findings", "more findings than can be listed", "unreadable"),
    ("unreadable:too-many-objects", "a document with too many objects", "unreadable"),
    ("unreadable:too-many-pages", "a document with too many pages", "unreadable"),
    ("unreadable:too-many-parts", "a message with too many parts", "unreadable"),
    ("unreadable:too-much-text", "more text than can be read", "unreadable"),
    ("unreadable:unknown-type", "a file of an unknown type", "unreadable"),
    ("unreadable:unsupported", "a kind of file that is not supported", "unreadable"),
    ("unreadable:worker-crash", "a file that ended the reader", "unreadable"),
)

KINDS: dict[str, Kind] = {name: Kind(name, plain, group) for name, plain, group in (*_PEOPLE, *_READING)}
