"""`schoolgate partner-password` as a person on the server uses it: typed, listed without the words, shown, forgotten."""

import pytest

from tests.support.gate import make_gate
from tests.support.servers import free_port

pytestmark = pytest.mark.slow


def test_a_password_is_kept_shown_and_forgotten(tmp_path):
    """And a short one is refused in one line."""
    gate = make_gate(tmp_path / "gate", next_hop=free_port())
    gate.run("migrate")
    words = ("--password", "the-agreed-password")
    gate.run("partner-password", "set", "council.gov.uk", *words)
    [row] = gate.json("partner-password", "list")
    assert row["partner"] == "council.gov.uk"
    assert "agreed-password" not in str(row)
    assert gate.run("partner-password", "show", "council.gov.uk").stdout.strip() == "the-agreed-password"
    gate.run("partner-password", "end", "council.gov.uk")
    assert gate.json("partner-password", "list") == []
    refused = gate.run("partner-password", "set", "council.gov.uk", "--password", "short", check=False)
    assert (refused.returncode, "12 to 120" in refused.stderr) == (1, True)
