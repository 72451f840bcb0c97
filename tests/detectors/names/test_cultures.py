"""Equal protection: names of every naming culture are found in every usual form, and other people of the same culture are not."""

import pytest

from detectors.directory import Directory, Pupil
from detectors.extract.extracts import Extract
from detectors.findings import Strength, Where
from detectors.fingerprints import Fingerprints
from detectors.recognize import name_index, name_tables, sensitive
from detectors.recognize.hits import passage

ROLL = {
    "English": [("Charlotte", "Hughes"), ("Oliver", "Baker"), ("Poppy", "Wood"), ("Alfie", "King"), ("Grace", "Brown"), ("Daisy", "Hill"), ("Mark", "Young"), ("Ava-Mae", "Jackson-Reed"), ("Lily Rose", "Cooper")],
    "Irish and Scots": [("Niamh", "Ní Dhónaill"), ("Seán", "Ó Briain"), ("Fionn", "MacDonald"), ("Aoife", "McGrath"), ("Caoimhe", "O'Sullivan"), ("Eilidh", "Mackenzie"), ("Conor", "St Clair")],
    "Welsh": [("Rhys", "ap Gwyn"), ("Siân", "Llewellyn"), ("Gethin", "Pritchard")],
    "South Asian, Muslim": [("Muhammad Ali", "Hussain"), ("Zainab", "Bibi"), ("Abdul Rahman", "Chowdhury"), ("Ayesha", "Siddiqui"), ("Syed Hamza", "Shah"), ("Zia", "ud-Din"), ("Fatimah", "Al-Zahra")],
    "Sikh": [("Jaspreet", "Kaur"), ("Gurpreet Singh", "Gill"), ("Manveer", "Singh")],
    "Hindu": [("Priya", "Patel"), ("Krishnan", "Subramaniam"), ("Aarav", "Sharma"), ("Lakshmi Devi", "Iyer")],
    "Chinese, Vietnamese, Korean": [("Li Wei", "Chen"), ("Jia Hui", "Ng"), ("Xiaoming", "Wang"), ("Minh Anh", "Nguyen"), ("Ji-woo", "Kim"), ("Thi Mai", "Tran")],
    "West African": [("Oluwaseun", "Adeyemi"), ("Chukwuemeka", "Okonkwo"), ("Kwame", "Mensah"), ("Ngozi", "Eze"), ("Ifeoluwa", "Ogunleye")],
    "East African and Arab": [("Abdirahman", "Warsame"), ("Omar", "El-Sayed"), ("Selam", "Tesfaye"), ("Yasmin", "bin Khalid"), ("Noor", "Al Masri")],
    "Eastern European": [("Małgorzata", "Kowalska"), ("Łukasz", "Wiśniewski"), ("Oleksandr", "Shevchenko"), ("Žofia", "Nováková"), ("Mihai", "Popescu"), ("Đorđe", "Petrović")],
    "Spanish and Portuguese": [("María José", "García López"), ("João", "da Silva"), ("Inês", "Gonçalves Pereira"), ("Íñigo", "de la Cruz")],
    "Pacific and Māori": [("Noa", "Ka'aihue"), ("Sione", "Tu'ipulotu"), ("Ngaire", "Te Wiata")],
    "French and Dutch": [("Jean-Luc", "d'Aubigné"), ("Marieke", "van 't Hoff"), ("Fatou", "N'Diaye")],
    "Greek letters": [("Ιωάννης", "Κωνσταντίνου"), ("Άννα", "Πέτρος")],
    "Turkish and German": [("Işıl", "Yıldız"), ("Gökçe", "Çelik"), ("Jürgen", "Weiß"), ("Björn", "van der Berg")],
}  # fmt: skip
PEOPLE = [(culture, f, s) for culture, names in ROLL.items() for f, s in names]
FORMS = (
    "{f} {s}", "{s}, {f}", "{S} {f}", "Re: {f} {s}'s absence", "{f}_{s}_report.pdf", "FW: {f}-{s}", "{f}.{s}", "please see {f} {s} in 4B",
    "({f} {s})", "{s} {f}", "{F} {S}", "meeting about {f} {s} and another child", "{f}\u00a0{s}", "{f}  {s}", "{s};{f}", "*{f}* *{s}*",
)  # fmt: skip
STRANGERS = [("Isabella", "Crawford"), ("Tariq", "Mahmood"), ("Simran", "Dhillon"), ("Arjun", "Mehta"), ("Yuki", "Tanaka"), ("Kofi", "Boateng"), ("Hassan", "Jama"), ("Zofia", "Lewandowska"), ("Pedro", "Fernandes"), ("Hugo", "Fischer")]  # fmt: skip


@pytest.fixture(scope="module")
def reader():
    pupils = tuple(
        Pupil(id=f"p{n}", legal_forename=f, legal_surname=s, class_name="4B")
        for n, (_, f, s) in enumerate(PEOPLE)
    )
    directory = Directory(
        school_names=("Example",),
        domains=("example.sch.uk",),
        fingerprints=Fingerprints(b"k" * 32),
        pupils=pupils,
    )
    return name_tables.reader(directory, name_index.build(directory), sensitive.load())


def found(reader, text: str, where: Where = Where.SUBJECT) -> set[str]:
    hits = reader.read(passage(Extract(part="0", where=where, place="subject", text=text)))
    return {p for h in hits if h.strength is Strength.FULL for p in h.people}


@pytest.mark.parametrize("culture", ROLL)
def test_every_form_of_every_name_is_found(reader, culture):
    """Not one is missed: unequal recall would be unequal protection."""
    missed = [
        (form, f, s)
        for n, (of, f, s) in enumerate(PEOPLE)
        if of == culture
        for form in FORMS
        for text in (form.format(f=f, s=s, F=f.upper(), S=s.upper()),)
        if found(reader, text) != {f"p{n}"}
    ]
    assert missed == []


@pytest.mark.parametrize("culture", ROLL)
def test_plain_letters_do(reader, culture):
    """Without accents, and with the usual replacements of umlauts, a name is still the name."""
    import unicodedata

    for n, (of, f, s) in enumerate(PEOPLE):
        if of == culture:
            plain = (
                unicodedata.normalize("NFKD", f"{f} {s}").encode("ascii", "ignore").decode()
                if f.isascii() or s.isascii()
                else ""
            )
            if plain and not set(f + s) & set("ßłŁđĐıæøØ"):
                assert found(reader, plain) == {f"p{n}"}, plain


@pytest.mark.parametrize("mark", "'’‘`´′ʻʼʽʾʿˈ‛＇")
def test_whatever_is_typed_for_an_apostrophe_does(reader, mark):
    """Also the acute accent of a British keyboard, the okina and the hamza."""
    for n, (_, f, s) in enumerate(PEOPLE):
        if "'" in f + s:
            assert found(reader, f"IMPORTANT {f} {s} diet".replace("'", mark)) == {f"p{n}"}


def test_strangers_are_nobody(reader):
    """Other people's names, and forenames and surnames of pupils crossed, name no pupil."""
    for f, s in STRANGERS:
        for form in FORMS:
            assert found(reader, form.format(f=f, s=s, F=f.upper(), S=s.upper())) == set()
    for (_, f, _), (_, _, s) in zip(PEOPLE, PEOPLE[7:] + PEOPLE[:7], strict=True):
        assert found(reader, f"{f} {s}") == set(), (f, s)


def test_a_list_of_strangers_crosses_no_names(reader):
    """Forenames and surnames of pupils, each with another person's, in one line after another."""
    crossed = [f"{f} {s}" for (_, f, _), (_, _, s) in zip(PEOPLE, PEOPLE[11:] + PEOPLE[:11], strict=True)]
    for text in ("\n".join(crossed), "; ".join(crossed), ", ".join(crossed)):
        assert found(reader, text, Where.BODY) == set()
    backwards = [f"{s}, {f}" for (_, f, _), (_, _, s) in zip(PEOPLE, PEOPLE[11:] + PEOPLE[:11], strict=True)]
    assert found(reader, "\n".join(backwards), Where.BODY) == set()
