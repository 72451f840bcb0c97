"""`python -m bench.detection.seventh.proof`: are the seventh set's labels true? It reads the messages as any mail program does, never through the scan."""

import email
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from email.policy import default

from bench.detection import checks
from bench.detection.forms import plain_letters
from bench.detection.outbox import Label, Outbox
from bench.detection.sample import Child, Sample, School
from bench.detection.school import first_name, tokens
from bench.detection.seventh.corpus import corpus

TELLING = re.compile(
    r"EHCP?|IEP|SEND?\b|SENCO|dyslexi|ADHD|autis|SEMH|SALT|diagnos|epilep|anaphyl|EpiPen|CAMHS|medic|inhaler|pregnan|protection|\bCIN\b|section 47|strategy meeting|MASH|LADO|CPOMS|disclos|Prevent\b|FGM|"
    r"domestic|\bLAC\b|\bCLA\b|\bPEP\b|foster|court|free school meals|FSM|premium|hardship|food bank|asylum|refugee|visa|ethnic|suspen|exclu|weapon|drug|bully|penalty|conviction|police|counsel"
)  # fmt: skip
MEANT = {
    "ordinary words, small",
    "a book's hero",
    "Mr with the whole name",
}  # the rules say that these name no pupil
LABELS: list[tuple[str, Label]] = []


def folded(text: str) -> list[str]:
    """Words in small plain letters; camel case counts as two."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain_letters(text))
    return re.findall(r"[^\W_]+", split.casefold())


def named(words: list[str], child: Child, reach: int = 1) -> bool:
    """A forename of this pupil and a surname stand next to each other."""
    first = {plain_letters(t) for t in tokens(f"{child.forename} {child.known}")}
    last = {plain_letters(t) for t in tokens(f"{child.surname} {child.former}")}
    return any(
        (a in first and b in last) or (a in last and b in first)
        for n, a in enumerate(words)
        for b in words[n + 1 : n + 1 + reach]
    )


def parts(sample: Sample) -> Iterator[tuple[str, str]]:
    """The subject and the words of the body as they were sent."""
    message = email.message_from_bytes(sample.raw, policy=default)
    yield "subject", str(message["Subject"])
    body = message.get_body(("plain",))
    yield "body", body.get_content() if body else ""


def truth(school: School, samples: list[Sample]) -> Iterator[str]:
    ids, sent = {c.id: c for c in school.children}, dict[str, Sample]()
    for sample, (case, label) in zip(samples, LABELS, strict=True):
        sent[sample.id] = sample
        there = dict(parts(sample))
        subject = dict(sample.texts)["subject"]
        if " ".join(there["subject"].split()) != " ".join(subject.split()):
            yield f"{sample.id}: the subject left as {there['subject']!r}, not {subject!r}"
        for where, piece in label.evidence:
            if where in there and piece.replace("\t", " ") not in there[where].replace("\r\n", "\n").replace("\t", " "):  # fmt: skip
                yield f"{sample.id}: {case}: {piece!r} is not in the {where}"
        labelled = sample.full | sample.weak | sample.either
        if not labelled <= ids.keys():
            yield f"{sample.id}: a pupil who is on no roll"
        words = folded(subject)
        for child in school.children:
            if child.id not in labelled and case not in MEANT and named(words, child):
                yield f"{sample.id}: {case}: {subject!r} may name {first_name(child)} {child.surname} {child.former}"
        for child in (ids[i] for i in sample.full):
            if not set(folded(f"{child.forename} {child.known}")) & set(words) and case not in ("Md", "short form", "two forenames in one"):  # fmt: skip
                yield f"{sample.id}: {case}: {subject!r} has no forename of {child.forename}"
            solid = [re.sub(r"\W", "", plain_letters(n)).lower() for n in (child.surname, child.former) if n]
            if not set(folded(f"{child.surname} {child.former}")) & set(words) and not any(s in "".join(words) for s in solid):  # fmt: skip
                yield f"{sample.id}: {case}: {subject!r} has no surname {child.surname}"
        if sample.ordinary:
            yield from free(school, sample, there)
    if len(sent) != len(samples):
        yield "two messages have one id"


def free(school: School, sample: Sample, there: dict[str, str]) -> Iterator[str]:
    """An ordinary message that leaves the school names no pupil beside telling words, and none in its subject."""
    rolls = {c.admission for c in school.children} | {c.upn for c in school.children}
    text = "\n".join(words for _, words in sample.texts)
    if found := set(re.findall(r"\w+", text)) & rolls:
        yield f"{sample.id}: {sample.case}: {found} stands on the roll"
    if sample.recipients[0].endswith(school.domain):
        return
    for line in there["body"].splitlines():
        if TELLING.search(line) and any(named(folded(line), c) for c in school.children):
            yield f"{sample.id}: {sample.case}: a pupil beside telling words: {line!r}"


def sums() -> Iterator[str]:
    """Check characters, computed anew from the published rules."""
    for case, label in LABELS:
        kinds = {kind for _, kind in label.wanted}
        for _, piece in label.evidence if len(kinds) == 1 else ():
            bare = re.sub(r"[ -]", "", piece).upper()
            digits = [int(d) for d in bare if d.isdigit()]
            if kinds == {"upn"} and re.fullmatch(r"[A-Z]\d{11}[\dA-Z]", bare):
                total = sum((int(c) if c.isdigit() else checks.UPN.index(c)) * n for n, c in enumerate(bare[1:], 2))  # fmt: skip
                good = checks.UPN[total % 23] == bare[0]
            elif kinds & {"uln", "nhs-number"} and re.fullmatch(r"\d{10}", bare):
                good = sum(d * w for d, w in zip(digits, range(10, 0, -1), strict=True)) % 11 == (10 if kinds == {"uln"} else 0)  # fmt: skip
            elif kinds == {"uci"} and re.fullmatch(r"\d{12}[A-Z]", bare):
                good = checks.UCI[sum(d * w for d, w in zip(digits, range(16, 4, -1), strict=True)) % 17] == bare[12]  # fmt: skip
            elif kinds == {"card-number"} and re.fullmatch(r"\d{16}", bare):
                good = sum(sum(divmod(d * (1 + (n + 1) % 2), 10)) for n, d in enumerate(digits)) % 10 == 0
            elif kinds == {"iban"} and re.fullmatch(r"[A-Z]{2}\d\d\w{11,30}", bare):
                good = int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1
            else:
                continue
            if not good:
                yield f"{case}: the check of {piece} is wrong"


def main() -> int:
    proved = Outbox._proved

    def kept(self: Outbox, label: Label, case: str, texts: tuple[tuple[str, str], ...]) -> None:
        proved(self, label, case, texts)
        LABELS.append((case, label))

    Outbox._proved = kept  # type: ignore[method-assign]
    school, samples = corpus()
    faults = [*truth(school, samples), *sums()]
    for field in ("upn", "admission", "id"):
        faults += [f"two pupils have one {field}"] * (len({getattr(c, field) for c in school.children}) < len(school.children))  # fmt: skip
    if len({a.email for a in school.staff}) < len(school.staff):
        faults.append("two of the staff have one address")
    print("\n".join(faults))
    shared = Counter(p.email for p in school.parents)
    print(len(school.children), "pupils,", len(school.staff), "staff,", len(shared), "contacts,", sum(n > 1 for n in shared.values()), "families of several,", len({c.culture for c in school.children}), "cultures")  # fmt: skip
    print(len(samples), "messages:", dict(Counter(s.kind for s in samples)), "ordinary", sum(s.ordinary for s in samples))  # fmt: skip
    print("subjects with a pupil in full:", sum(bool(s.full) for s in samples), "in doubt:", sum(bool(s.weak) for s in samples), "open:", sum(bool(s.either) for s in samples), "none:", sum(not s.full | s.weak | s.either for s in samples))  # fmt: skip
    print("identifiers:", dict(sorted(Counter(kind for s in samples for _, kind in s.wanted).items())), sum(len(s.wanted) for s in samples))  # fmt: skip
    print("SHA-256", hashlib.sha256(b"".join(s.raw for s in samples)).hexdigest())
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
