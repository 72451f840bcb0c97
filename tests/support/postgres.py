"""A PostgreSQL server of our own: made in a temporary folder, spoken to over a socket, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


def programs() -> Path:
    """Debian's folder with initdb and postgres, the newest version."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not folders:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return folders[-1]


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server while the block lasts; gives the address of an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="schoolgate-pg-", dir="/tmp"))  # a socket's path has to be short
    owner = _owner(folder)
    data, log = folder / "data", folder / "log"
    try:
        _run(
            owner,
            "initdb",
            "-D",
            data,
            "-U",
            "schoolgate",
            "-A",
            "trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        )
        settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=40"
        _run(owner, "pg_ctl", "-D", data, "-l", log, "-o", settings, "-w", "-t", "60", "start")
        try:
            address = f"postgresql:///postgres?host={folder}&user=schoolgate"
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("CREATE DATABASE schoolgate")
            yield f"postgresql:///schoolgate?host={folder}&user=schoolgate"
        finally:
            _run(owner, "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
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
