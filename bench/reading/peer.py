"""Run inside the peers' own environment: reads a list of paths with one library, and writes what it said, with the time of each."""

import asyncio
import json
import signal
import sys
import time


def markitdown():
    from markitdown import MarkItDown

    made = MarkItDown(enable_plugins=False)
    return lambda path: made.convert_local(path).text_content


def xberg():
    import xberg as library

    def read(path: str) -> str:
        found = asyncio.run(library.extract(library.ExtractInput(kind="uri", uri=path)))
        documents = found.results if hasattr(found, "results") else [found]
        return "\n".join(f"{d.content}\n{everything(d.metadata)}\n{everything(d.annotations)}\n{everything(d.children)}" for d in documents)  # fmt: skip

    return read


def everything(value, depth: int = 0) -> str:
    """All strings of a result: what a user of the library could have looked at."""
    if value is None or depth > 6:
        return ""
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, dict):
        return "\n".join(everything(v, depth + 1) for v in value.values())
    if isinstance(value, (list, tuple)):
        return "\n".join(everything(v, depth + 1) for v in value)
    names = [n for n in dir(value) if not n.startswith("_")]
    fields = (getattr(value, n, None) for n in names)
    return "\n".join(everything(v, depth + 1) for v in fields if not callable(v))


def stop(*_):
    raise TimeoutError


def main() -> None:
    read = {"markitdown": markitdown, "xberg": xberg}[sys.argv[1]]()
    signal.signal(signal.SIGALRM, stop)
    for line in sys.stdin:
        path, began, text = line.strip(), time.perf_counter(), ""
        signal.alarm(30)
        try:
            text = read(path) or ""
        except BaseException as error:  # noqa: BLE001 - a library may raise anything, panics too
            text = f"!{type(error).__name__}"
        signal.alarm(0)
        print(json.dumps([path, time.perf_counter() - began, text]), flush=True)


main()
