"""The systems that are compared, ready to take mail: ours, a bare Postfix, and what schools use or would write."""

import contextlib
import csv
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.mail.measure import System, pin
from tests.support.gate import make_gate
from tests.support.servers import answers, free_port, postfix, until

SPOOL = Path(__file__).with_name("spool")


@contextlib.contextmanager
def bare_postfix(hop: int, *, extra: str = "") -> Iterator[System]:
    with postfix(
        local_domains="example.invalid", relayhost=f"[127.0.0.1]:{hop}", tls_out="none", extra=extra
    ) as it:
        system = System(it.port, (int((it.root / "queue/pid/master.pid").read_text()),))
        pin(system.pids)
        yield system


@contextlib.contextmanager
def postfix_rspamd(hop: int, mix: Path, root: Path) -> Iterator[System]:
    """rspamd as a milter of Postfix over a Unix socket, our rules alone, one process: the names in the text, and the numbers."""
    root.mkdir(mode=0o777)
    root.chmod(0o777)
    (root / "names.map").write_text("".join(f"/\\b{a}\\s+{b}\\b/i\n" for a, b in roster(mix)))
    rules = "".join(
        f"config['regexp']['UK_{n}'] = {{ re = '/{p}/{{mime}}', score = 1.0 }}\n" for n, p in enumerate(_LUA)
    )
    (root / "rules.lua").write_text(f"require 'global_functions' ()\nconfig['regexp'] = {{}}\n{rules}")
    (root / "rspamd.conf").write_text(_RSPAMD.replace("@", str(root)))
    process = subprocess.Popen(
        ["rspamd", "-f", "-i", "-c", str(root / "rspamd.conf")], stdout=subprocess.DEVNULL
    )
    try:
        until((root / "milter.sock").exists, "rspamd listens", 120)
        with bare_postfix(
            hop, extra=f"smtpd_milters = unix:{root}/milter.sock\nmilter_default_action = tempfail"
        ) as mta:
            until(
                lambda: "NAME_LISTED" in (tried(mta.port, mix), (root / "log").read_text())[1],
                "rspamd finds a name",
                120,
            )
            pin((process.pid,))
            yield System(mta.port, (*mta.pids, process.pid))
    finally:
        _stop(process)


@contextlib.contextmanager
def amavis(hop: int, mix: Path, root: Path, *, stock: bool) -> Iterator[System]:
    """amavisd-new with SpamAssassin in two processes: our rules alone, or those that Debian ships as well."""
    port = free_port()
    for folder in ("home", "tmp", "db", "var", "etc", "sa"):
        (root / folder).mkdir(parents=True)
    root.chmod(0o755)
    names = "|".join(f"{a}\\s+{b}" for a, b in roster(mix))
    numbers = "".join(f"body UK_{n} /{p}/\nscore UK_{n} 0.1\n" for n, p in enumerate(_PERL))
    found = f"body NAME_LISTED /\\b(?:{names})\\b/i\nscore NAME_LISTED 0.1\n"
    (root / "sa/dlp.cf").write_text(found + numbers)
    if stock:
        for file in Path("/etc/spamassassin").glob("*.pre"):
            shutil.copy(file, root / "sa")
    else:
        (root / "sa/check.pre").write_text("loadplugin Mail::SpamAssassin::Plugin::Check\n")
    for folder in ("home", "tmp", "db", "var"):
        shutil.chown(root / folder, "amavis", "amavis")
    rules = "" if stock else '$sa_configpath="@/sa";'
    text = (_AMAVIS + rules + "\n1;\n").replace("@@", "@").replace("@/", f"{root}/")
    (root / "etc/amavis.conf").write_text(text.replace("PORT", str(port)).replace("HOP", str(hop)))
    command = ["amavisd", "-c", str(root / "etc/amavis.conf"), "foreground"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: answers(port), "amavis greets", 120)
        until(
            lambda: "NAME_LISTED" in (tried(port, mix), (root / "var/log").read_text())[1],
            "amavis finds a name",
            60,
        )
        pin((process.pid,))
        yield System(port, (process.pid,))
    finally:
        _stop(process)


@contextlib.contextmanager
def program(module: str, hop: int, *more: str) -> Iterator[System]:
    """One of the small servers of this folder."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", f"bench.mail.{module}", str(port), str(hop), *more])
    try:
        until(lambda: answers(port), f"{module} greets", 60)
        pin((process.pid,))
        yield System(port, (process.pid,))
    finally:
        _stop(process)


@contextlib.contextmanager
def schoolgate(
    hop: int, mix: Path, root: Path, *, pictures: bool = False, scan: str = "", spool: bool = False
) -> Iterator[System]:
    """The whole product: policies, 10,000 pupils, sandboxed workers, the language model, audit, metrics, log.

    `spool`: each message is made durable before its relay, by this bench (spool/), on the disk of the gateway's storage.
    """
    gate = make_gate(root, next_hop=hop, extra=f"[scan]\nocr = {str(pictures).lower()}\n{scan}")
    text = gate.config.read_text().replace('tls = "opportunistic"', 'tls = "off"')
    gate.config.write_text(text.replace('domains = ["example.sch.uk"]', 'domains = ["school.example"]'))
    write_pupils(mix / "roster-10000.csv", root / "pupils.csv")
    if spool:
        (root / "spool").mkdir()
        made = (root / "spool").stat().st_mtime_ns
        gate.environment |= {"SPOOL": str(root / "spool"), "PYTHONPATH": _path(SPOOL)}

    def held() -> int:
        with contextlib.closing(sqlite3.connect(root / "var/schoolgate.sqlite3")) as base:
            return int(base.execute("select count(*) from quarantine_held").fetchone()[0])

    with gate.serve() as process:
        pin((process.pid,))
        yield System(gate.smtp_port, (process.pid,), held)
        assert not spool or (root / "spool").stat().st_mtime_ns > made, "nothing was spooled"


def _path(first: Path) -> str:
    """What Python looks through, with one more folder in front."""
    return os.pathsep.join(filter(None, (str(first), os.environ.get("PYTHONPATH"))))


def write_pupils(source: Path, target: Path) -> None:
    with source.open(newline="") as rows, target.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "legal_forename", "legal_surname", "dob"])
        for n, row in enumerate(csv.DictReader(rows)):
            day, month, year = row["dob"].split("/")
            writer.writerow([n, row["first"], row["last"], f"{year}-{month}-{day}"])


def roster(mix: Path) -> list[tuple[str, str]]:
    """The names that the others look for: a thousand, for ten thousand take them half a minute to load."""
    with (mix / "roster-1000.csv").open(newline="") as rows:
        return [(row["first"], row["last"]) for row in csv.DictReader(rows)]


def tried(port: int, mix: Path) -> None:
    """A message with a name of the roster in it: the rules are at work when the log tells of it."""
    import smtplib

    first, last = roster(mix)[0]
    text = f"From: s0@school.example\r\nTo: p0@home.example\r\nSubject: trial\r\n\r\nAbout {first} {last} today.\r\n"
    with (
        contextlib.suppress(OSError, smtplib.SMTPException),
        smtplib.SMTP("127.0.0.1", port, timeout=20) as client,
    ):
        client.sendmail("s0@school.example", ["p0@home.example"], text)


def _stop(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


_PERL = (r"\b[A-Z]\d{11}[A-Z0-9]\b", r"\b\d{3} ?\d{3} ?\d{4}\b", r"\b[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]\b", r"\b\d\d\/\d\d\/\d{4}\b",
         r"\b[1-9]\d{9}\b", r"\b\d{5}[0-9A-Z]\d{6}[A-Z]\b", r"\b\d\d-\d\d-\d\d\b", r"\b0\d{10}\b")  # fmt: skip
_LUA = tuple(p.replace("\\", "\\\\") for p in _PERL)

_RSPAMD = """
options { pidfile = "@/pid"; dns { nameserver = ["127.0.0.1:1"]; timeout = 0.01s; retransmits = 1; } hs_cache_dir = "@/";
  filters = "regexp"; check_all_filters = true; control_socket = "@/control.sock mode=0600"; rrd = ""; history_file = "";
  tempdir = "@"; url_tld = "/usr/share/rspamd/effective_tld_names.dat"; }
logging { type = "file"; filename = "@/log"; level = "info"; }
lua = "@/rules.lua";
worker "rspamd_proxy" { bind_socket = "@/milter.sock mode=0666"; milter = yes; timeout = 60s; count = 1;
  upstream "local" { default = yes; self_scan = yes; } }
modules { path = "/usr/share/rspamd/plugins/multimap.lua"; }
multimap { NAME_LISTED { type = "content"; filter = "text"; map = "@/names.map"; regexp = true; score = 1.0; one_shot = true; } }
actions { reject = 1000; greylist = null; add_header = null; }
"""

_AMAVIS = """
use strict;
$max_servers = 2; $daemon_user = "amavis"; $daemon_group = "amavis"; $myhostname = "mail.example.sch.uk"; $mydomain = "school.example";
$MYHOME = "@/home"; $TEMPBASE = "@/tmp"; $db_home = "@/db"; $helpers_home = "@/home"; $pid_file = "@/var/pid"; $lock_file = "@/var/lock";
$QUARANTINEDIR = undef; $enable_db = 0; $enable_global_cache = 0;
$inet_socket_port = PORT; $inet_socket_bind = "127.0.0.1"; @@inet_acl = qw(127.0.0.1); $unix_socketname = undef;
$forward_method = "smtp:[127.0.0.1]:HOP"; $notify_method = $forward_method;
$log_level = 2; $do_syslog = 0; $logfile = "@/var/log";
@@bypass_virus_checks_maps = (1); @@av_scanners = (); @@av_scanners_backup = (); @@local_domains_acl = (".");
$sa_local_tests_only = 1; $sa_mail_body_size_limit = 2000*1024;
$sa_tag_level_deflt = -999; $sa_tag2_level_deflt = 999; $sa_kill_level_deflt = 999;
$final_spam_destiny = D_PASS; $final_banned_destiny = D_PASS; $final_bad_header_destiny = D_PASS; $final_virus_destiny = D_PASS;
@@bypass_banned_checks_maps = (1); @@bypass_header_checks_maps = (1); $enable_dkim_verification = 0; $enable_dkim_signing = 0;
$X_HEADER_TAG = undef; $X_HEADER_LINE = undef;
$sa_siteconfigpath = "@/sa";
"""
