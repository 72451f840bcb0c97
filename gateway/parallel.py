"""A `map` over chunks in several processes, or on a Dask cluster: bounded, in any order, for judging past mail faster."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

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


def cluster(address: str) -> Callable[[Callable[[Sequence[T]], R], Iterable[Sequence[T]]], Iterator[R]]:
    """The same on the Dask cluster whose scheduler has this address; its machines have Schoolgate installed."""

    def pool(work: Callable[[Sequence[T]], R], chunks: Iterable[Sequence[T]]) -> Iterator[R]:
        dask: Any = import_module("distributed")  # the extra "cluster"
        source = iter(chunks)
        with dask.Client(address, set_as_default=False) as client:
            carried = client.scatter(work, broadcast=True, hash=False)
            ahead = AHEAD * max(1, sum(client.nthreads().values()))

            def send(count: int) -> list[Any]:
                return [client.submit(_at, carried, chunk, pure=False) for chunk in islice(source, count)]

            running = dask.as_completed(send(ahead), loop=client.loop)
            for done in running:
                running.update(send(1))
                yield done.result()

    return pool


def _at(work: Callable[[Sequence[T]], R], chunk: Sequence[T]) -> R:
    return work(chunk)
