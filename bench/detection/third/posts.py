"""The third set's messages, where its author went other ways than the shared ones."""

from typing import Any

from bench.detection.forms import whole
from bench.detection.outbox import Label
from bench.detection.sample import Child
from bench.detection.school import first_name
from bench.detection.third import academy, files, tables
from bench.detection.writing import LOWERED, Writing


class Posts(Writing):
    """Bodies are worded before it is drawn who writes them."""

    def _subject(self, case: str, child: Child, subject: str, to: str, label: Label) -> None:
        body = self.out.written(self._pick("bodies"), child)
        self.out.post("subject", case, child, label, to=to, subject=subject, body=body)

    # -- doubtful and none

    def doubtful(self, count: int) -> None:
        makers = (self._half, self._namesake, self._ordinary, self._sure, self._stranger, self._none, self._none, self._small, self._bare, self._famous)  # fmt: skip
        for n in range(count):
            makers[n % len(makers)]()

    def _half(self) -> None:
        case, child, text = self._in_doubt()
        self._subject(case, child, self._neutral(child, text), "colleague", Label(weak=frozenset((child.id,))))  # fmt: skip

    def _sure(self) -> None:
        child = self._called(self.out.rng.choice(academy.ORDINARY)[0])
        subject = self.out.written(self._pick("sure"), child, name=whole(child), turned=f"{child.surname}, {child.forename}")  # fmt: skip
        self._subject("ordinary words made sure", child, subject, "colleague", Label(full=frozenset((child.id,))))  # fmt: skip

    def _stranger(self) -> None:
        """A pupil's forename with another pupil's surname: on no list."""
        while True:
            a, b = self.out.rng.sample(self.out.plain, 2)
            if a.culture != b.culture and self.out.nobody(a.forename, b):
                break
        self._subject("on no list", a, self._neutral(a, f"{first_name(a)} {b.surname}"), "colleague", Label())

    def _none(self) -> None:
        child = self.out.rng.choice(self.out.plain)
        case, text = self._form(child, self.out.house.none)
        self._subject(case, child, self._neutral(child, text), "colleague", Label())

    def _small(self) -> None:
        self._without("ordinary words in small letters", "small")

    def _bare(self) -> None:
        self._without("no pupil at all", "nobody")

    def _famous(self) -> None:
        self._without("famous names", "famous")

    def _without(self, case: str, group: str) -> None:
        child = self.out.rng.choice(self.out.plain)
        subject = self.out.written(self._pick(group), child)
        self._subject(case, child, subject, self.out.rng.choice(("firm", "colleague", "families")), Label())

    # -- identifiers

    def identifiers(self, count: int) -> None:
        """Every kind in turn: in sentences, in tables of all sorts, now and then in the subject or a file's name."""
        kinds, out = list(self.numbers["body"]), self.out
        for n in range(count):
            kind, child, where = kinds[n % len(kinds)], out.rng.choice(out.plain), out.rng.random()
            if where < 0.42:
                tables.send(out, self.numbers, kind)
            elif where < 0.53 and kind in self.numbers["subject"]:
                self._in_subject(kind, child)
            elif where < 0.68 and kind == "upn":
                self._in_file_name(child)
            else:
                self._in_body(kind, child)

    def _value(self, kind: str, child: Child) -> tuple[str, ...]:
        """One passport in eight is quoted by its machine-read lines."""
        out = self.out
        if kind == "passport" and out.rng.random() < 0.12:
            return (out.house.passport_foot(child, out.rng),)
        return out.house.value(kind, child, out.school, out.rng)

    def _in_body(self, kind: str, child: Child) -> None:
        out = self.out
        given = dict(zip(("v", "w"), self._value(kind, child), strict=False))
        template = out.rng.choice(self.numbers["body"][kind])
        if "\n" in given["v"]:
            template = "[foot of the passport page|MRZ from the scan|passport machine line]:\n{v}"
        if out.rng.random() < 0.2:
            template = template.lower()
            if out.rng.random() < 0.4 and kind in LOWERED:
                given = {key: text.lower() for key, text in given.items()}
        also = "bank-account" if kind == "iban" else "date-of-birth" if "\n" in given["v"] else ""
        label = Label(
            wanted=frozenset({("body", kind)}),
            optional=frozenset({("body", also)} if also else ()),
            evidence=tuple(("body", line) for text in given.values() for line in text.split("\n")),
        )
        to, subject = out.rng.choice(("school", "council", "colleague", "firm")), self._bland(child)
        body = out.written(template, child, **given)
        out.post("identifier", kind, child, label, to=to, subject=subject, body=body)

    def _bland(self, child: Child) -> str:
        return self.out.written(self.out.rng.choice(self.numbers["words"]["subjects"]), child)

    def _in_subject(self, kind: str, child: Child) -> None:
        out, words = self.out, ""
        while not words or "\n" in words:
            words = self._value(kind, child)[0]
        subject = out.written(out.rng.choice(self.numbers["subject"][kind]), child, v=words)
        label = Label(wanted=frozenset({("subject", kind)}), evidence=(("subject", words),))
        body = out.written(self._pick("bodies"), child)
        out.post("identifier", kind, child, label, to="council", subject=subject, body=body)

    def _in_file_name(self, child: Child) -> None:
        out = self.out
        file = files.File(name=f"{out.rng.choice(('UPN', 'transfer', 'file'))}_{child.upn}.pdf", text="Cover sheet. The file follows by post.")  # fmt: skip
        body = out.written(out.rng.choice(self.numbers["words"]["covering"]), child)
        label = Label(wanted=frozenset({("filename", "upn")}), evidence=(("filename", child.upn),))
        out.post("identifier", "upn", child, label, to="school", subject=self._bland(child), body=body, attached=(file,))  # fmt: skip

    # -- what must pass

    def daily(self, kind: str, name: str, count: int) -> None:
        """The mails of a file in turn, so many altogether; worded before it is drawn who writes it."""
        out, mails = self.out, self.out.house.phrases(name)["mail"]
        for n in range(count):
            mail, child = mails[n % len(mails)], out.rng.choice(out.plain)
            optional = frozenset(("body", k) for k in mail.get("optional", ()))
            subject, body = out.written(mail["subject"], child), out.written(mail["body"], child)
            label, attached = Label(optional=optional, ordinary=True), self._enclosed(mail, child)
            out.post(kind, mail["case"], child, label, to=mail["to"], subject=subject, body=body, attached=attached)  # fmt: skip

    def _enclosed(self, mail: dict[str, Any], child: Child) -> tuple[files.File, ...]:
        if "file" not in mail:
            return ()
        rows = tuple(tuple(self.out.written(row, child).split("|")) for row in mail.get("table", ()))
        return (files.File(name=mail["file"], rows=rows, text=mail.get("text", "")),)
