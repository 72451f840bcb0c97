"""The sandboxed workers as the settings ask for them: what is tried is read just as mail is."""

from detectors.directory.people import Directory
from detectors.findings import Scan
from detectors.launch import Template
from detectors.pool import Pool, scan_once
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
    """One message, read by a worker that is gone afterwards."""
    limits = settings.scan
    return scan_once(
        raw,
        directory,
        deadline=limits.deadline,
        memory=limits.memory,
        require_sandbox=settings.sandbox.require,
        spacy_model=limits.spacy_model,
        ocr=limits.ocr,
    )
