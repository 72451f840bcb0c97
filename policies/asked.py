"""A sender asks in the subject that files be locked: that is a question with one answer chosen, and never weakens a verdict."""

from dataclasses import replace

from detectors.findings import Part, Scan, Where
from policies.verdict import Action, Cure, Hit, Verdict

ASKED = "asked-in-the-subject"  # stands where a policy's id stands
LOCK = "You asked for it in the subject: this file is locked before it leaves."
NOTHING = "You asked in the subject to lock this e-mail, and it has no file. Only files can be locked, not the text."
_LOCKED = "protected:strong"


def asked_to_lock(verdict: Verdict, scan: Scan) -> Verdict:
    """The verdict with a question for each file that is not locked yet; one for the message where it has no file."""
    files = [part for part in scan.parts if part.role is Where.ATTACHMENT and _own_part(part)]
    strong = {finding.part for finding in scan.findings if finding.kind == _LOCKED}
    hits = [_lock(part) for part in files if part.path not in strong]
    if not files:
        hits = [Hit(policy=ASKED, action=Action.ASK, why=NOTHING, cures=(Cure.CONFIRM,))]
    if not hits:
        return verdict
    return replace(verdict, action=max(verdict.action, Action.ASK), hits=(*verdict.hits, *hits))


def only_asked(verdict: Verdict) -> bool:
    """Whether nothing else stops the message than the wish to have its files locked."""
    stops = [hit for hit in verdict.hits if hit.action >= Action.ASK and not hit.monitor]
    return bool(stops) and all(hit.policy == ASKED and Cure.ENCRYPT in hit.cures for hit in stops)


def _own_part(part: Part) -> bool:
    """Whether it is an attachment itself, not a file inside one."""
    return part.path.count("/") == 1 and bool(part.sha256)


def _lock(part: Part) -> Hit:
    return Hit(
        policy=ASKED,
        action=Action.ASK,
        why=LOCK,
        cures=(Cure.ENCRYPT, Cure.REMOVE, Cure.CONFIRM),
        part=part.path,
        label=part.label,
        where=Where.ATTACHMENT,
    )
