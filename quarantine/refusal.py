"""What somebody asked for and cannot have, as one sentence for whoever asked: on a page, or in a terminal."""


class Refusal(Exception):  # noqa: N818 - the answer to a person, not a fault
    """Its text may be shown; it holds no address and no value."""
