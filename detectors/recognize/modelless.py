"""Loads presidio where no language model is ever run: spaCy, whose types presidio names at import, stays out and takes neither memory nor time.

With it stay out what would ask the network which domains there are (tldextract, and an HTTP client that it brings along), and what presidio
brings of its own that we never use: recognizers for thirty countries, its settings files with pydantic and YAML, its questions to language
models. What is loaded so recognizes our patterns as ever. The libraries themselves are untouched: who imports them afterwards gets the real
ones. Should presidio ever need more of them than their names, it is loaded whole.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_PRESIDIO = "presidio_analyzer"
UNUSED = frozenset({
    "spacy", "thinc",  # the language model's library, and what it is built on
    "tldextract",  # knows public domains
    "pydantic", "yaml",  # read presidio's settings files
    "presidio_analyzer.predefined_recognizers", "presidio_analyzer.input_validation", "presidio_analyzer.llm_utils",
})  # fmt: skip


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
        _forget(frozenset({_PRESIDIO}))
        import_module(_PRESIDIO)


def _forget(packages: frozenset[str]) -> None:
    for name in [name for name in sys.modules if _within(name, packages)]:
        del sys.modules[name]
        above, _, own = name.rpartition(".")
        if above in sys.modules:
            vars(sys.modules[above]).pop(own, None)


def _within(name: str, packages: frozenset[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


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
        return ModuleSpec(fullname, self, is_package=True) if _within(fullname, UNUSED) else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = ModuleType(spec.name)
        module.__getattr__ = _absent  # type: ignore[method-assign]  # PEP 562
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It stays empty."""
