"""Every kind of finding, in plain words: the one vocabulary that recognizers, policies, notices and console share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`plain` completes "The message holds …"; `group` gathers kinds for documents and the console."""

    name: str
    plain: str
    group: str


_PLAIN: dict[str, dict[str, str]] = {
    "people": {
        "personal-data": "personal data about pupils or staff",  # one per part and region, with level and people
        "pupil-name": "a pupil's name",  # strength full | weak | partial; in a Re:/Fw: subject `quoted` is true
        "person-name": "the name of a person who is on no list",
        "pupil-image-named": "a picture together with a pupil's full name",
    },
    "identifiers": {
        "upn": "a unique pupil number",
        "uln": "a unique learner number",
        "uci": "an exam candidate identifier",
        "nhs-number": "an NHS number",
        "ni-number": "a National Insurance number",
        "trn": "a teacher reference number",
        "passport": "a passport number",
        "driving-licence": "a driving licence number",
        "home-address": "a home address",
        "date-of-birth": "a date of birth",
        "admission-number": "an admission number",
        "dbs-number": "a DBS certificate number",
        "bank-account": "bank account details",
        "iban": "an international bank account number",
        "card": "a payment card number",
    },
    "addresses": {
        # strength full: any address or number; weak: likely the sender's own ("my mobile", likeness); person: whose
        "email-address": "an e-mail address",
        "phone": "a phone number",
        # one per address in From, Sender, Reply-To, To, Cc (named in `place`); weak = a free-mail address
        "header-address": "an address in the header of the message",
    },
    "secrets": {
        "credential": "a password or sign-in",
        "password-with-file": "the password of an attached file",
        "password-phrase": "words that hand over a password",
        "password-guessable": "a file whose password is easy to guess",
    },
    "content": {
        "sensitive-term": "words about a sensitive matter",
        "child-protection-file": "a child-protection file",
        "ctf-file": "a pupil transfer (CTF) file",
        "harm": "words of threat, self-harm, sexual or extremist content",
        "offensive-language": "offensive language",
        "chain-letter": "a request to forward this to many people",
        "copyright-media": "a file that is likely to be somebody's copyright",
        "whatsapp-invite": "an invitation to a WhatsApp group",
        "share-link": "a link to a shared file",
        "calendar-invite": "a meeting invitation",
        "auto-forward-header": "marks of an automatic forwarding rule",
        "failed-redaction": "text that is covered but still there",
        "disguised": "a file that is not what its name says",
        "opaque": "a file that carries no document text",
    },
    "protection": {
        "protected:strong": "a file that only its recipient can open",
        "protected:weak": "a file with a weak lock",
        "protected:lookalike": "a file that looks locked but opens for everybody",
        "protected:rights-managed": "a file under rights management",
    },
    "unreadable": {
        "unreadable:corrupt": "a damaged file",
        "unreadable:locked": "a locked file that cannot be read",
        "unreadable:image": "a picture or scan without readable text",
        "unreadable:too-deep": "files packed too deep inside each other",
        "unreadable:too-big": "more than can be read in full",
        "unreadable:unknown-type": "a file of an unknown type",
        "unreadable:worker-crash": "a file that broke the reader",
        "unreadable:deadline": "more than could be read in time",
        "unreadable:memory": "a file that takes too much memory",
    },
}

KINDS: dict[str, Kind] = {
    name: Kind(name, plain, group) for group, kinds in _PLAIN.items() for name, plain in kinds.items()
}
