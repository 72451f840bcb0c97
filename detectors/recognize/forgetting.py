"""Look-ups keep their answers while a message is searched; after it nothing of its words, days and numbers stays."""

from detectors.recognize import addresses, checksums, forms
from detectors.shorthand import in_full

LOOK_UPS = (
    addresses.phone_in_text,
    checksums.day,
    forms.formal_names,
    forms.has_short_form,
    forms.is_forename,
    forms.parts_of,
    in_full,
)


def forget() -> None:
    """Empty the memories of the look-ups; what they know of the product's own lists stays."""
    for look_up in LOOK_UPS:
        look_up.cache_clear()
