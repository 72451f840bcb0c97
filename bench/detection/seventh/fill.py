"""What fills this trust's templates: people, days, places, and numbers that are nobody's; or the value of an identifier."""

from collections.abc import Callable
from random import Random

from bench.detection import checks, numbers
from bench.detection.forms import initials, plain_letters, whole
from bench.detection.lookalikes import figure, lookalike, some
from bench.detection.sample import Adult, Child, School
from bench.detection.school import first_name
from bench.detection.seventh import figures, people

WORDS = {
    "place": ("Eureka", "Chester Zoo", "Helmshore Mills", "Knowsley Safari Park", "Gawthorpe Hall", "the Lowry", "Hollingworth Lake", "Magna", "Towneley Park", "Skipton Castle", "Jodrell Bank", "the Imperial War Museum North", "Martin Mere", "Blackpool Tower"),
    "residential": ("Robinwood", "Winmarleigh", "Whitehough", "Hinning House", "Ghyll Head", "Borwick Hall"),
    "team": ("Unity", "Whitworth", "Marsden Heights", "Sir John Thursby", "Haslingden High", "Shuttleworth", "St Augustine's", "Bluecoats", "Colne Primet", "Christ Church"),
    "town": ("Burnley", "Rawtenstall", "Padiham", "Colne", "Accrington", "Hebden Bridge", "Clitheroe", "Bacup"),
    "show": ("Oliver!", "Matilda Jr", "Bugsy Malone", "the Easter play", "Shrek Jr", "Dick Whittington", "the Y4 ukulele concert", "Macbeth", "Blood Brothers", "the nursery sing-along"),
    "book": ("Varjak Paw", "Goodnight Mister Tom", "The Iron Man", "Wonder", "Kensuke's Kingdom", "The Highwayman", "Private Peaceful", "Street Child", "The Explorer", "Journey to Jo'burg", "An Inspector Calls"),
    "hero": ("Roald Dahl", "Florence Nightingale", "Rosa Parks", "Mary Seacole", "Marcus Rashford", "David Walliams", "Malala", "Neil Armstrong", "Julia Donaldson", "Mary Anning", "L S Lowry", "William Shakespeare", "Greta Thunberg", "Emmeline Pankhurst"),
    "topic": ("fractions", "the Stone Age", "Ramadan", "electricity", "the water cycle", "phonics phase 3", "coasts", "the Victorians", "adverbials", "cells", "times tables", "the Nativity of Our Lord", "ratio", "the Holocaust", "online safety"),
    "room": ("the hall", "Room 7", "G12", "the Rainbow Room", "the library", "S4", "the dining room", "the studio", "B21", "the staffroom", "the ICT suite"),
    "paper": ("8461/1H", "8300/3F", "1MA1/1H", "8702/1", "J351/02", "8062/12", "1HI0/30", "8035/2", "5972U10-1", "8464/P/2H"),
    "club": ("multi-skills", "choir", "Lego club", "coding", "girls' football", "chess", "netball", "homework club", "dodgeball", "cookery", "eco council", "samba band"),
    "firm": ("Pennine Print", "Irwell Catering", "Calder Coaches", "Valley Uniforms", "Mosshouse Play", "Ribble Photography", "Brightlane IT"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Mon", "Tues", "Weds", "Thurs", "Fri"),
    "yr": ("Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Y8", "Y9", "Y10", "Y11", "Year 4", "Year 6", "Year 9", "Reception", "Nursery"),
}  # fmt: skip


def writer(school: School, rng: Random) -> Adult:
    return rng.choice(school.staff[: len(people.STAFF)])


def _colleague(school: School, rng: Random) -> str:
    one = writer(school, rng)
    return f"{one.title} {one.surname}"


def _called(school: School, rng: Random) -> str:
    one = writer(school, rng)
    return f"{one.forename} {one.surname}"


def _hour(rng: Random) -> str:
    minutes = rng.choice(("00", "15", "30", "45", "10", "20"))
    return rng.choice((f"{rng.randrange(8, 12)}.{minutes}am", f"{rng.randrange(1, 7)}.{minutes}pm", f"{rng.randrange(8, 18):02}:{minutes}", f"{rng.randrange(1, 7)}pm"))  # fmt: skip


def slot(name: str, child: Child, school: School, rng: Random) -> str:
    """The words of one placeholder."""
    if name.rstrip("23") in WORDS:
        return rng.choice(WORDS[name.rstrip("23")])
    made: dict[str, Callable[[], str]] = {
        "first": lambda: child.known or first_name(child), "full": lambda: whole(child), "class": lambda: child.class_name, "initials": lambda: initials(child), "surname": lambda: child.surname,
        "full2": lambda: whole(rng.choice(school.children)), "other": lambda: first_name(rng.choice(school.children)), "class2": lambda: rng.choice(school.children).class_name,
        "mum": lambda: next(f"{p.title} {p.surname}" for p in school.parents if p.child == child.id), "staff": lambda: _colleague(school, rng), "staff2": lambda: _colleague(school, rng), "colleague": lambda: _called(school, rng), "office": lambda: school.office,
        "date": lambda: figures.day(rng), "date2": lambda: figures.day(rng), "date3": lambda: figures.day(rng), "dashes": lambda: f"{rng.randrange(1, 29):02}-{rng.randrange(1, 13):02}-26",
        "time": lambda: _hour(rng), "time2": lambda: _hour(rng), "pounds": lambda: f"{rng.randrange(2, 900)}.{rng.choice(('00', '50', '99', '20', '75'))}", "score": lambda: f"{rng.randrange(8)}-{rng.randrange(8)}",
        "notupn": lambda: numbers.not_upn(rng, "BCDGHJKLMPRTW"), "part": lambda: f"{some(rng, 'ABCEHJLMPRST', 2)}{numbers.digits(rng, 6)}{rng.choice('ABCD')}", "ref": lambda: some(rng, "BCDFGHJKLMNPQRTVWXZ23456789", 6),
        "serial": lambda: rng.choice((f"5CG{figure(rng, 4)}{some(rng, 'BCDFGHJK', 3)}", f"PC{some(rng, '0123456789ABCDEF', 6)}", f"DMPX{some(rng, 'BCDFGHJK2345679', 8)}")), "plate": lambda: f"{some(rng, 'MPY', 1)}{some(rng, 'FJKLMT', 1)}{rng.choice(('19', '22', '72'))} {some(rng, 'BCDFGHJK', 3)}",
        "laestab": lambda: f"888/{figure(rng, 4)}", "laestab7": lambda: f"888{figure(rng, 4)}", "venue": lambda: figures.postcode(rng), "road": lambda: rng.choice(figures.STREETS), "house": lambda: str(rng.randrange(2, 90)), "desk": lambda: f"0161 496 0{numbers.digits(rng, 3)}",
        "helpline": lambda: rng.choice(("0800 1111", "0300 123 6600", "0808 800 5000", "0345 600 9006", "116 123")), "flight": lambda: f"{rng.choice(('LS', 'EZY', 'FR'))}{figure(rng, 4)}", "percent": lambda: f"{rng.randrange(88, 99)}.{rng.randrange(10)}%", "pence": lambda: f"{rng.randrange(1, 20)}.{rng.choice(('00', '50', '25'))}",
        "reading": lambda: f"{rng.randrange(5, 13)}.{rng.randrange(12):02}", "n": lambda: str(rng.randrange(2, 31)), "m": lambda: str(rng.randrange(2, 31)),
    }  # fmt: skip
    return made[name]() if name in made else lookalike(name, rng)


def value(kind: str, child: Child, school: School, rng: Random, *, beside: Adult | None = None) -> tuple[str, ...]:  # fmt: skip
    """An identifier's words: two for a bank account; `beside` is the grown-up in whose row it stands."""
    if kind == "bank-account":
        return figures.bank(rng)
    made: dict[str, Callable[[], str]] = {
        "upn": lambda: child.upn, "uln": lambda: numbers.uln(rng), "uci": lambda: figures.uci(rng), "nhs-number": lambda: numbers.nhs(rng), "ni-number": lambda: figures.ni(rng), "trn": lambda: numbers.trn(rng),
        "passport": lambda: numbers.passport(rng), "driving-licence": lambda: numbers.licence(rng, (beside or writer(school, rng)).surname), "iban": lambda: figures.iban(rng), "card-number": lambda: figures.card(rng), "dbs-number": lambda: numbers.dbs(rng),
        "admission-number": lambda: child.admission, "date-of-birth": lambda: figures.birthday(rng, child.dob), "postcode": lambda: figures.home(rng), "phone": lambda: figures.phone(rng), "email-address": lambda: next(p.email for p in school.parents if p.child == child.id),
    }  # fmt: skip
    return (made[kind](),)


def passport_foot(child: Child, rng: Random) -> str:
    until = f"{rng.randrange(27, 31)}0{rng.randrange(1, 10)}0{rng.randrange(1, 10)}"
    return checks.passport_foot(plain_letters(child.surname), plain_letters(first_name(child)), numbers.passport(rng), child.dob[2:].replace("-", ""), rng.choice("FM"), until)  # fmt: skip
