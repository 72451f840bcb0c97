"""The sandboxed workers as the settings ask for them: what is tried is read just as mail is."""

import asyncio

from detectors.directory.people import Directory
from detectors.findings import Scan
from detectors.launch import Template
from detectors.pool import Pool
from gateway.settings import Settings


def pool(
    settings: Settings, directory: Directory, *, workers: int = 0, template: Template | None = None
) -> Pool:
    """A pool that is not started yet, of as many workers as the settings say where no number is given."""
    scan = settings.scan
    return Pool(
        directory,
        workers=workers or scan.workers,
        deadline=scan.deadline,
        queue_timeout=scan.queue_timeout,
        memory=scan.memory,
        require_sandbox=settings.sandbox.require,
        spacy_model=scan.spacy_model,
        ocr=scan.ocr,
        template=template,
    )


def scan(settings: Settings, directory: Directory, raw: bytes) -> Scan:
    """One message, read by a worker that is gone afterwards; for the command line."""

    async def once() -> Scan:
        alone = pool(settings, directory, workers=1)
        try:
            await alone.start()
            return await alone.scan(raw)
        finally:
            await alone.close()

    return asyncio.run(once())
