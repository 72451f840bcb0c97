"""Is anything lost? A real Postfix whose queue is the sender, a next hop that misbehaves, a machine that fails, processes killed at random.

Run `python -m bench.chaos [MESSAGES] [KILLS] [SEED]`; it prints what was counted and ends with 1 when something is lost,
leaked, changed, exposed, told twice or missing. Doubles that SMTP itself allows (RFC 1047) are printed apart.
As root the storage is a small volume that is filled.
"""

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from tests.support import chaos, trouble
from tests.support.gate import make_gate
from tests.support.next_hop import scripted
from tests.support.servers import postfix
from tests.support.upstream import Upstream

DISK = 400  # megabytes: enough for the run, little enough to be filled at once
QUEUE = (
    "smtp_destination_concurrency_limit = 6\nsmtp_destination_concurrency_failed_cohort_limit = 0\n"
    "maximal_queue_lifetime = 1d\nsmtp_data_done_timeout = 150s\nsmtp_connect_timeout = 5s\nlocal_recipient_maps =\nlocal_header_rewrite_clients =\n"
)


def main() -> int:
    count, kills, seed = (int(word) for word in (*sys.argv[1:4], *("2000", "40", "1")[len(sys.argv) - 1 :]))
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-"))
        hop = stack.enter_context(scripted())
        gate = make_gate(Path(folder) / "gate", next_hop=hop.port)
        if os.geteuid() == 0:
            stack.enter_context(trouble.small_disk(gate, DISK))
        relay = f"[127.0.0.1]:{gate.smtp_port}"
        mta = stack.enter_context(
            postfix(local_domains="example.sch.uk", relayhost=relay, tls_out="none", extra=QUEUE)
        )
        outcome = chaos.run(gate, hop, count=count, kills=kills, seed=seed, school=Upstream(mta))
        if os.environ.get("CHAOS_LOG"):
            Path(os.environ["CHAOS_LOG"]).write_text(gate.log())
    print(f"sent      {dict(outcome.sent)}; last answers {dict(outcome.codes)}")
    print(f"killed    {dict(outcome.kills)}")
    print(
        f"lost      {len(outcome.lost)}    leaked {len(outcome.leaked)}    changed {len(outcome.changed)}    exposed {len(outcome.exposed)}"
    )
    print(
        f"held      {-outcome.held_missing:+d} against what was expected, {outcome.unread} of them because their worker was killed"
    )
    print(
        f"doubled   {len({number for number, _ in outcome.doubled})} messages, {outcome.notices_doubled} notices (RFC 1047)"
    )
    print(f"notices   {outcome.notices}, told twice {len(outcome.told_twice)}")
    print(f"audit     {outcome.audit.strip()}")
    return 0 if outcome.sound else 1


if __name__ == "__main__":
    sys.exit(main())
