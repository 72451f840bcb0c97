"""Mending judges by the directory and policies of now, not by those of its start."""

import asyncio
from pathlib import Path

import pytest

from gateway.processes.mend import _Started
from gateway.quarantine_calls import Threads
from gateway.settings_file import read
from quarantine import keys
from tests.support.gate import PUPILS, make_gate
from tests.support.servers import free_port


@pytest.mark.slow
def test_a_changed_directory_is_taken_before_the_next_message_is_mended(tmp_path: Path) -> None:
    """A broken one is not: the old one stays."""
    made = make_gate(tmp_path / "gate", next_hop=free_port())
    keys.make(made.root / "var/keys")
    settings, found = read(made.config), keys.load(made.root / "var/keys", private=False)
    pupils = made.root / "pupils.csv"

    async def story() -> list[int]:
        started, counts = _Started(settings, found, Threads(1)), []
        try:
            for lines in (PUPILS, PUPILS + "7,,Esme,,Vasquez,,,2016-02-02,2B\n", "broken\n1\n"):
                pupils.write_text(lines)
                await started.pool()
                assert started._force is not None
                counts.append(len(started._force.directory.pupils))
        finally:
            await started.close()
        return counts

    assert asyncio.run(story()) == [6, 7, 7]
