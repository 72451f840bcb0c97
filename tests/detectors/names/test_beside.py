"""What stands beside a name: brothers and sisters, labels and short names leave it sure; lists of first names, grown-ups, places and the famous make it doubtful."""

from dataclasses import replace

import pytest

from detectors.cure.fields import initialled
from detectors.directory import Directory, Pupil, Staff
from detectors.extract.extracts import Extract
from detectors.findings import Strength, Where
from detectors.fingerprints import Fingerprints
from detectors.recognize import name_index, name_tables, sensitive
from detectors.recognize.hits import passage

ROLL = (
    ("Amelia", "Thompson"), ("Alfie", "Thompson"), ("Noah", "Thompson"), ("Tommy-Lee", "Thompson"), ("Jack", "Thomas"), ("Ryan", "Lewis"), ("Chloe", "Lewis"), ("Amy", "James"), ("Jaspreet", "Gill"), ("Xin Yi", "Ng"),
    ("Oscar", "Green"), ("Thomas", "Marsh"), ("Sophie", "Smith"), ("Joe", "Evans"), ("Mae", "Jackson"), ("Louis", "Stevenson"), ("Elliot", "James"), ("Helen", "Park"), ("James", "Park"),
    ("Grace", "Scott"), ("Max", "Martin"), ("Daisy", "Taylor"), ("Holly", "Walker"), ("Mark", "Taylor"), ("Billy", "Elliot"), ("John", "Lewis"), ("Katherine", "Johnson"), ("Harry", "Potter"),
    ("Ashley", "Lane"), ("Kelham", "Hall"), ("Lincoln", "Castle"), ("Leo", "Castle"), ("Yusuf", "Khan"), ("Jude", "Carter"), ("Paul", "Church"),
)  # fmt: skip
SCHOOL = Directory(
    school_names=("Example",),
    domains=(),
    fingerprints=Fingerprints(b"k" * 32),
    pupils=tuple(
        Pupil(
            id=f"{f} {s}",
            legal_forename=f,
            legal_surname=s,
            class_name="Nursery" if s == "Thompson" else "4B",
        )
        for f, s in ROLL
    ),
    staff=(
        Staff(id="s1", forename="Thomas", surname="Marsh"),
        Staff(id="s2", forename="Robert", surname="Gill"),
    ),
)
A, B, C = "Amelia Thompson", "Alfie Thompson", "Noah Thompson"
SURE = [
    ("Amelia Thompson (head bump)", {A}), ("Amelia Thompson, head lice", {A}), ("Amelia Thompson, Head Girl", {A}), ("Amelia Thompson (DSL informed)", {A}), ("Amelia Thompson SENCO meeting", {A}),
    ("his sister Amelia Thompson", {A}), ("EWO visit to Oscar Green", {"Oscar Green"}), ("taxi journey from Oscar Green", {"Oscar Green"}), ("Oscar Green closed case", {"Oscar Green"}),
    ("Oscar Green bus stop change", {"Oscar Green"}), ("Billy Elliot house points", {"Billy Elliot"}), ("Katherine Johnson lost book", {"Katherine Johnson"}), ("leo castle lost coat", {"Leo Castle"}),
    ("Address change: Amelia, Tommy-Lee and Noah Thompson", {A, C, "Tommy-Lee Thompson"}), ("Tommy-Lee, Amelia, Alfie and Noah Thompson", {A, B, C, "Tommy-Lee Thompson"}),
    ("Amelia, Alfie and Noah Thompson", {A, B, C}), ("Amelia, Alfie & Noah Thompson - holiday", {A, B, C}), ("Amelia, Alfie Thompson", {A, B}), ("Amelia n Alfie Thompson", {A, B}),
    ("Thompson, Amelia and Alfie", {A, B}), ("Thompson - Amelia & Alfie", {A, B}), ("Thompson Amelia/Alfie/Noah", {A, B, C}), ("Lewis, Ryan and Chloe", {"Ryan Lewis", "Chloe Lewis"}),
    ("Amelia (4B) & Alfie (1A) Thompson", {B}), ("Surname: Thompson  Forename: Amelia", {A}), ("First name(s): Amelia\nSurname: Thompson", {A}), ("Forename: Xin Yi, Family name: Ng", {"Xin Yi Ng"}),
    ("Amelia Thompsons mum rang", {A}), ('Amelia "Bear" Thompson', {A}), ("Amelia (known as Mia) Thompson", {A}), ("Amelia JT Thompson", {A}), ("Amelia Rosemary Thompson", {A}),
    ("Jaspreet Kaur Gill", {"Jaspreet Gill"}), ("XinYiNg form", {"Xin Yi Ng"}), ("Amelia%20Thompson.pdf", {A}), ("Green / Oscar", {"Oscar Green"}), ("Thompson Amelia Nursery", {A}),
    ("Amelia Thompson School Report", {A}), ("Amelia Thompson Hospital Appointment", {A}), ("Amelia Thompson Theatre Trip", {A}), ("Amelia Thompson Court Order", {A}),
    ("Amelia Thompson Road Safety", {A}), ("Amelia Thompson Room 5", {A}), ("Amelia Thompson Close contact", {A}), ("Amelia Thompson-EHCP", {A}), ("Re-Amelia Thompson", {A}),
    ("grace scott reading", {"Grace Scott"}), ("Grace scott reading", {"Grace Scott"}), ("max martin trip", {"Max Martin"}), ("Daisy taylor maths", {"Daisy Taylor"}), ("Holly walker trip", {"Holly Walker"}),
    ("Sir, Oscar Green is here", {"Oscar Green"}), ("Father: Oscar Green absent", {"Oscar Green"}), ("Thomas, Jack", {"Jack Thomas"}), ("Thomas, Jack; Lewis, Ryan; James, Amy", {"Jack Thomas", "Ryan Lewis", "Amy James"}),
    ("Jack Thomas Ryan Lewis Amy James", {"Jack Thomas", "Ryan Lewis", "Amy James"}), ("Will Amelia Thompson be in?", {A}), ("Mohammed Yusuf Khan", {"Yusuf Khan"}), ("Message from Helen Park", {"Helen Park"}),
    ("Mock Thompson, Amelia", {A}), ("Art Thompson, Amelia", {A}), ("Work Experience Thompson, Amelia", {A}), ("msg fr Amelia Thompson", {A}), ("Oscar Green bus pass", {"Oscar Green"}),
    ("Amelia Thompson limited timetable", {A}), ("Amelia Thompson & co", {A}), ("Amelia Thompson Nursery Place", {A}), ("Amelia Thompson Primary School Application", {A}), ("Home visit to Oscar Green", {"Oscar Green"}),
    ("Billy Elliot", {"Billy Elliot"}), ("Billy Elliot late again", {"Billy Elliot"}), ("John Lewis dentist", {"John Lewis"}), ("Harry Potter 4B behaviour", {"Harry Potter"}), ("Katherine Johnson coat", {"Katherine Johnson"}),
    ("Billy Elliot (4B) theatre trip", {"Billy Elliot"}), ("Jude Carter (1st) Paul Church (2nd)", {"Jude Carter", "Paul Church"}),
]  # fmt: skip
DOUBTFUL = [
    "Jack/Thomas - reading group", "Jack, Thomas and Oliver lunch club", "Jack,Thomas,Oliver", "Thomas, Jack, Oliver, Amy: chess", "Ryan/Lewis/Taylor", "Lewis, Ryan and Oliver – reading group",
    "Sophie Smith-Green", "Joe Evans-Smith", "Lucy-Mae Jackson", "Robert Louis Stevenson", "Elliot James Carter", "St James Park tour", "St. Paul Church carols",
    "Author Oscar Green visit", "Miss Green, Oscar is late", "Miss Oscar-Green", "PC Oscar Green", "Mayor Oscar Green", "Canon Oscar Green", "Author visit: Oscar Green", "Photographer Oscar Green", "Oscar Green MP", "Oscar Green, Headteacher", "Oscar Green (governor)", "Oscar Green & Sons", "Oscar Green Plumbing Ltd", "Sister Amelia Thompson",
    "Tom Marsh - cover Tuesday", "Oscar Green Park", "Oscar Green School fair", "Oscar Green Primary School", "Ashley Lane bus stop", "Visit to Kelham Hall", "Trip to Kelham Hall", "Accident at the Ashley Lane junction", "Ashley Lane closed", "Year 5 Lincoln Castle", "mark taylor dentist",
    "Billy Elliot theatre trip 22 July", "Year 8 drama: Billy Elliot", "John Lewis delivery Thursday", "Black History Month: Katherine Johnson", "Harry Potter", "Harry Potter's lunch",
]  # fmt: skip
NOBODY = [
    "Oscar greens for the kitchen", "World Book Day: Harry Potter", "Harry Potter studio tour", "Mr & Mrs Oscar Green", "Rev'd Oscar Green", "Revd. Oscar Green", "Dr Oscar Green",
    "Surname: Thompson  Forename: Oscar",
]  # fmt: skip


@pytest.fixture(scope="module")
def reader():
    more = (
        Pupil(id="green", legal_forename="Ada", legal_surname="Green"),
        Pupil(id="smith", legal_forename="Ada", legal_surname="Smith"),
    )
    directory = replace(SCHOOL, pupils=(*SCHOOL.pupils, *more))
    return name_tables.reader(directory, name_index.build(directory), sensitive.load())


def read(reader, text: str, where: Where = Where.SUBJECT) -> dict[str, Strength | None]:
    hits = reader.read(passage(Extract(part="0", where=where, place="subject", text=text)))
    return {person: h.strength for h in hits for person in h.people}


@pytest.mark.parametrize(("text", "people"), SURE, ids=[t for t, _ in SURE])
def test_sure(reader, text, people):
    assert {p for p, strength in read(reader, text).items() if strength is Strength.FULL} == people


@pytest.mark.parametrize("text", DOUBTFUL)
def test_doubtful(reader, text):
    assert set(read(reader, text).values()) == {Strength.WEAK}


@pytest.mark.parametrize("text", NOBODY)
def test_nobody(reader, text):
    assert read(reader, text) == {}


def test_initials_leave_nobody_in_the_subject(reader):
    """Where two names share words, as those of brothers and sisters do, nothing of either stays."""
    for text, _ in SURE:
        assert read(reader, initialled(text, reader.directory)) == {}, text


def test_a_form_in_a_letter_names_the_child(reader):
    """Labels with the values behind or below them; those of two people are not crossed."""
    form = "Date: 3 March\nForename: Oscar\nSurname: Green\n\nForename: Amelia\nSurname: Thompson\n"
    assert set(read(reader, form, Where.ATTACHMENT)) == {"Oscar Green", A}
    for other in (
        "Surname\nGreen\nFirst name\nOscar\n",
        "SURNAME GREEN FORENAME OSCAR",
        "Name: Oscar\r\nSurname: Green",
        "Surname: Green\n\nFirst name: Oscar",
    ):
        assert read(reader, other, Where.BODY) == {"Oscar Green": Strength.FULL}, other
    assert read(reader, "Surname and first name: Oscar. Family name of the mother: Green", Where.BODY) == {}


CALLED = (
    ({"legal_forename": "William", "legal_surname": "Fitzpatrick"}, Strength.FULL, ("Will Fitzpatrick", "Billy Fitzpatrick", "Fitzpatrick, Will")),
    ({"legal_forename": "Elizabeth", "legal_surname": "Orme"}, Strength.FULL, ("Beth Orme", "Lizzie Orme", "beth orme")),
    ({"legal_forename": "Alexandra", "legal_surname": "Orme"}, Strength.FULL, ("Lexi Orme", "Alex Orme")),
    ({"legal_forename": "Charlotte", "legal_surname": "St. John"}, Strength.FULL, ("Charlie St John", "Lottie Saint John")),
    ({"legal_forename": "S. Karthika", "legal_surname": "Raman"}, Strength.FULL, ("Karthika Raman", "S. Karthika Raman", "Raman Karthika")),
    ({"legal_forename": "S.", "middle_names": "Karthika", "legal_surname": "Raman"}, Strength.FULL, ("Karthika Raman", "S Karthika Raman")),
    ({"legal_forename": "Ana", "legal_surname": "Pereira dos Santos"}, Strength.FULL, ("Ana Pereira", "Ana Pereira dos Santos")),
    ({"legal_forename": "Ana", "legal_surname": "Pereira dos Santos"}, Strength.WEAK, ("Ana dos Santos", "Ana Santos")),
    ({"legal_forename": "Kayla", "legal_surname": "O'Shea-Smith"}, Strength.WEAK, ("Kayla O'Shea", "Kayla Smith")),
    ({"legal_forename": "Lars", "legal_surname": "van der Berg"}, Strength.FULL, ("Lars van der Berg",)),
    ({"legal_forename": "Alex", "legal_surname": "Kowal", "preferred_surname": "Orme"}, Strength.FULL, ("Alex Orme-Kowal", "Alex Kowal-Orme")),
)  # fmt: skip


@pytest.mark.parametrize(("names", "strength", "texts"), CALLED, ids=[t[0] for _, _, t in CALLED])
def test_how_children_are_called(names, strength, texts):
    """Short forms of every day, an initial before the name that is used, and each half of a double surname with its particle."""
    school = replace(SCHOOL, pupils=(Pupil(id="c", **names),), staff=())
    one = name_tables.reader(school, name_index.build(school), sensitive.load())
    for text in texts:
        assert read(one, f"{text} dentist") == {"c": strength}, text
