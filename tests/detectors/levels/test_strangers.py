"""Who is on no list: a child in a letter counts, a speaker in a newsletter does not. Read by the real language model."""

import pytest

from detectors.recognize.ner import NamesFinder
from tests.support.people import body, document, file_name, find, level, table

NEWS = """Dear parents,

Our SENCO, Mrs Claire Watson, will run a workshop on autism and ADHD on Tuesday 12 May 2026 in the Main Hall.
Please contact the School Office on 01632 960100.

Speakers: Dr Emily Stone (Leeds General Hospital) and Michael Rosen.

Kind regards
Sarah Green
Deputy Headteacher"""
MINUTES = """Governors' minutes: Present: Mr John Smith (Chair), Mrs Anita Desai, Peter Jones. 1. Apologies: Helen Carter.
2. Pupil premium report: 34 pupils eligible. Attendance 95.2%. Exclusions: one suspension this term. 3. SEND report: 12 EHCPs."""
TRAINING = "Safeguarding update. CPOMS training with Andrew Miller from NSPCC on 14/09/2026. Child protection policy attached."
WEEK = "Year 6 SATs week begins Monday 11 May 2026. Key Stage 2 Reading Paper. Zoom Meeting ID: 912 345 6789. Please make sure attendance is good."
LETTER = """Dear Mrs Brown,

I am writing about your son.

Liam Brown has been diagnosed with ADHD. He needs an EHCP.

Yours sincerely
Sarah Green"""
PRONOUN = "Liam Brown joined us in May. He has since been diagnosed with autism."
HEADED = "Re: Liam Brown\n\nThank you for your letter.\n\nThe educational psychologist found dyslexia."


@pytest.fixture(scope="module")
def finder():
    return NamesFinder()


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", [NEWS, MINUTES, TRAINING, WEEK], ids=["newsletter", "minutes", "training", "week"]
)
def test_daily_mail_names_no_child(finder, text):
    """Speakers, governors and headings are nobody's data."""
    assert level(body(text), nlp=finder) == 0


@pytest.mark.slow
@pytest.mark.parametrize("text", [LETTER, PRONOUN, HEADED], ids=["letter", "pronoun", "heading"])
def test_a_letter_about_an_unlisted_child_is_sensitive(finder, text):
    assert level(body(text), nlp=finder) == 3


def test_a_stranger_alone_is_never_bulk(finder):
    """Child protection words beside somebody on no list are P3: only a person of the directory makes them P4."""
    assert level(body("Liam Brown is on a child protection plan."), nlp=finder) == 3


@pytest.mark.slow
def test_a_budget_bounds_the_reading_and_says_so(finder):
    """Far more candidate lines than are read: the rest is stated, with its number."""
    text = "\n\n".join(f"Liam Brown{'x' * 60} has autism and epilepsy." for _ in range(2_000))
    (unread,) = [f for f in find(body(text), nlp=finder) if f.kind == "names-not-read"]
    assert unread.count > 1_000


def test_a_heading_holds_for_the_whole_document():
    """The name stands at the top of page one, the diagnosis on page three."""
    pages = [
        document("Name: Amelia Thompson\nClass: 4B"),
        document("Weather: fine", place="page 2"),
        document("Diagnosed with autism.", place="page 3"),
    ]
    assert level(*pages) == 3


def test_rows_of_strangers_count_by_their_columns():
    rows = [(f"Liam{chr(97 + n)}", "Brown", "12/05/2014") for n in range(4)]
    assert level(table(("First name", "Last name", "Born"), rows)) == 2


def test_a_child_protection_file_needs_a_person_and_is_no_policy():
    text = "Amelia Thompson: child protection conference, section 47, strategy meeting on Monday."
    assert "child-protection-file" in {f.kind for f in find(file_name("notes.docx"), document(text))}
    assert "child-protection-file" not in {
        f.kind for f in find(file_name("Child protection policy.docx"), document(text))
    }
    assert "child-protection-file" not in {
        f.kind for f in find(file_name("notes.docx"), document(text.replace("Amelia Thompson", "Leaflet")))
    }
