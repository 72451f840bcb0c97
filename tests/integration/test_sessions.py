"""Many large messages at once: all arrive, and nobody who only has a small one has to wait for them."""

import random
import smtplib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.conftest import MailFlow
from tests.support.mail import make_message

pytestmark = pytest.mark.slow

LARGE = 10_000_000
SESSIONS = 20


def deliver(port: int, raw: bytes) -> float:
    """Hand one message to Schoolgate itself; seconds from connect to the last reply."""
    started = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
        client.sendmail("s.green@example.sch.uk", ["laura.thompson@example.org"], raw)
    return time.monotonic() - started


def test_twenty_sessions_of_ten_megabytes_do_not_stall_the_others(mail_flow: MailFlow) -> None:
    """While 20 messages of 10 MB come in together, small messages keep passing within seconds."""
    port = mail_flow.gate.smtp_port
    noise = random.Random(7).randbytes(LARGE * 3 // 4)
    large = [
        make_message(
            subject=f"Film {n}", attach=((f"film{n}.mp4", "video/mp4", b"\0\0\0\x18ftypmp42" + noise),)
        )
        for n in range(SESSIONS)
    ]
    busy = threading.Event()
    small: list[float] = []

    def keep_sending_small() -> None:
        while not busy.is_set():
            small.append(deliver(port, make_message(subject=f"Small {len(small)}")))

    other = threading.Thread(target=keep_sending_small)
    other.start()
    try:
        with ThreadPoolExecutor(SESSIONS) as pool:
            list(pool.map(lambda raw: deliver(port, raw), large))
    finally:
        busy.set()
        other.join(60)
    assert len(small) >= 3
    assert max(small) < 10, f"a small message took {max(small):.1f} s"
    films = [m for m in mail_flow.internet.wait_mails(SESSIONS, 120) if b"Subject: Film" in m]
    assert len(films) == SESSIONS
