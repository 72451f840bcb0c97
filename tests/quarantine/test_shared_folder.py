"""Several users of one group share an installation: what the first of them makes, the others can write."""

import stat
from pathlib import Path

import pytest

from tests.support.gate import make_gate
from tests.support.servers import free_port

pytestmark = pytest.mark.slow

SHARED, OWN = 0o2770, 0o750


@pytest.mark.parametrize(("folder", "database"), [(SHARED, 0o660), (OWN, 0o640)])
def test_the_database_is_as_open_as_its_folder(tmp_path: Path, folder: int, database: int) -> None:
    """In a folder of the group the file is the group's; in a folder of one user it is not opened wider. Never everybody's."""
    gate = make_gate(tmp_path / "gate", next_hop=free_port())
    (gate.root / "var").mkdir(mode=folder)
    (gate.root / "var").chmod(folder)
    gate.run("migrate")
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (gate.root / "var").iterdir()}
    assert found["schoolgate.sqlite3"] == database
    assert all(not mode & 0o007 for name, mode in found.items())
