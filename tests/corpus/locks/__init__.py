"""Files under every kind of lock, made by the programs and libraries that people lock files with: (name, bytes, verdict)."""

from tests.corpus.locks.archives import archives
from tests.corpus.locks.edges import edges
from tests.corpus.locks.mail import pgps, smimes
from tests.corpus.locks.office import offices, opendocuments
from tests.corpus.locks.pdf import pdfs
from tests.corpus.locks.verdict import Lock


def quick() -> list[Lock]:
    """All that libraries make, and what is put together by hand."""
    return [*pdfs(), *offices(), *archives(), *smimes(), *pgps(), *opendocuments(), *edges()]
