"""Is anything lost? A sender that never gives up, a next hop that misbehaves, and processes killed at random.

Run `python -m bench.chaos [MESSAGES] [KILLS] [SEED]`; it prints what was counted and ends with 1 when something is lost,
leaked, changed or missing. Doubles that SMTP itself allows (RFC 1047) are printed apart.
"""

import sys
import tempfile
from pathlib import Path

from tests.support import chaos
from tests.support.gate import make_gate
from tests.support.next_hop import scripted


def main() -> int:
    count, kills, seed = (int(word) for word in (*sys.argv[1:4], *("2000", "40", "1")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, scripted() as hop:
        gate = make_gate(Path(folder) / "gate", next_hop=hop.port)
        outcome = chaos.run(gate, hop, count=count, kills=kills, seed=seed)
    print(f"sent      {dict(outcome.sent)} in {outcome.tries} tries; last answers {dict(outcome.codes)}")
    print(f"killed    {dict(outcome.kills)}")
    print(f"lost      {len(outcome.lost)}    leaked {len(outcome.leaked)}    changed {len(outcome.changed)}")
    print(
        f"held      {-outcome.held_missing:+d} against what was expected, {outcome.unread} of them because their worker was killed"
    )
    print(f"doubled   {len({number for number, _ in outcome.doubled})} messages (RFC 1047)")
    print(f"audit     {outcome.audit.strip()}")
    return 1 if outcome.lost or outcome.leaked or outcome.changed or outcome.held_missing else 0


if __name__ == "__main__":
    sys.exit(main())
