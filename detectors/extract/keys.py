"""The key under the mat: a few likely passwords for a locked file, from the same message and from what everybody would try."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from detectors.extract.extracts import Extract
from detectors.extract.reading import Node, Reading
from detectors.extract.unlock import COST, opens
from detectors.findings import Where

_NEAR = re.compile(r"(?i)\b(?:pass ?words?|pass ?codes?|pass ?phrases?|p/?w|pwd|pin|key|code|unlock|open it with|opens with)\b(?:\s+(?:is|for|to|the|this|that|file|document|open|it|of|attachment|will be|as|spreadsheet|attached))*\s*[:=\-–]?\s*[\"'“‘(<\[]?(\S{3,40})")  # fmt: skip
_TOKEN = re.compile(r"[^\s\"'“”‘’<>()\[\],;]{4,32}")
_HINTS, _HINTING = frozenset({Where.SUBJECT, Where.FILENAME, Where.BODY}), 8_000  # letters
_SHORTEST = 3  # letters of a password that is tried
_EDGE = "\"'“”‘’<>()[].,;:!?"
_STOP = frozenset(
    [
        "password",
        "passcode",
        "below",
        "separate",
        "separately",
        "follows",
        "email",
        "phone",
        "text",
        "shortly",
        "message",
        "call",
        "school",
        "office",
        "protected",
        "required",
        "please",
        "attached",
    ]
)
_OBVIOUS = ("password", "Password1", "Password123", "123456", "school", "letmein", "welcome1")
_WHY = {
    "password-with-file": "the password stands in the same message",
    "password-guessable": "the password is one that anybody would try",
}


@dataclass(slots=True)
class _Beside:
    """The words of the message that may be passwords, of each kind as many as are tried: found once, however many files are locked."""

    near: dict[str, None] = field(default_factory=dict, repr=False)
    tokens: dict[str, None] = field(default_factory=dict, repr=False)
    words: str = field(default="", repr=False)
    hints: tuple[str, ...] = field(default=(), repr=False)
    seen: int = 0  # extracts

    def look(self, out: Reading) -> None:
        """At what was read since the last look."""
        room, before = out.limits.candidates, self.words
        for extract in out.extracts[self.seen :]:
            if len(self.words) < _HINTING and extract.where in _HINTS:
                self.words += f"{' ' if self.words else ''}{extract.text[:2_000]}"
            if len(self.near) < room or len(self.tokens) < room:
                self._look(extract, room)
        if self.words != before or not self.seen:
            self.hints = out.hints(self.words[:_HINTING])
        self.seen = len(out.extracts)

    def _look(self, extract: Extract, room: int) -> None:
        text = " ".join(extract.text[:20_000].split())  # long blanks would make the pattern slow
        if len(self.near) < room:
            _add(self.near, (m.strip(_EDGE) for m in _NEAR.findall(text)))
        if len(self.tokens) < room and extract.where in {Where.SUBJECT, Where.BODY}:
            found = (token.strip(_EDGE) for token in _TOKEN.findall(text[:4_000]))
            _add(self.tokens, filter(_like_password, found))


def _add(known: dict[str, None], found: Iterable[str]) -> None:
    known.update(dict.fromkeys(w for w in found if len(w) >= _SHORTEST and w.lower() not in _STOP))


def _candidates(node: Node, words: _Beside, out: Reading) -> list[tuple[str, str]]:
    """(password, kind of finding) in the order of likelihood, at most as many as the limits allow."""
    stem = node.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    named = [stem] if len(stem) >= _SHORTEST and stem.lower() not in _STOP else []
    beside = list(dict.fromkeys((*words.near, *words.tokens, *named)))
    guesses = [g for g in (*words.hints, *_OBVIOUS) if g not in beside]
    room = out.limits.candidates
    found = [(w, "password-with-file") for w in beside[: room - min(len(guesses), room // 3)]]
    return found + [(g, "password-guessable") for g in guesses[: room - len(found)]]


def _like_password(token: str) -> bool:
    """Letters beside digits or signs, as people choose them."""
    return (
        4 <= len(token) <= 32
        and "@" not in token[1:-1]
        and any(c.isdigit() for c in token)
        and any(c.isalpha() for c in token)
    )


def try_locks(out: Reading) -> None:
    """Try each locked file within the time of the message, the quickest locks first; what opens is read like any other."""
    shut = [n for n in out.locked if n.facts.get("crypto", "") in COST and n.data]
    words = _Beside()
    for node in sorted(shut, key=lambda n: COST[n.facts["crypto"]]):
        cost = COST[node.facts["crypto"]]
        if out.try_seconds + cost > out.limits.try_seconds or out.late:
            node.data = b""
            continue
        words.look(out)
        for password, finding in _candidates(node, words, out):
            if out.try_seconds + cost > out.limits.try_seconds or out.late:
                break
            began = time.monotonic()
            fits = opens(node, password, out)
            out.try_seconds += time.monotonic() - began
            if fits:
                out.find(node, finding, _WHY[finding])
                break
        node.data = b""
    out.locked.clear()
