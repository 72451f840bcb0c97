"""Every cell of rule by school as facts: what each of the six packs says to the same message, once it enforces."""

from detectors.findings import Finding, Protection, Strength, Where
from policies import Facts
from tests.policies.school import (
    COUNCIL,
    DSL,
    FORBIDDEN,
    GOVERNOR,
    OFFICE,
    OWN,
    PARENT_A,
    PARENT_B,
    PARTNER,
    PUPIL_MAIL,
    SECURE,
    STRANGER,
    TEACHER,
    address,
    case,
    data,
    directory,
    found,
    header,
    name,
    number,
)

MANY = directory(families=12)
CIRCLE = tuple(f"family{n}@families.example" for n in range(6))
BODY = Where.BODY
FULL, WEAK = Strength.FULL, Strength.WEAK
STRONG = Protection.STRONG
AI = "upload@openai.com"


def text(kind: str, **more: object) -> Finding:
    return found(kind, BODY, "0/0", **more)


# One row per message: what it is, its facts, and the action under 000, 001, 002, 003, 004 and default.
# "log*" is a tip: recommended, not in that school's policy.
ROWS: list[tuple[str, Facts, str]] = [
    ("subject: full name", case(TEACHER, PARENT_A, name()), "log* log* log* block log* block"),
    (
        "subject: full name in a thread",
        case(TEACHER, PARENT_A, name(quoted=True)),
        "log* log* log* ask log* ask",
    ),
    ("subject: weak name", case(TEACHER, PARENT_A, name(strength=WEAK)), "log* log* log* ask log* ask"),
    (
        "text: full name to a partner",
        case(TEACHER, SECURE, name(where=BODY)),
        "allow allow allow log* allow log",
    ),
    ("file P1 to parent", case(TEACHER, PARENT_A, data(1, "a")), "allow allow allow ask allow allow"),
    ("file P2 to parent", case(TEACHER, PARENT_A, data(2, "a")), "log log log ask log log"),
    ("file P3 to parent", case(TEACHER, PARENT_A, data(3, "a")), "ask ask ask ask log* ask"),
    (
        "file P4 to parent",
        case(TEACHER, PARENT_A, data(4, "a")),
        "quarantine:dpo quarantine:dpo quarantine:it+dpo quarantine:dpo quarantine:head+dpo quarantine:dpo",
    ),
    ("file P1 to a stranger", case(TEACHER, STRANGER, data(1, "a")), "log log log ask log log"),
    ("file P2 to a stranger", case(TEACHER, STRANGER, data(2, "a")), "ask ask ask ask log* ask"),
    (
        "file P3 to a stranger",
        case(TEACHER, STRANGER, data(3, "a")),
        "quarantine:head+dpo quarantine:dpo quarantine:it+dpo quarantine:dpo log* quarantine:dpo",
    ),
    (
        "file P4 to a stranger",
        case(TEACHER, STRANGER, data(4, "a", "b")),
        "quarantine:dpo quarantine:dpo quarantine:it+dpo quarantine:dpo quarantine:head+dpo quarantine:dpo",
    ),
    ("file P3 to a public body", case(TEACHER, COUNCIL, data(3, "a")), "ask ask ask ask log* ask"),
    (
        "file P4 to a public body",
        case(TEACHER, COUNCIL, data(4, "a", "b")),
        "quarantine:dpo quarantine:dpo quarantine:it+dpo quarantine:dpo quarantine:head+dpo quarantine:dpo",
    ),
    ("file P3 to a governor", case(TEACHER, GOVERNOR, data(3, "a")), "ask ask ask ask log* ask"),
    ("file P2 to a secure partner", case(TEACHER, SECURE, data(2, "a")), "allow allow allow ask allow allow"),
    ("file P3 to a secure partner", case(TEACHER, SECURE, data(3, "a")), "allow allow allow ask allow allow"),
    ("file P4 to a secure partner", case(TEACHER, SECURE, data(4, "a", "b")), "ask ask ask ask log* ask"),
    ("file P3 to a partner", case(TEACHER, PARTNER, data(3, "a")), "ask ask ask ask log* ask"),
    ("file P4 to a colleague", case(TEACHER, OFFICE, data(4, "a", "b")), "log log log log log log"),
    (
        "file P3, well locked",
        case(TEACHER, PARENT_A, data(3, "a"), protection=STRONG),
        "allow allow allow allow allow allow",
    ),
    (
        "file P3, weak lock",
        case(TEACHER, PARENT_A, data(3, "a"), found("protected:weak"), protection=Protection.WEAK),
        "ask ask ask ask log* ask",
    ),
    (
        "file P3, owner password",
        case(TEACHER, PARENT_A, data(3, "a"), protection=Protection.LOOKALIKE),
        "ask ask ask ask log* ask",
    ),
    (
        "text P1 to parent",
        case(TEACHER, PARENT_A, data(1, "a", where=BODY)),
        "allow allow allow allow allow allow",
    ),
    (
        "text P2 to parent",
        case(TEACHER, PARENT_A, data(2, "a", where=BODY)),
        "allow allow allow allow allow allow",
    ),
    (
        "text P2 to parent, with a file",
        case(TEACHER, PARENT_A, data(2, "a", where=BODY), attachment=True),
        "allow allow allow ask allow allow",
    ),
    ("text P3 to parent", case(TEACHER, PARENT_A, data(3, "a", where=BODY)), "ask ask ask ask log* ask"),
    ("text P1 to a stranger", case(TEACHER, STRANGER, data(1, "a", where=BODY)), "log log log ask log log"),
    ("text P2 to a stranger", case(TEACHER, STRANGER, data(2, "a", where=BODY)), "ask ask ask ask log* ask"),
    ("text P3 to a stranger", case(TEACHER, STRANGER, data(3, "a", where=BODY)), "ask ask ask ask log* ask"),
    (
        "text P4 to parent",
        case(TEACHER, PARENT_A, data(4, "a", where=BODY)),
        "quarantine:dpo quarantine:dpo quarantine:it+dpo quarantine:dpo log* quarantine:dpo",
    ),
    (
        "locked file with a telling name",
        case(TEACHER, PARENT_A, data(3, "a", where=Where.FILENAME), protection=STRONG),
        "ask ask ask ask log* ask",
    ),
    (
        "password in the same message",
        case(TEACHER, PARENT_A, text("password-with-file")),
        "log* log* log* block log* block",
    ),
    (
        "password words beside a locked file",
        case(TEACHER, PARENT_A, text("password-words"), found("protected:strong"), protection=STRONG),
        "log* log* log* ask log* ask",
    ),
    (
        "wrong family",
        case(TEACHER, PARENT_B, data(1, "a")),
        "quarantine:head+dpo quarantine:dpo quarantine:it+dpo quarantine:dpo log* quarantine:dpo",
    ),
    ("no contact", case(TEACHER, FORBIDDEN), " ".join(["quarantine:dsl"] * 6)),
    (
        "six families in To",
        case(TEACHER, CIRCLE, *(header("To", a) for a in CIRCLE), school=MANY),
        "log* log* log* log* log* ask",
    ),
    (
        "six families in To, sensitive",
        case(TEACHER, CIRCLE, *(header("To", a) for a in CIRCLE), data(3, "~x", where=BODY), school=MANY),
        "ask ask ask ask log* quarantine:dpo",
    ),
    ("own private, data", case(TEACHER, OWN, data(2, "a", "b")), "block block block block log* block"),
    (
        "own private, locked",
        case(TEACHER, OWN, found("protected:strong")),
        "block block block block log* block",
    ),
    ("own private, a name", case(TEACHER, OWN, data(1, "a", where=BODY)), "ask ask ask ask log* ask"),
    ("own private, empty file", case(TEACHER, OWN, attachment=True), "ask ask ask ask log* ask"),
    ("own private, a note", case(TEACHER, OWN), "log log log log log log"),
    ("own private, own payslip", case(TEACHER, OWN, data(2, "s1")), "log log log log log log"),
    ("own private, own child", case(TEACHER, OWN, data(2, "j")), "ask ask ask ask log* ask"),
    (
        "private address to parent",
        case(TEACHER, PARENT_A, address(OWN)),
        "block block block log* block block",
    ),
    (
        "likely private address to parent",
        case(TEACHER, PARENT_A, address("sg@outlook.com", strength=WEAK)),
        "ask ask ask log* ask ask",
    ),
    (
        "private phone to parent",
        case(TEACHER, PARENT_A, number("07700 900123")),
        "block block block block block block",
    ),
    (
        "private phone to pupil",
        case(TEACHER, PUPIL_MAIL, number("07700 900123")),
        "block block block log* block block",
    ),
    (
        "likely private phone to parent",
        case(TEACHER, PARENT_A, number("07700 900456", strength=WEAK)),
        "ask ask ask ask ask ask",
    ),
    (
        "From is private, to parent",
        case(TEACHER, PARENT_A, header("From", OWN)),
        "block block block block block block",
    ),
    (
        "From is private, to a partner",
        case(TEACHER, SECURE, header("From", OWN)),
        "block block block block log block",
    ),
    (
        "Reply-To is free mail",
        case(TEACHER, PARENT_A, header("Reply-To", "x@gmail.com", free=True)),
        " ".join(["block"] * 6),
    ),
    (
        "meeting invitation from a private address",
        case(TEACHER, PARENT_A, header("From", OWN), found("calendar-invite")),
        "log log log log log log",
    ),
    (
        "credentials to outside",
        case(TEACHER, STRANGER, text("credentials")),
        "block block block block block block",
    ),
    ("credentials to own parent", case(TEACHER, PARENT_A, text("credentials")), "log log log log log log"),
    ("credentials to a colleague", case(TEACHER, OFFICE, text("credentials")), "log log log log log log"),
    ("offensive word", case(TEACHER, PARENT_A, text("offensive-language")), "ask ask ask ask ask ask"),
    (
        "offensive word, quoted by the DSL",
        case(DSL, PARENT_A, text("offensive-language")),
        "allow allow allow log allow allow",
    ),
    ("harm", case(TEACHER, PARENT_A, text("harm")), " ".join(["quarantine:dsl"] * 6)),
    (
        "named picture to a stranger",
        case(TEACHER, "press@paper.example", found("pupil-image-named")),
        "log* log* log* block quarantine:head ask",
    ),
    (
        "named picture to the parent",
        case(TEACHER, PARENT_A, found("pupil-image-named")),
        "allow allow allow allow allow allow",
    ),
    (
        "picture to a stranger",
        case(TEACHER, "press@paper.example", found("unreadable:image")),
        "log log log log ask log",
    ),
    ("AI service with data", case(TEACHER, AI, data(1, "a", where=BODY)), "log* log* block ask log* block"),
    ("AI service without data", case(TEACHER, AI), "log log log log log log"),
    ("chain letter", case(TEACHER, PARENT_A, text("chain-letter")), "allow allow allow block allow log"),
    ("copyright media", case(TEACHER, PARENT_A, found("copyright-media")), "ask ask ask ask ask log"),
    ("transfer file to council", case(TEACHER, COUNCIL, found("ctf-file")), "log* log* log* ask log* ask"),
    (
        "child protection file",
        case(TEACHER, PARTNER, found("child-protection-file")),
        "log* log* log* ask log* ask",
    ),
    (
        "auto-forward",
        case(TEACHER, OWN, found("auto-forward-header", Where.HEADER, "0")),
        "block block block block log* block",
    ),
    ("WhatsApp invitation", case(TEACHER, PARENT_A, text("whatsapp-invite")), "log* log* ask allow log* ask"),
    ("pupil's private address", case(TEACHER, PUPIL_MAIL), "log* log* log* log* block block"),
    ("another family's address", case(TEACHER, PARENT_B, address(PARENT_A)), "ask ask ask ask log* ask"),
    ("one letter off", case(TEACHER, "pat.ossei@btinternet.com"), "log* log* log* log* log* ask"),
    (
        "damaged file",
        case(TEACHER, PARENT_A, found("unreadable:corrupt")),
        "quarantine:dpo quarantine:dpo quarantine:it+dpo quarantine:dpo quarantine:head+dpo quarantine:dpo",
    ),
    ("sound file", case(TEACHER, PARENT_A, found("opaque")), "log log log log log log"),
    ("clean letter", case(TEACHER, PARENT_A), "allow allow allow allow allow allow"),
]
