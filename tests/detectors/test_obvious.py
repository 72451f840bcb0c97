"""A password that anybody would try is tried: of each pupil whom the message names, its postcodes, the school and a year."""

import io
from datetime import date

import pytest
import pyzipper

from detectors.directory.people import Directory, Pupil
from detectors.fingerprints import Fingerprints
from detectors.obvious import MOST, obvious
from detectors.scan import scan
from tests.support.mail import make_message

DIRECTORY = Directory(
    school_names=("Greenfield Primary School",),
    domains=("greenfield.sch.uk",),
    fingerprints=Fingerprints(b"k" * 32),
    pupils=(
        Pupil(id="1", legal_forename="Wilhelmina", legal_surname="Warmington", preferred_forename="Mina", dob=date(2011, 3, 12)),
        Pupil(id="2", legal_forename="Babajide", legal_surname="Oyelaran", dob=date(2014, 1, 23)),
        Pupil(id="3", legal_forename="Caoimhe", legal_surname="Brannigan", dob=date(2012, 11, 2)),
    ),
)  # fmt: skip
BODY = "Dear Mr Warmington,\r\nWilhelmina's report of 2026 is attached.\r\nGreenfield Primary School, 4 High Street, Leeds LS1 4AB\r\n"


@pytest.mark.parametrize(
    "password",
    ["Wilhelmina", "Warmington", "Mina", "12032011", "120311", "Wilhelmina2011", "LS14AB", "ls14ab", "Greenfield", "Greenfield2026"],
)  # fmt: skip
def test_the_obvious_password_opens_the_file(password: str) -> None:
    target = io.BytesIO()
    with pyzipper.AESZipFile(target, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        archive.writestr("a.txt", b"Babajide Oyelaran")
    raw = make_message(subject="Report", body=BODY, attach=(("r.zip", "application/zip", target.getvalue()),))
    found = {f.kind for f in scan(raw, DIRECTORY).findings}
    assert {"password-guessable", "password-with-file"} & found  # a word with digits also stands in the text
    assert "protected:strong" in found


def test_each_pupil_whom_the_message_names_has_a_turn() -> None:
    tried = obvious(DIRECTORY, "Wilhelmina Warmington, Babajide Oyelaran")
    assert {"Wilhelmina", "Babajide", "Warmington", "Oyelaran", "12032011", "23012014"} <= set(tried)
    assert "Caoimhe" not in tried
    assert len(tried) <= MOST
