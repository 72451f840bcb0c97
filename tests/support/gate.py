"""A real Schoolgate for tests: a made-up school in a folder, and `schoolgate serve` on it as its own process."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.servers import answers, free_port, until

SCHOOLGATE = str(Path(sys.executable).with_name("schoolgate"))

PUPILS = """\
id,upn,legal_forename,middle_names,legal_surname,preferred_forename,preferred_surname,dob,class
1,N999000123001,Amelia,Jane,Thompson,Millie,Thompson,2014-05-14,4B
2,,Mohammed,Yusuf,Khan,Yusuf,Khan,2013-11-02,5A
3,,Zoë,,O'Brien,,,2012-09-30,6C
4,,Seán,,McCarthy,,,2015-03-21,3A
5,,Fatima,,Begum,,,2016-07-08,2B
6,,Jaspreet,,Kaur,,,2012-12-12,6C
"""
STAFF = """\
id,forename,surname,work_email,personal_email,personal_phone,role
1,Sarah,Green,s.green@example.sch.uk,sarahgreen84@gmail.com,07700 900123,teacher
2,David,Okoro,d.okoro@example.sch.uk,,,head
"""
CONTACTS = """\
pupil_id,forename,surname,email,phone,relationship,no_contact
1,Laura,Thompson,laura.thompson@example.org,,mother,
2,Imran,Khan,imran.khan@example.org,,father,
"""


@dataclass(slots=True)
class Gate:
    """One installation in a folder; `run` and `serve` use the real command."""

    root: Path
    smtp_port: int
    console_port: int
    metrics_port: int
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.root / "schoolgate.toml"

    def run(self, *args: str, check: bool = True, limit: float = 120) -> subprocess.CompletedProcess[str]:
        """Run one `schoolgate` command to its end."""
        done = subprocess.run(
            [SCHOOLGATE, *args],
            capture_output=True,
            text=True,
            check=False,
            timeout=limit,
            cwd=self.root,
            env={**os.environ, "SCHOOLGATE_CONFIG": str(self.config), **self.environment},
        )
        assert not check or done.returncode == 0, f"{args}: {done.stdout}\n{done.stderr}"
        return done

    def json(self, *args: str) -> object:
        return json.loads(self.run(*args, "--json").stdout)

    @contextlib.contextmanager
    def serve(self, *what: str) -> Iterator[subprocess.Popen[bytes]]:
        """`schoolgate serve` in a process group of its own, ready to take mail; stopped with SIGTERM."""
        with (self.root / "serve.log").open("ab") as log:
            process = subprocess.Popen(
                [SCHOOLGATE, "serve", *what],
                stdout=log,
                stderr=log,
                cwd=self.root,
                start_new_session=True,
                env={**os.environ, "SCHOOLGATE_CONFIG": str(self.config), **self.environment},
            )
        try:
            until(
                lambda: process.poll() is not None or answers(self.smtp_port),
                "serve greets",
                120,
            )
            assert process.poll() is None, self.log()
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(30)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def log(self) -> str:
        return (self.root / "serve.log").read_text(errors="replace")


def make_gate(root: Path, *, next_hop: int, extra: str = "", database: str = "sqlite") -> Gate:
    """Write a school's settings and directory into `root`; keys are made by the first `serve`."""
    root.mkdir(parents=True, exist_ok=True)
    gate = Gate(root, free_port(), free_port(), free_port())
    (root / "pupils.csv").write_text(PUPILS)
    (root / "staff.csv").write_text(STAFF)
    (root / "contacts.csv").write_text(CONTACTS)
    gate.config.write_text(f"""\
[school]
name = "Example Primary School"
domains = ["example.sch.uk"]
[smtp]
listen = ["127.0.0.1:{gate.smtp_port}"]
allow_from = ["127.0.0.0/8"]
hostname = "gate.example.sch.uk"
[next_hop]
address = "127.0.0.1:{next_hop}"
tls = "opportunistic"
[directory]
pupils = ["pupils.csv"]
staff = ["staff.csv"]
contacts = ["contacts.csv"]
[roles]
dpo = ["dpo@example.sch.uk"]
dsl = ["dsl@example.sch.uk"]
it = ["it@example.sch.uk"]
head = ["head@example.sch.uk"]
[policy]
pack = "default"
staff_informed = 2025-09-01
[storage]
path = "var"
database = "{database}"
[console]
listen = "127.0.0.1:{gate.console_port}"
url = "http://127.0.0.1:{gate.console_port}"
[metrics]
listen = "127.0.0.1:{gate.metrics_port}"
{extra}
""")
    return gate
