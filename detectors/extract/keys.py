"""The key under the mat: a few likely passwords for a locked file, from the same message and from what everybody would try."""

import re
import time

from detectors.extract.reading import Node, Reading
from detectors.extract.unlock import COST, opens
from detectors.findings import Where

_NEAR = re.compile(r"(?i)\b(?:pass ?words?|pass ?codes?|pass ?phrases?|p/?w|pwd|pin|key|code|unlock|open it with|opens with)\b(?:\s+(?:is|for|to|the|this|that|file|document|open|it|of|attachment|will be|as|spreadsheet|attached))*\s*[:=\-–]?\s*[\"'“‘(<\[]?(\S{3,40})")  # fmt: skip
_TOKEN = re.compile(r"[^\s\"'“”‘’<>()\[\],;]{4,32}")
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


def candidates(node: Node, out: Reading) -> list[tuple[str, str]]:
    """(password, kind of finding) in the order of likelihood, at most as many as the limits allow."""
    near: list[str] = []
    tokens: list[str] = []
    for extract in out.extracts:
        text = " ".join(extract.text[:20_000].split())  # long blanks would make the pattern slow
        near += [m.strip(_EDGE) for m in _NEAR.findall(text)]
        if extract.where in {Where.SUBJECT, Where.BODY}:
            tokens += [t.strip(_EDGE) for t in _TOKEN.findall(text[:4_000]) if _like_password(t.strip(_EDGE))]
    stem = node.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    beside = [w for w in dict.fromkeys((*near, *tokens, stem)) if len(w) >= 3 and w.lower() not in _STOP]
    words = " ".join(
        e.text[:2_000] for e in out.extracts if e.where in {Where.SUBJECT, Where.FILENAME, Where.BODY}
    )
    guesses = [g for g in (*out.hints(words[:8_000]), *_OBVIOUS) if g not in beside]
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
    for node in sorted(shut, key=lambda n: COST[n.facts["crypto"]]):
        cost = COST[node.facts["crypto"]]
        for password, finding in candidates(node, out):
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
