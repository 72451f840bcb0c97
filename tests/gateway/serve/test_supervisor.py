"""The process tree: what dies is started again, what refuses its configuration stops all, SIGTERM and SIGHUP reach everybody."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.supervisor import EX_CONFIG, Child, Program, family, supervise

pytestmark = pytest.mark.slow

# A child that notes what happens to it in a file, and is ready at once.
CHILD = """
import os, signal, sys, time
from pathlib import Path
from gateway.notify import die_with_parent, notify
note = Path(sys.argv[1]).open("a", buffering=1)
signal.signal(signal.SIGTERM, lambda *_: (note.write("TERM\\n"), sys.exit(0)))
signal.signal(signal.SIGHUP, lambda *_: note.write("HUP\\n"))
die_with_parent(int(os.environ["SCHOOLGATE_PARENT"]))
note.write("start %d\\n" % os.getpid())
if "refuse" in sys.argv: sys.exit(78)
notify("READY=1")
while True: signal.pause()
"""


class Tree:
    """One run of the supervisor, in this process, and what it told."""

    def __init__(self, folder: Path, *programs: Program) -> None:
        self.folder, self.programs = folder, programs
        self.children: dict[str, Child] = {}
        self.deaths: list[str] = []
        self.may_reload = True

    async def run(self, *steps: Callable[[], bool]) -> int:
        """Supervise; each step is called until it says True, then the next; SIGTERM after the last."""
        children = family(self.programs, dict(os.environ), grace=5)
        whole = asyncio.create_task(
            supervise(
                children,
                may_reload=lambda: self.may_reload,
                ready=lambda: self.children.update(children),
                died=lambda name, _pid: self.deaths.append(name),
            )
        )
        async with asyncio.timeout(20):
            for step in steps:
                while not whole.done() and not step():
                    await asyncio.sleep(0.01)
            if not whole.done():
                os.kill(os.getpid(), signal.SIGTERM)
            return await whole

    def notes(self, name: str) -> list[str]:
        file = self.folder / name
        return file.read_text().splitlines() if file.exists() else []


def program(folder: Path, name: str, *more: str) -> Program:
    return Program(name, (sys.executable, "-c", CHILD, str(folder / name), *more))


def starts(tree: Tree, name: str) -> int:
    return sum(note.startswith("start") for note in tree.notes(name))


def test_all_are_ready_and_all_get_sigterm(tmp_path: Path) -> None:
    """`ready` is told once every program is, and a stop in order is exit 0."""
    tree = Tree(tmp_path, program(tmp_path, "smtp"), program(tmp_path, "deliver"))
    assert asyncio.run(tree.run(lambda: bool(tree.children))) == 0
    assert tree.notes("smtp")[-1] == tree.notes("deliver")[-1] == "TERM"


def test_a_program_that_dies_is_started_again(tmp_path: Path) -> None:
    """SIGKILL on a child is one line in the log and a new child; the others stay."""
    tree = Tree(tmp_path, program(tmp_path, "smtp"), program(tmp_path, "deliver"))

    def kill() -> bool:
        if tree.children:
            tree.children["smtp"].signal(signal.SIGKILL)
        return bool(tree.children)

    asyncio.run(tree.run(kill, lambda: bool(tree.deaths) and tree.children["smtp"].ready.is_set()))
    assert tree.deaths == ["smtp"]
    assert starts(tree, "smtp") == 2
    assert starts(tree, "deliver") == 1


def test_a_program_that_refuses_its_configuration_stops_all(tmp_path: Path) -> None:
    """Nothing is started again in vain, and the exit code says why."""
    tree = Tree(tmp_path, program(tmp_path, "smtp"), program(tmp_path, "console", "refuse"))
    assert asyncio.run(tree.run(lambda: False)) == EX_CONFIG
    assert not tree.deaths


@pytest.mark.parametrize("agreed", [True, False])
def test_a_reload_reaches_everybody_if_the_new_set_is_whole(tmp_path: Path, agreed: bool) -> None:
    """A broken set reaches only who reloads in place: it refuses, and says so in the metrics; nobody is started again with it."""
    tree = Tree(tmp_path, replace(program(tmp_path, "smtp"), reloads=True), program(tmp_path, "deliver"))
    asked: list[bool] = []

    def reload() -> bool:
        if not tree.children:
            return False
        tree.may_reload = agreed
        os.kill(os.getpid(), signal.SIGHUP)
        asked.append(True)
        return True

    def heard() -> bool:
        return "HUP" in tree.notes("smtp") and (not agreed or starts(tree, "deliver") == 2)

    asyncio.run(tree.run(reload, heard))
    assert asked
    assert starts(tree, "deliver") == (2 if agreed else 1)
    assert starts(tree, "smtp") == 1
    assert not tree.deaths
