"""Loads presidio where no language model is ever run: spaCy, whose types presidio names at import, stays out and takes neither memory nor time.

With it stays out what would ask the network which domains there are (tldextract, and an HTTP client that it brings along).
What is loaded so recognizes our patterns as ever; only presidio's own language engines and its own recognizers of addresses, which we never use,
are dead. The libraries themselves are untouched: who imports them afterwards gets the real ones. Should presidio ever need more of them than
their names, it is loaded whole.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

UNUSED = frozenset({"spacy", "thinc", "tldextract"})  # spaCy, and what it is built on; who knows public domains
_PRESIDIO = "presidio_analyzer"


def load_presidio() -> None:
    """Import presidio without spaCy; where either is there already, nothing is kept out."""
    if _PRESIDIO in sys.modules or not UNUSED.isdisjoint(sys.modules):
        import_module(_PRESIDIO)
        return
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        import_module(_PRESIDIO)
        whole = True
    except (AttributeError, TypeError, ImportError):
        whole = False
    finally:
        sys.meta_path.remove(finder)
        _forget(UNUSED)
    if not whole:
        _forget({_PRESIDIO})
        import_module(_PRESIDIO)


def _forget(packages: frozenset[str] | set[str]) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        del sys.modules[name]


class _Named(type):
    """A name may be asked for names, called and used as a decorator; it does nothing."""

    def __getattr__(cls, name: str) -> type:
        return _absent(name)

    def __call__(cls, *_: object, **__: object) -> type:
        return Absent


class Absent(metaclass=_Named):
    """What stands for each name of theirs."""


def _absent(name: str) -> type:
    if name.startswith("__"):
        raise AttributeError(name)
    return Absent


class _Finder(MetaPathFinder, Loader):
    """Finds an empty module for each that is not used."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002  importlib's signature
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in UNUSED else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = ModuleType(spec.name)
        module.__getattr__ = _absent  # type: ignore[method-assign]  # PEP 562
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It stays empty."""
