"""A `map` over chunks in several processes: bounded, in any order, for judging past mail faster."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
AHEAD = 2  # chunks a worker that wait in memory


def processes(count: int = 0) -> Callable[[Callable[[Sequence[T]], R], Iterable[Sequence[T]]], Iterator[R]]:
    """A pool for `replay` with that many processes; as many as there are processors when 0."""
    workers = count or os.cpu_count() or 1

    def pool(work: Callable[[Sequence[T]], R], chunks: Iterable[Sequence[T]]) -> Iterator[R]:
        source = iter(chunks)
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
            waiting: set[Future[R]] = {
                executor.submit(work, chunk) for chunk in islice(source, AHEAD * workers)
            }
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                waiting |= {executor.submit(work, chunk) for chunk in islice(source, len(done))}
                yield from (one.result() for one in done)

    return pool
