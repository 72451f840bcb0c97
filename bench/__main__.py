"""`make bench`: runs the benches one after the other, or the named ones: `make bench ARGS="smtp_in relay_out"`."""

import subprocess
import sys

BENCHES = {
    "smtp_in": "CPU of taking mail in, against stock aiosmtpd",
    "relay_out": "CPU of one message on its way out, against aiosmtplib and smtplib",
    "console": "the console's pages with 100,000 held messages",
    "chaos": "nothing lost with a next hop that misbehaves and processes killed at random: writes docs/performance.md",
    "detection": "what is found and missed in three labelled sets of mail, beside presidio and plain regexes",
    "reading": "every format of attachment, beside pdftotext, catdoc, LibreOffice, markitdown and xberg: writes docs/reading.md",
    "mail": "the whole gateway beside its peers on the school mail mix; memory, start, growth, load: writes docs/performance.md",
}

OPTIONS = {"chaos": ("--write",)}

# Not run by themselves: they write files.
TOOLS = {
    "fuzz": "files bent without end, in search of one that breaks a reader",
    "messages": "the translators' file, quarantine/locale/django.pot, written anew",
    "notices": "pictures of every notice and page, in a folder that is named",
}


def main() -> int:
    """Exit code 1 when a bench failed."""
    if sys.argv[1:2] and sys.argv[1] in TOOLS:
        return subprocess.run(
            [sys.executable, "-m", f"bench.{sys.argv[1]}", *sys.argv[2:]], check=False
        ).returncode
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        known = ", ".join((*BENCHES, *TOOLS))
        print(f"no bench {', '.join(unknown)}; there are {known}", file=sys.stderr)
        return 2
    failed = []
    for name in names:
        print(f"\n== {name}: {BENCHES[name]}", flush=True)
        command = [sys.executable, "-m", f"bench.{name}", *OPTIONS.get(name, ())]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall ran")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
