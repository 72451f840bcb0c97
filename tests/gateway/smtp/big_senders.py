"""Twenty clients with 10 MB each, in a process of their own: python -m tests.gateway.smtp.big_senders PORT."""

import socket
import sys
import threading

BIG = 10_000_000
SESSIONS = 20
LINE = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\r\n"


def body(number: int) -> bytes:
    """About 10 MB of lines like base64, different for each session."""
    head = b"X-Session: %d\r\n\r\n" % number
    return head + LINE * ((BIG - len(head)) // len(LINE))


def deliver(port: int, number: int) -> None:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=60) as connection,
        connection.makefile("rb") as file,
    ):
        connection.sendall(b"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n")
        while not file.readline().startswith(b"354"):
            pass
        connection.sendall(body(number) + b".\r\n")
        assert file.readline().startswith(b"250")


if __name__ == "__main__":
    threads = [threading.Thread(target=deliver, args=(int(sys.argv[1]), n)) for n in range(SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
