"""A school's mail server in front, Schoolgate, and the internet's mail server behind: all real, once per module."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.gate import Gate, make_gate
from tests.support.servers import Postfix, postfix


@dataclass(frozen=True, slots=True)
class MailFlow:
    school: Postfix  # where the teacher's mail program hands in, and where notices and bounces arrive
    gate: Gate
    internet: Postfix  # where parents read


@pytest.fixture(scope="module")
def mail_flow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailFlow]:
    """Postfix → Schoolgate → Postfix. Our own notices go out by the next hop too, as in a school."""
    root = tmp_path_factory.mktemp("flow")
    with postfix() as internet:
        gate = make_gate(root / "gate", next_hop=internet.port)
        relay = f"[127.0.0.1]:{gate.smtp_port}"
        with (
            gate.serve(),
            postfix(local_domains="example.sch.uk", relayhost=relay) as school,
        ):
            yield MailFlow(school, gate, internet)
