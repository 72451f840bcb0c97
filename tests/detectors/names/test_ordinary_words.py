"""Children called like a brook, a bell or a street: doubtful by themselves, sure with a second sign, and nobody where the words are meant."""

import pytest

from detectors.directory import Directory, Pupil
from detectors.findings import Strength
from detectors.fingerprints import Fingerprints
from detectors.recognize.recognition import recognize
from tests.support.people import subject

NAMES = (
    ("Hazel", "Brook"), ("Joy", "Bell"), ("Heather", "Moor"), ("Ivy", "Tower"), ("Jasmine", "Garden"), ("Chester", "Street"), ("Amber", "Light"), ("Dale", "Farm"),
    ("Dawn", "Light"), ("Daisy", "Hill"), ("Poppy", "Wood"), ("Grace", "Bell"), ("Ruby", "Bell"), ("Olive", "Tree"), ("Robin", "Nest"), ("Autumn", "Fields"),
    ("Jasmine", "Rice"), ("Grant", "Letter"), ("Jane", "Eyre"),
    ("Ashley", "Road"), ("Summer", "Fair"), ("Grant", "Funding"), ("Robin", "Class"), ("Wendy", "House"),
)  # fmt: skip
SCHOOL = Directory(
    school_names=("Example",),
    domains=(),
    fingerprints=Fingerprints(b"k" * 32),
    pupils=tuple(Pupil(id=f"{f} {s}", legal_forename=f, legal_surname=s, class_name="4B") for f, s in NAMES),
)
FULL = [
    "Hazel Brook (4B) swimming", "Brook, Hazel 4B", "Hazel Brook 4B at Heather's", "Joy Bell absent", "Heather Moor's mum rang", "Hazel Brook, Year 4, lunch account", "Chester Street SEN review",
    "Poppy Wood", "Daisy Hill no coat", "poppy wood, letter home", "Grace Bell trip money", "Ruby Bell", "Ruby Bell visit to the dentist", "report about Daisy Hill",
    "Jane Eyre 4B", "Ashley Road 4B absent", "Jasmine Rice (4B)", "Letter, Grant 4B",
]  # fmt: skip
WEAK = [
    "Hazel Brook", "Walk on Heather Moor", "Pond dipping at Hazel Brook", "Pond dipping at Hazel Brook Y3", "4B walk to Hazel Brook", "Year 5: Heather Moor walk", "Joy Bell ringing", "Ivy Tower visit",
    "Dale Farm visit Year 2", "Chester Street roadworks", "Jasmine Garden open day", "An Olive Tree for the playground", "Dawn Light", "the Amber Light scheme", "Autumn Fields picnic Y6",
    "Parking at Daisy Hill", "Meet opposite Poppy Wood", "Jasmine Rice, 20 kg", "Grant Letter from the council",
    "Bus stop on Ashley Road", "Raffle prizes for Summer Fair", "Grant Funding for the field", "Robin Class assembly", "Paint for the Wendy House", "Year 2 Robin Class",
]  # fmt: skip
NOBODY = [
    "walk by the hazel brook", "heather moor walk", "a joy bell is broken", "under the olive tree", "amber light stays on", "year 3 to hazel brook", "picking at daisy hill", "autumn fields",
    "Jane Eyre by Charlotte Bronte, 30 copies", "jasmine rice for the kitchen", "grant letter attached",
    "Year 8 drama: Jane Eyre", "Jane Eyre theatre trip, Y8", "roadworks on ashley road", "summer fair tombola",
]  # fmt: skip


def strengths(text: str) -> set[Strength | None]:
    return {f.strength for f in recognize([subject(text)], SCHOOL, (), None) if f.kind == "pupil-name"}


@pytest.mark.parametrize("text", FULL)
def test_a_child_with_a_usual_name_or_a_second_sign_is_sure(text):
    assert strengths(text) == {Strength.FULL}


@pytest.mark.parametrize("text", WEAK)
def test_what_may_as_well_be_a_place_or_a_thing_is_doubtful(text):
    assert strengths(text) == {Strength.WEAK}


@pytest.mark.parametrize("text", NOBODY)
def test_small_letters_mean_the_words(text):
    assert strengths(text) == set()
