"""The common transfer file of the Department for Education, any version: pupils and their contacts, by local tag names."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from xml.etree.ElementTree import Element, ParseError  # only the types: defusedxml parses

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from detectors.directory.errors import DirectoryError
from detectors.directory.people import Contact, Pupil
from detectors.fingerprints import Fingerprints
from detectors.recognize.addresses import normalise_email, normalise_phone

_REMEDY = "Export the transfer file again"


def read(
    files: Mapping[str, bytes], fingerprints: Fingerprints, domains: tuple[str, ...]
) -> tuple[tuple[Pupil, ...], tuple[Contact, ...]]:
    """Pupils and contacts of all transfer files. Of each pupil only what a directory needs is read."""
    pupils: dict[str, Pupil] = {}
    contacts: list[Contact] = []
    for name, data in files.items():
        if not name.endswith(".xml"):
            continue
        root = _root(name, data)
        found, school = (
            [e for e in root.iter() if _local(e) == "pupil" and _text(e, "surname")],
            _school(root),
        )
        if not found:
            raise DirectoryError(name, 0, "", "holds no pupil", _REMEDY)
        for number, element in enumerate(found, start=1):
            pupil = replace(_pupil(element, name, number, fingerprints), school=school)
            if pupil.id in pupils:
                raise DirectoryError(
                    name, number, "UPN", "names a pupil twice", "Give each transfer file once"
                )
            own, others = _addresses(element, domains)
            pupils[pupil.id] = _with_email(pupil, own)
            contacts += [
                *_contacts(element, pupil.id),
                *(Contact(pupil_id=pupil.id, email=a) for a in others),
            ]
    return tuple(pupils.values()), tuple(contacts)


def _root(name: str, data: bytes) -> Element:
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise DirectoryError(name, 0, "", "is not XML that may be read", _REMEDY) from None
    if _local(root) != "ctfile":
        raise DirectoryError(
            name, 1, "", "is no common transfer file", "Give a file whose first element is CTfile"
        )
    return root


def _school(root: Element) -> str:
    """The school that exported the file, by its name or its number."""
    source = next((e for e in root.iter() if _local(e) == "sourceschool"), None)
    if source is None:
        return ""
    return _text(source, "schoolname") or _text(source, "lea") + _text(source, "estab")


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _text(element: Element, name: str) -> str:
    """The first direct child of this local name, or one under BasicDetails."""
    for child in element:
        if _local(child) == name:
            return (child.text or "").strip()
    for child in element:
        if _local(child) == "basicdetails":
            return _text(child, name)
    return ""


def _pupil(element: Element, name: str, number: int, fingerprints: Fingerprints) -> Pupil:
    upn, forename, surname = (_text(element, tag) for tag in ("upn", "forename", "surname"))
    born = _text(element, "dob")
    day = None
    if born:
        with contextlib.suppress(ValueError):
            day = date.fromisoformat(born[:10])
        if day is None:
            raise DirectoryError(name, number, "DOB", "is not a date", "Correct it at the source")
    if not forename:
        raise DirectoryError(
            name, number, "Forename", "is empty", "Give every pupil a forename and a surname"
        )
    key = upn or f"{forename}\0{surname}\0{born}"
    return Pupil(
        id="p-" + fingerprints.of("pupil-id", key)[:16],
        legal_forename=forename,
        middle_names=_text(element, "middlenames"),
        legal_surname=surname,
        preferred_forename=_text(element, "preferredforename"),
        preferred_surname=_text(element, "preferredsurname"),
        former_surname=_text(element, "formersurname"),
        dob=day,
        upn=upn.upper(),
        uln=_text(element, "uln"),
        uci=_text(element, "uci"),
        class_name=_text(element, "reggroup") or _text(element, "class"),
    )


def _with_email(pupil: Pupil, address: str) -> Pupil:
    return replace(pupil, email=address) if address else pupil


def _addresses(element: Element, domains: tuple[str, ...]) -> tuple[str, list[str]]:
    """Pupil/Email is the pupil's only at the school's own domain: many systems write the parent's there."""
    given = [
        normalise_email((c.text or "").strip())
        for c in element.iter()
        if _local(c) == "email" and not _in_contact(element, c)
    ]
    own = [a for a in given if a and any(a.endswith(("@" + d, "." + d)) for d in domains)]
    return own[0] if own else "", [a for a in given if a and a not in own]


def _in_contact(pupil: Element, email: Element) -> bool:
    return any(email in list(contact.iter()) for contact in pupil.iter() if _local(contact) == "contact")


def _contacts(element: Element, pupil_id: str) -> Iterator[Contact]:
    for contact in (c for c in element.iter() if _local(c) == "contact"):
        emails = [normalise_email((e.text or "").strip()) for e in contact.iter() if _local(e) == "email"]
        phones = [normalise_phone((e.text or "").strip()) for e in contact.iter() if _local(e) == "phoneno"]
        for n in range(max(1, len(emails), len(phones))):
            yield Contact(
                pupil_id=pupil_id,
                forename=_text(contact, "forename"),
                surname=_text(contact, "surname"),
                email=emails[n] if n < len(emails) else "",
                phone=phones[n] if n < len(phones) else "",
                relationship=_text(contact, "relationship"),
                no_contact=_text(contact, "courtorder").lower() in {"1", "y", "yes", "true"},
            )
