"""What all ways of a message have in common here."""

from collections.abc import Iterator

import pytest

from gateway import pipeline


@pytest.fixture(scope="module")
def at_once() -> Iterator[None]:
    """A record that cannot be written is not waited for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "PATIENT", 0.0)
        yield
