"""Real servers for tests: a private Postfix on free loopback ports, started by the test and stopped with it."""

import contextlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n  -  n  60  1  pickup
cleanup   unix  n  -  n  -   0  cleanup
qmgr      unix  n  -  n  1   1  qmgr
tlsmgr    unix  -  -  n  1000? 1 tlsmgr
rewrite   unix  -  -  n  -   -  trivial-rewrite
bounce    unix  -  -  n  -   0  bounce
defer     unix  -  -  n  -   0  bounce
trace     unix  -  -  n  -   0  bounce
verify    unix  -  -  n  -   1  verify
flush     unix  n  -  n  1000? 0 flush
proxymap  unix  -  -  n  -   -  proxymap
smtp      unix  -  -  n  -   -  smtp
relay     unix  -  -  n  -   -  smtp
showq     unix  n  -  n  -   -  showq
error     unix  -  -  n  -   -  error
retry     unix  -  -  n  -   -  error
discard   unix  -  -  n  -   -  discard
local     unix  -  n  n  -   -  local
virtual   unix  -  n  n  -   -  virtual
lmtp      unix  -  -  n  -   -  lmtp
anvil     unix  -  -  n  -   1  anvil
scache    unix  -  -  n  -   1  scache
postlog   unix-dgram n - n - 1 postlogd
"""

_MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {root}/log/mail.log
maillog_file_prefixes = {root}
myhostname = {name}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtputf8_enable = yes
biff = no
append_dot_mydomain = no
message_size_limit = 60000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
virtual_mailbox_base = {root}/mail
virtual_mailbox_domains = {local_domains}
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtp_tls_security_level = {tls_out}
disable_dns_lookups = yes
smtp_dns_support_level = disabled
{extra}
"""


def free_port() -> int:
    """A loopback TCP port that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def until(condition: Callable[[], T], what: str, seconds: float = 30, *, every: float = 0.05) -> T:
    """Wait until the condition, asked `every` so many seconds, gives something true, and give that; fail with `what` when it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(every)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running instance: its SMTP port, the one mailbox that everything local lands in, and its log."""

    port: int
    root: Path

    def mails(self) -> list[bytes]:
        """What has been delivered so far, in order of arrival, as Postfix stored it (LF lines)."""
        folder = self.root / "mail/inbox/new"
        files = sorted(folder.iterdir(), key=lambda f: f.stat().st_mtime_ns) if folder.exists() else []
        return [file.read_bytes() for file in files]

    def wait_mails(self, count: int, seconds: float = 30) -> list[bytes]:
        """The delivered mails once there are at least `count`."""
        try:
            return until(
                lambda: (m := self.mails()) if len(self.mails()) >= count else [], f"{count} mails", seconds
            )
        except AssertionError as error:
            raise AssertionError(f"{error}; {len(self.mails())} came. Log:\n{self.log()[-3000:]}") from None

    def log(self) -> str:
        file = self.root / "log/mail.log"
        return file.read_text() if file.exists() else ""

    def queue(self) -> str:
        return _run(self.root, "postqueue", "-p").stdout


def _run(root: Path, program: str, *args: str) -> subprocess.CompletedProcess[str]:
    command = [f"/usr/sbin/{program}", "-c", str(root / "etc"), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@contextlib.contextmanager
def postfix(
    *,
    local_domains: str = "static:all",
    relayhost: str = "",
    tls_out: str = "may",
    extra: str = "",
) -> Iterator[Postfix]:
    """Run a Postfix of its own: with `relayhost` it is a school's server, without one a next hop."""
    port = free_port()
    nobody = pwd.getpwnam("nobody")
    root = Path(tempfile.mkdtemp(prefix="schoolgate-postfix-"))
    root.chmod(0o755)  # its processes run as users of their own; below pytest's folder they could not
    for folder in ("etc", "queue", "data", "log", "mail"):
        (root / folder).mkdir()
    shutil.chown(root / "data", "postfix")
    shutil.chown(root / "mail", nobody.pw_uid, nobody.pw_gid)
    if relayhost:
        extra += f"\nrelayhost = {relayhost}"
    main = _MAIN.format(
        root=root,
        name="mail.example.sch.uk" if relayhost else "mx.example.net",
        uid=nobody.pw_uid,
        gid=nobody.pw_gid,
        local_domains=local_domains,
        tls_out=tls_out,
        extra=extra,
    )
    (root / "etc/main.cf").write_text(main)
    (root / "etc/master.cf").write_text(_MASTER.format(port=port))
    started = _run(root, "postfix", "start")
    assert started.returncode == 0, started.stdout + started.stderr
    try:
        until(lambda: answers(port), "Postfix answers")
        yield Postfix(port=port, root=root)
    finally:
        _run(root, "postfix", "abort")
        shutil.rmtree(root, ignore_errors=True)


def answers(port: int) -> bool:
    """Whether an SMTP server greets on that loopback port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2) as sock:
        return sock.recv(4)[:3] == b"220"
    return False


def listens(port: int) -> bool:
    """Whether anything takes connections on that loopback port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2):
        return True
    return False
