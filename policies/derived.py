"""Kinds of findings that no scan can see: they need the envelope, the directory or memory."""

DERIVED: dict[str, str] = {
    "own-private-recipient": "the sender's own private address among the recipients",
    "private-address-disclosed": "the sender's private e-mail address, given away",
    "private-phone-disclosed": "the sender's private phone number, given away",
    "third-party-address": "the address of another family",
    "from-mismatch": "a From address that is not the sender's school address",
    "reply-to-private": "replies that would go to a private address",
    "auto-forwarded": "school mail forwarded by a rule to a private address",
    "wrong-family": "data about a pupil who does not belong to the recipient",
    "no-contact-recipient": "a recipient whom the school must not write to",
    "recipients-exposed": "families who can see each other's addresses",
    "near-miss-recipient": "an address one letter away from a recorded one",
    "former-contact-recipient": "an address that is no longer the recorded one",
    "ai-destination": "an AI service or meeting recorder among the recipients",
    "password-follows": "a password sent after its file, the same way",
    "picture": "a photograph or another large picture",
    "pupil-private-recipient": "a pupil's private address among the recipients",
}
