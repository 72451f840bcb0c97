"""What a broken policy set says: the file, the policy, the key, what was expected, and the nearest valid word."""

import difflib
from collections.abc import Iterable


class PolicyError(Exception):
    """One fault of a policy file, with all that its author needs to mend it."""

    def __init__(
        self, problem: str, *, file: str = "", policy: str = "", key: str = "", nearest: str = ""
    ) -> None:
        self.file, self.policy, self.key, self.problem, self.nearest = file, policy, key, problem, nearest
        super().__init__(str(self))

    def __str__(self) -> str:
        """One line: "file: policy “x”, key: problem. Did you mean “y”?"."""
        place = ", ".join(p for p in (f'policy "{self.policy}"' if self.policy else "", self.key) if p)
        line = ": ".join(p for p in (self.file, place, self.problem) if p)
        return f'{line}. Did you mean "{self.nearest}"?' if self.nearest else line

    def at(self, *, file: str = "", policy: str = "", key: str = "") -> "PolicyError":
        """The same fault with the places that its finder did not know."""
        return PolicyError(
            self.problem,
            file=self.file or file,
            policy=self.policy or policy,
            key=".".join(k for k in (key, self.key) if k),
            nearest=self.nearest,
        )


def nearest(word: str, valid: Iterable[str]) -> str:
    """The valid word that the author most likely meant, or ""."""
    close = difflib.get_close_matches(word.lower(), list(valid), n=1, cutoff=0.5)
    return close[0] if close else ""


def unknown(word: object, valid: Iterable[str], *, what: str) -> PolicyError:
    """The fault "this word is not in the vocabulary"."""
    words = sorted(valid)
    return PolicyError(
        f'"{word}" is not {what}; expected one of: {", ".join(words)}', nearest=nearest(str(word), words)
    )
