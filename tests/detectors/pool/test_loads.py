"""Properties of what is remembered of senders whose messages keep workers long."""

from detectors.loads import FREE, HALF, SENDERS, SLOW, Loads


def spent(loads: Loads, sender: str, seconds: float, now: float) -> None:
    """A message of this sender took so long, until now."""
    loads.begin(sender, now - seconds)
    loads.end(sender, now - seconds, now)


def test_usual_messages_count_for_nothing_however_many() -> None:
    loads = Loads()
    for n in range(10_000):
        spent(loads, "bulk@example.sch.uk", FREE, n / 100)
    assert loads.of("bulk@example.sch.uk", 100) == 0


def test_a_sender_is_slow_after_one_long_message_or_several() -> None:
    loads = Loads()
    spent(loads, "a", FREE + SLOW / 2, 10)
    assert loads.of("a", 10) == 0
    spent(loads, "a", FREE + SLOW, 11)
    assert SLOW < loads.of("a", 11) < 2 * SLOW
    assert loads.of("b", 11) == 0


def test_what_is_being_read_counts_while_it_is() -> None:
    loads = Loads()
    loads.begin("a", 0)
    assert loads.of("a", FREE + SLOW) == 0
    assert loads.of("a", FREE + SLOW + 1) > SLOW
    loads.end("a", 0, FREE + SLOW + 1)
    assert loads.of("a", FREE + SLOW + 1) > SLOW


def test_it_is_forgotten() -> None:
    loads = Loads()
    spent(loads, "a", 30, 30)
    assert loads.of("a", 30 + HALF) == (30 - FREE) / 2
    assert loads.of("a", 30 + 3 * HALF) == 0


def test_so_many_are_remembered_and_no_more() -> None:
    loads = Loads()
    for n in range(SENDERS + 1):
        spent(loads, str(n), 30, 30)
    assert loads.of("0", 30) == 0
    assert loads.of("1", 30) == loads.of(str(SENDERS), 30) == 30 - FREE
