"""`python -m bench.mail [--quick]`: all that docs/performance.md shows, measured one after the other and written into it."""

import subprocess
import sys

PARTS = {
    "same": ("--write",),
    "compare": ("--write",),
    "footprint": ("--write",),
    "floor": ("--write",),
    "growth": ("--write",),
    "shedding": ("--write",),
    "beside": ("--write",),
}
QUICK = {
    "same": ("--n", "40"),
    "compare": ("--n", "60", "--runs", "1"),
    "footprint": ("--n", "300"),
    "floor": ("--n", "60"),
    "growth": (),
    "shedding": ("--n", "100"),
    "beside": ("--n", "100"),
}


def main() -> int:
    """Exit code 1 when one of them lost, doubled or changed a message, or could not run. --quick writes nothing."""
    quick = "--quick" in sys.argv[1:]
    failed = []
    for part, options in PARTS.items():
        print(f"\n== {part}", flush=True)
        command = [sys.executable, "-m", f"bench.mail.{part}", *(QUICK[part] if quick else options)]
        if subprocess.run(command, check=False).returncode:
            failed.append(part)
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall ran")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
