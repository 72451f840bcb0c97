"""A PostgreSQL server of our own: made in a temporary folder, spoken to over a socket, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg


def programs() -> Path:
    """Debian's folder with initdb and postgres, the newest version."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not folders:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return folders[-1]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `stop` ends it as a crash does, and what was committed is there after `start`."""

    folder: Path
    owner: tuple[str, ...]

    @property
    def address(self) -> str:
        """Of the empty database that it begins with."""
        return f"postgresql:///schoolgate?host={self.folder}&user=schoolgate"

    def start(self) -> None:
        settings = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=40"
        log = self.folder / "log"
        self._control("-l", log, "-o", settings, "-w", "-t", "60", "start")

    def stop(self) -> None:
        self._control("-m", "immediate", "-w", "stop")

    def _control(self, *arguments: str | Path) -> None:
        _run([*self.owner], "pg_ctl", "-D", self.folder / "data", *arguments)


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server while the block lasts; gives the address of an empty database."""
    with postgres_server() as server:
        yield server.address


@contextmanager
def postgres_server() -> Iterator[Server]:
    """The same, for who stops and starts it."""
    folder = Path(tempfile.mkdtemp(prefix="schoolgate-pg-", dir="/tmp"))  # a socket's path has to be short
    server = Server(folder, tuple(_owner(folder)))
    try:
        made = ("-U", "schoolgate", "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8")
        _run([*server.owner], "initdb", "-D", folder / "data", *made)
        server.start()
        try:
            address = f"postgresql:///postgres?host={folder}&user=schoolgate"
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("CREATE DATABASE schoolgate")
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then its files and processes are `postgres`'s, as Debian makes that user."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres", "postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]


def _run(owner: list[str], program: str, *arguments: str | Path) -> None:
    command = [*owner, str(programs() / program), *map(str, arguments)]
    ran = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, cwd="/",
    )  # fmt: skip
    if ran.returncode:
        raise RuntimeError(f"{program} failed:\n{ran.stdout}")
