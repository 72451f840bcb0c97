"""The walls around a worker: limits, own user, no network, no programs, no files but its own folder. Each that holds is named."""

import contextlib
import ctypes
import errno
import os
import pwd
import resource
import struct
import sys
import sysconfig
from functools import cache
from pathlib import Path
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE, _PR_SET_PDEATHSIG, _PR_SET_NAME = 38, 4, 1, 15
_CLONE_NEWNET, _CLONE_NEWUSER, _CLONE_NEWIPC, _CLONE_THREAD = 0x40000000, 0x10000000, 0x08000000, 0x00010000
USERS = ("schoolgate-scan", "nobody")  # the first that exists

LIMITS, PRIVILEGES, SYSTEM_CALLS, NETWORK, FILES, USER = (
    "limits of memory, time, files and processes",
    "no new privileges",
    "no sockets, programs or processes (seccomp)",
    "no network (namespace)",
    "no files but its own folder (Landlock)",
    "own user",
)


class SandboxError(Exception):
    """A barrier that must hold cannot be had."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"no sandbox: {missing}")
        self.missing = missing


def draw_up() -> None:
    """What every copy of this process needs to lock itself in: made once, before there are copies."""
    _readable()
    _seccomp_filter()


def enter(folder: Path, *, memory: int) -> tuple[str, ...]:
    """Lock this process in for good; return the names of the barriers that hold. Call once all is imported."""
    held = [LIMITS]
    readable = _readable()
    seccomp = _seccomp_filter()
    _limits(memory)
    if _no_network():
        held.append(NETWORK)
    if _other_user(folder):
        held.append(USER)
    if _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        held.append(PRIVILEGES)
    _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if _landlock(folder, readable):
        held.append(FILES)
    if seccomp is not None and _load(seccomp):
        held.append(SYSTEM_CALLS)
    return tuple(held)


def missing(barriers: tuple[str, ...]) -> str:
    """What is lacking for a worker that may meet hostile bytes, "" when nothing is."""
    if SYSTEM_CALLS not in barriers and NETWORK not in barriers:
        return "neither seccomp nor a network namespace keeps a worker from the network"
    if FILES not in barriers and USER not in barriers:
        return "neither Landlock nor a user of its own keeps a worker from the keys"
    return ""


def die_with_parent() -> None:
    """Should the gateway be killed, its workers go too."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)


def call_me(name: str) -> None:
    """The name of this process in `ps` and `top`; the kernel keeps 15 letters."""
    _LIBC.prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def _limits(memory: int) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_FSIZE, 64_000_000),
        (resource.RLIMIT_NPROC, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # an administrator may have set less
            resource.setrlimit(kind, (most, most))


def allow_cpu(seconds: int) -> None:
    """The processor time for the next task, counted from now; beyond it the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))


def _no_network() -> bool:
    if os.geteuid() == 0:
        return bool(_LIBC.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) == 0)
    return bool(_LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def _other_user(folder: Path) -> bool:
    """As root: become a user that owns nothing. Otherwise the service already runs as somebody, which proves nothing."""
    if os.geteuid() != 0:
        return False
    for name in USERS:
        with contextlib.suppress(KeyError, OSError):
            user = pwd.getpwnam(name)
            os.chown(folder, user.pw_uid, user.pw_gid)
            os.setgroups([])
            os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
            os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
            return True
    return False


# --- Landlock: which files -------------------------------------------------------------------------------

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE, _READ, _READ_DIR = 1, 2, 4, 8
_ALL_V1 = (1 << 13) - 1


def _landlock(folder: Path, readable: frozenset[Path]) -> bool:
    """Read what Python itself needs, write in the own folder, nothing else."""
    version = _LIBC.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    handled = _ALL_V1 | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0)
    network = 3 if version >= 4 else 0
    rules = struct.pack("QQ", handled, network) if version >= 4 else struct.pack("Q", handled)
    ruleset = _LIBC.syscall(_CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), 0)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(ruleset, path, _READ | _READ_DIR)
        _allow(ruleset, folder, handled & ~_EXECUTE)
        return bool(_LIBC.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


@cache
def _readable() -> frozenset[Path]:
    own = Path(__file__).resolve().parent
    names = {sysconfig.get_path(n) for n in ("stdlib", "platstdlib", "purelib", "platlib")} | {
        sys.prefix,
        sys.base_prefix,
    }
    system = (
        "/usr/lib",
        "/usr/share/misc",
        "/usr/share/zoneinfo",
        "/usr/share/file",
        "/lib",
        "/lib64",
        "/etc/ld.so.cache",
        "/etc/localtime",
        "/etc/magic",
        "/dev/urandom",  # qpdf draws from it when it opens an encrypted file
    )
    return frozenset({own, *(Path(n) for n in names if n and n != "/usr"), *(Path(n) for n in system)})


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not path.is_dir():
            rights &= _EXECUTE | _WRITE | _READ
        rule = struct.pack("=Qi", rights, target)
        _LIBC.syscall(_ADD_RULE, ruleset, 1, rule, 0)
    finally:
        os.close(target)


# --- seccomp: which system calls ----------------------------------------------------------------------------

_REFUSED = [
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "execve",
    "execveat",
    "fork",
    "vfork",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "kill",
    "tkill",
    "pidfd_open",
    "pidfd_send_signal",
    "pidfd_getfd",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "setns",
    "unshare",
    "keyctl",
    "add_key",
    "request_key",
    "bpf",
    "perf_event_open",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "open_by_handle_at",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "mknod",
    "mknodat",
    "chmod",
    "fchmod",
    "fchmodat",
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "setxattr",
    "personality",
    "swapon",
    "swapoff",
    "reboot",
    "setuid",
    "setgid",
    "setresuid",
    "setresgid",
    "setgroups",
    "inotify_init",
    "inotify_init1",
    "fanotify_init",
    "shmget",
    "shmat",
    "msgget",
    "semget",
    "mq_open",
]


def _seccomp_filter() -> Any:
    """None where it cannot be had; then the next one tries again."""
    try:
        return _rules()
    except (ImportError, OSError, RuntimeError, ValueError):
        return None


@cache
def _rules() -> Any:
    """Refuse what no reader of documents needs. Threads stay possible, processes do not."""
    import pyseccomp as seccomp  # noqa: PLC0415 - raises where libseccomp2 is absent: one barrier less, and said so

    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in _REFUSED:
        with contextlib.suppress(OSError, ValueError):  # unknown to an older library
            rules.add_rule(seccomp.ERRNO(errno.EPERM), name)
    rules.add_rule(seccomp.ERRNO(errno.EPERM), "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0))
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags lie in memory, where no filter looks
    return rules


def _load(rules: Any) -> bool:
    try:
        rules.load()
    except (OSError, RuntimeError, ValueError):
        return False
    return True
