"""The academy's lists: exports for pupils, staff and volunteers, with the columns and file types that offices send."""

from typing import Any

from bench.detection.outbox import Label, Outbox
from bench.detection.sample import Adult, Child
from bench.detection.school import first_name
from bench.detection.third import files

STAFF_KINDS = {"ni-number", "trn", "driving-licence", "bank-account", "iban", "card-number", "dbs-number"}
TOGETHER = {  # what exports show beside a kind
    "upn": ("admission-number", "date-of-birth"), "uln": ("upn",), "uci": ("date-of-birth",), "admission-number": ("upn",), "date-of-birth": ("upn",), "phone": ("email-address",), "email-address": ("phone",),
    "postcode": ("phone",), "passport": ("date-of-birth",), "ni-number": ("bank-account",), "dbs-number": ("trn",), "trn": ("ni-number",), "nhs-number": ("date-of-birth",),
}  # fmt: skip
PUPIL_HEADS = (("Surname", "Forename", "Reg Group"), ("Pupil Name", "NC Year"), ("Student", "Tutor Grp"), ("Chosen Surname", "Chosen Forename"), ("Name (Last, First)",), ("Child", "Class"))  # fmt: skip
STAFF_HEADS = (
    ("Employee", "Post"),
    ("Staff Name",),
    ("Surname", "Forename", "Role"),
    ("Volunteer", "Helps in"),
)
ENDINGS = ("csv", "csv", "xlsx", "xlsx", "docx", "html", "pdf", "txt")
FILLERS = {"House": ("Severn", "Clyde", "Mersey", "Tyne"), "Meal": ("V", "H", "Packed", "School"), "Att %": ("94.2", "88.7", "99.1", "100"), "Bus": ("X7", "50", "none"), "Consent": ("Y", "N", "yes", "")}  # fmt: skip


def send(out: Outbox, numbers: dict[str, Any], kind: str) -> None:
    """One message with a list; the kind's column is in it, and sometimes a second one."""
    rng, staff = out.rng, kind in STAFF_KINDS
    ending = rng.choice(ENDINGS)
    kinds = [kind]
    if kind in TOGETHER and ending != "pdf" and rng.random() < 0.4:
        kinds.append(rng.choice(TOGETHER[kind]))
    head = rng.choice(STAFF_HEADS if staff else PUPIL_HEADS)
    filler = rng.choice(list(FILLERS)) if not staff and rng.random() < 0.5 and ending != "pdf" else ""
    titles = [title for k in kinds for title in rng.choice(numbers["columns"][k]).split("|")]
    rows = [(*head, *([filler] if filler else []), *titles)]
    children = rng.sample(out.plain, rng.randrange(2, 9))
    for child in children:
        adult = out.writer()
        cells = [cell for k in kinds for cell in out.house.value(k, child, out.school, rng, beside=adult)]
        name = _adult(adult, head) if staff else _pupil(child, head)
        rows.append((*name, *([rng.choice(FILLERS[filler])] if filler else []), *cells))
    words = numbers["words"]
    file = files.File(
        name=f"{out.written(rng.choice(words['filenames']), children[0])}.{ending}",
        title=out.written(rng.choice(words["titles"]), children[0]) if rng.random() < 0.35 else "",
        rows=tuple(rows),
        comma=rng.choice((",", ",", ";")),
    )
    label = Label(
        wanted=frozenset(("attachment", k) for k in kinds),
        optional=frozenset({("attachment", "bank-account")} if "iban" in kinds else ()),
        evidence=tuple(("attachment", cell) for row in rows[1:] for cell in row),
    )
    to = rng.choice(("school", "council", "firm"))
    subject = out.written(rng.choice(words["subjects"]), children[0])
    body = out.written(rng.choice(words["covering"]), children[0])
    out.post("identifier", kind, children[0], label, to=to, subject=subject, body=body, attached=(file,))


def _pupil(child: Child, head: tuple[str, ...]) -> tuple[str, ...]:
    first = first_name(child)
    if len(head) == 3:
        return child.surname, first, child.class_name
    if head[0] == "Chosen Surname":
        return child.surname, child.known or first
    reversed_name = f"{child.surname}, {first}"
    return (reversed_name,) if len(head) == 1 else (f"{first} {child.surname}", child.class_name)


def _adult(adult: Adult, head: tuple[str, ...]) -> tuple[str, ...]:
    if len(head) == 3:
        return adult.surname, adult.forename, adult.role
    whole = f"{adult.title} {adult.forename} {adult.surname}"
    return (whole,) if len(head) == 1 else (whole, adult.role)
