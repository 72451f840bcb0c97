"""swaks and msmtp, the programs that administrators test with, deliver with and without STARTTLS."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.smtp.running import Running, gateway, run

MESSAGE = "From: a@example.sch.uk\nTo: b@example.org\nSubject: Gr\u00fc\u00dfe\n\n.dot\n..\nbody\n"

pytestmark = pytest.mark.slow


async def program(*words: str, given: str = "") -> tuple[int, str]:
    """Run it; its exit code and all that it printed."""
    path = shutil.which(words[0])
    assert path, f"{words[0]} is in deploy/debian-test-packages.txt"
    process = await asyncio.create_subprocess_exec(
        path,
        *words[1:],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(given.encode()), 30)
    assert process.returncode is not None
    return process.returncode, out.decode()


def tls_settings(school_tls: dict[str, Path]) -> dict[str, Any]:
    return {"tls_certificate": school_tls["CERT"], "tls_key": school_tls["KEY"], "users": school_tls["USERS"]}


def check(running: Running, protocol: str) -> None:
    (envelope, raw) = running.taken.pop()
    assert (envelope.mail_from, envelope.addresses) == (
        "a@example.sch.uk",
        ("b@example.org", "c@example.org"),
    )
    assert envelope.protocol == protocol
    assert raw.rstrip().endswith(b"\r\n.dot\r\n..\r\nbody")  # swaks ends with an empty line of its own
    assert "Subject: Gr\u00fc\u00dfe\r\n".encode() in raw


@pytest.mark.parametrize(
    ("options", "protocol"),
    [
        ([], "ESMTP"),
        (["--tls", "--tls-verify"], "ESMTPS"),
        (["--tls", "--auth", "PLAIN", "--auth-user", "copier", "--auth-password", "open sesame"], "ESMTPSA"),
        (["--tls", "--auth", "LOGIN", "--auth-user", "copier", "--auth-password", "open sesame"], "ESMTPSA"),
        (["--pipeline"], "ESMTP"),
    ],
    ids=["clear", "tls", "plain", "login", "pipeline"],
)
def test_swaks(options: list[str], protocol: str, school_tls: dict[str, Path], tmp_path: Path) -> None:
    async def story() -> None:
        async with gateway(**tls_settings(school_tls)) as running:
            verify = ["--tls-ca-path", str(school_tls["CA"])] if "--tls-verify" in options else []
            code, said = await program(
                *(
                    "swaks",
                    "--server",
                    "127.0.0.1",
                    "--port",
                    str(running.port),
                    "--helo",
                    "client.example.sch.uk",
                ),
                *(
                    "--from",
                    "a@example.sch.uk",
                    "--to",
                    "b@example.org,c@example.org",
                    "--data",
                    f"@{tmp_path / 'm'}",
                ),
                *options,
                *verify,
            )
            assert code == 0, said
            check(running, protocol)

    (tmp_path / "m").write_text(MESSAGE)
    run(story())


@pytest.mark.parametrize("tls", [False, True], ids=["clear", "tls"])
def test_msmtp(tls: bool, school_tls: dict[str, Path]) -> None:
    async def story() -> None:
        async with gateway(**tls_settings(school_tls)) as running:
            secure = [
                *("--tls=on", "--tls-starttls=on", f"--tls-trust-file={school_tls['CA']}"),
                *("--auth=plain", "--user=copier", f"--passwordeval=echo {'open sesame'!r}"),
            ]
            code, said = await program(
                *(
                    "msmtp",
                    "--host=127.0.0.1",
                    f"--port={running.port}",
                    "--from=a@example.sch.uk",
                    "--file=/dev/null",
                ),
                *(secure if tls else ["--tls=off"]),
                *("b@example.org", "c@example.org"),
                given=MESSAGE,
            )
            assert code == 0, said
            check(running, "ESMTPSA" if tls else "ESMTP")

    run(story())


def test_openssl_s_client_sees_a_good_handshake(school_tls: dict[str, Path]) -> None:
    """TLS 1.2 is the least that is spoken."""

    async def story() -> None:
        async with gateway(**tls_settings(school_tls)) as running:
            words = ("openssl", "s_client", "-starttls", "smtp", "-connect", f"127.0.0.1:{running.port}")
            code, said = await program(*words, "-CAfile", str(school_tls["CA"]), given="QUIT\r\n")
            assert code == 0, said
            assert "Verify return code: 0 (ok)" in said
            code, said = await program(*words, "-tls1_1", given="QUIT\r\n")
            assert code != 0

    run(story())
