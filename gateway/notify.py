"""Tells whoever started this process that it is ready: systemd's protocol, which our own supervisor speaks too."""

import ctypes
import os
import signal
import socket

_SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)


def notify(state: str) -> None:
    """Send "READY=1", "STOPPING=1" … to NOTIFY_SOCKET; without one, nobody asked."""
    name = os.environ.get("NOTIFY_SOCKET")
    if not name:
        return
    address = "\0" + name[1:] if name.startswith("@") else name
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        try:
            sock.sendto(state.encode(), address)
        except OSError:
            return  # who waited is gone; their death ends us elsewhere


def die_with_parent(parent: int) -> None:
    """Have the kernel send SIGTERM when the supervisor dies, however it dies."""
    ctypes.CDLL(None, use_errno=True).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)  # it died before we asked
