"""A held message that asks its sender, for every test of cures."""

from tests.support.asked import asked  # noqa: F401 - the fixture
