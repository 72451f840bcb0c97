"""Is anything lost? A real Postfix whose queue is the sender, a next hop that misbehaves, a machine that fails, processes killed at random.

  python -m bench.chaos [MESSAGES] [KILLS] [SEED] [--write]

All of them on SQLite, and then a tenth as many on PostgreSQL. It prints where every message is and ends with 1 when something
is lost, leaked, changed, exposed, told twice, not told, doubled without a cause or missing from the record. Doubles that SMTP
itself allows (RFC 1047) are printed apart. Run as root: the storage is a small volume that is filled, workers run out of
memory, and the clock jumps by minutes to days.
"""

import argparse
import contextlib
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.mail import report
from bench.whereabouts import Run, table
from tests.support import chaos, trouble
from tests.support.next_hop import scripted
from tests.support.postgres import postgres_server
from tests.support.reckoning import Outcome, reckon
from tests.support.servers import postfix
from tests.support.upstream import Upstream

DISK = 300  # megabytes, and …
EACH = 0.05  # … for each message: enough for the run, little enough to be filled at once
LEAST = 15  # so often something is done to it: once each
QUEUE = (
    "smtp_destination_concurrency_limit = 10\nsmtp_destination_concurrency_failed_cohort_limit = 0\n"
    "maximal_queue_lifetime = 1d\nsmtp_data_done_timeout = 150s\nsmtp_connect_timeout = 5s\nlocal_recipient_maps =\nlocal_header_rewrite_clients =\n"
)


def trial(count: int, kills: int, seed: int, *, postgresql: bool) -> Outcome:
    """One gateway, one school, one next hop; what became of every message."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-"))
        hop = stack.enter_context(scripted())
        server = stack.enter_context(postgres_server()) if postgresql else None
        database = server.address if server else "sqlite"
        gate = chaos.installation(Path(folder) / "gate", hop.port, database)
        if os.geteuid() == 0:
            stack.enter_context(trouble.small_disk(gate, int(DISK + EACH * count)))
        relay = f"[127.0.0.1]:{gate.smtp_port}"
        mta = stack.enter_context(
            postfix(local_domains="example.sch.uk", relayhost=relay, tls_out="none", extra=QUEUE)
        )
        school = Upstream(mta)
        try:
            sent, hits = chaos.run(
                gate, hop, count=count, kills=kills, seed=seed, school=school, server=server
            )
            return reckon(gate, hop, sent, hits, school.returned())
        finally:
            if os.environ.get("CHAOS_LOG"):
                with Path(os.environ["CHAOS_LOG"]).open("a") as log:
                    log.write(gate.log())


def told(run: Run) -> None:
    outcome = run.outcome
    print(f"\n{run.name}: {run.count} messages in {run.minutes:.1f} minutes: {_words(outcome.sent)}")
    print(f"where they are   {_words(outcome.where)}")
    print(f"done to it       {_words(outcome.hits)}")
    print(f"wrong            {_words(outcome.wrong)}")
    for kind in outcome.wrong:
        if listed := getattr(outcome, kind, None):
            print(f"  {kind}: {listed[:10]}")
    print(f"held unread      {len(outcome.unread)}, because what read them was killed")
    print(f"no record        {outcome.told_unrecorded}, and the log says so")
    print(f"doubled          {run.doubled} messages, {outcome.notices_doubled} notices (RFC 1047)")
    print(f"  because        {_words(outcome.why_twice)}; notices: killed {outcome.notices_answered}")
    print(f"notices          {outcome.notices}")
    print(f"audit            {outcome.audit.strip()}", flush=True)


def _words(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("messages", type=int, nargs="?", default=10_000)
    parser.add_argument("kills", type=int, nargs="?", default=60)
    parser.add_argument("seed", type=int, nargs="?", default=5)
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    return parser.parse_args()


def main() -> int:
    args, runs = asked(), []
    for name, share in (("SQLite", 1), ("PostgreSQL", 10)):
        began, kills = time.monotonic(), max(LEAST, args.kills // share)
        outcome = trial(args.messages // share, kills, args.seed, postgresql=name == "PostgreSQL")
        runs.append(Run(name, outcome, (time.monotonic() - began) / 60))
        told(runs[-1])
    if args.write:
        report.write("chaos", table(f"{args.messages} {args.kills} {args.seed}", runs))
    sound = all(run.outcome.sound for run in runs)
    print("\nnothing is lost" if sound else "\nNOT SOUND")
    return not sound


if __name__ == "__main__":
    sys.exit(main())
