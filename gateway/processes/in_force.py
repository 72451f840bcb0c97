"""What is in force while the gateway runs: settings, directory and policies of one moment, replaced as a whole or not at all."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from detectors.directory import Directory, DirectoryError
from detectors.findings import Scan
from detectors.fingerprints import Fingerprints
from gateway import installation, maillog, metrics
from gateway.settings import Settings
from gateway.settings_file import SettingsError, read
from policies import Facts, History, PolicyError, PolicySet, Standing, decide, facts, in_mode, to_recall
from policies.emergency import emergency_routes
from policies.envelope import Envelope
from policies.explain import explain_set
from policies.people import known
from policies.policy_set import MONITOR
from policies.verdict import Action, Hit, Verdict
from quarantine.config import Rules
from quarantine.keys import KeysError
from quarantine.masks import address_fingerprint

NOTHING, NO_HISTORY = Standing(), History.empty()
BYPASS = "panic-bypass"  # stands in the record beside what would have happened
# What the running process took at its start and keeps until the next one.
FIXED = (
    "smtp",
    "next_hop",
    "storage",
    "scan",
    "sandbox",
    "metrics",
    "console",
    "pages",
    "dkim",
    "before_sending",
)


@dataclass(frozen=True, slots=True)
class InForce:
    """One consistent set."""

    settings: Settings
    directory: Directory
    policy_set: PolicySet

    def whose(self, envelope: Envelope) -> Envelope:
        """The envelope with its sender's school (the first one takes the rest), and marked where a machine sent it."""
        domain = envelope.mail_from.rpartition("@")[2].lower()
        schools = self.settings.school
        school = next((s for s in schools if domain in s.domains), schools[0])
        machines = {address.lower() for address in self.settings.senders.unattended}
        tags = ("unattended",) if envelope.mail_from.lower() in machines else ()
        return replace(envelope, school=school.key, tags=(*envelope.tags, *tags))

    def to_recall(self, envelope: Envelope, scan: Scan) -> frozenset[str]:
        """What the history must be asked for before the facts are made."""
        return to_recall(envelope, scan, self.directory)

    def facts(self, envelope: Envelope, scan: Scan, history: History = NO_HISTORY) -> Facts:
        return facts(envelope, scan, self.directory, history)

    def decide(self, found: Facts, standing: Standing = NOTHING) -> Verdict:
        """The verdict; while the bypass holds nothing is more than a line in the record, which says so."""
        if not standing.bypassed(found.school, found.received_at):
            return decide(found, self.policy_set, standing.waivers)
        verdict = decide(found, in_mode(self.policy_set, MONITOR))
        note = Hit(policy=BYPASS, action=Action.LOG, why="The bypass is on: mail passes unhindered.")
        return replace(verdict, action=max(verdict.action, Action.LOG), hits=(*verdict.hits, note))

    def emergency(self, found: Facts) -> dict[str, str]:
        """How each recipient is reached when a child is at risk now."""
        return emergency_routes(found, self.policy_set).by_address

    @property
    def rules(self) -> Rules:
        """What of the set concerns the other processes."""
        found, header = self.policy_set, self.policy_set.header
        return Rules(
            policy_set=found.version,
            mode=found.mode,
            obstacles=found.obstacles,
            waivers=installation.waivers(found),
            incident_to=header.incident_to,
            lead=header.harmful_to,
            words=explain_set(found),
            source=str(installation.policy_source(self.settings)),
            directory=self._people(),
            partners=tuple((p.domain, p.tls, p.reason) for p in self.directory.partners),
            aliases=self._aliases(),
            weak=self._weak(),
        )

    def _people(self) -> dict[str, str | int]:
        """How many of each, and since when: no name."""
        found = self.directory
        times = [
            file.stat().st_mtime for file in installation.directory_sources(self.settings) if file.exists()
        ]
        since = datetime.fromtimestamp(min(times), UTC).isoformat() if times else ""
        kinds = ("pupils", "staff", "contacts", "partners", "outsiders")
        return {
            "version": found.version,
            "since": since,
            **{kind: len(getattr(found, kind)) for kind in kinds},
        }

    def _aliases(self) -> tuple[tuple[str, ...], ...]:
        """Keyed: who may decide on a message does not, having sent it under another address of their own."""
        prints = self.directory.fingerprints
        return tuple(
            tuple(address_fingerprint(prints, address) for address in person.work_emails)
            for person in self.directory.staff
            if len(person.work_emails) > 1
        )

    def _weak(self) -> tuple[str, ...]:
        """Pupils whose names are ordinary words too."""
        from detectors.recognize.name_lists import weak_names  # noqa: PLC0415 - readers of names, which taking mail does not wait for

        ids = set(weak_names(self.directory))
        return tuple(f"{p.legal_forename} {p.legal_surname}" for p in self.directory.pupils if p.id in ids)

    def contacts(self) -> frozenset[str]:
        """The keyed hashes of all contacts' addresses."""
        return frozenset(known(self.directory).contact_pupils)


def load(settings: Settings, fingerprints: Fingerprints, *, today: date) -> InForce:
    """Everything that the settings name, or the first thing that is wrong with it."""
    return InForce(
        settings,
        installation.directory(settings, fingerprints, today=today),
        installation.policy_set(settings),
    )


@dataclass(frozen=True, slots=True)
class Refused:
    """A set that is broken: what it is, and where in it, without any value."""

    what: str
    where: str


def reload(old: InForce, fingerprints: Fingerprints, *, today: date) -> InForce | Refused:
    """The set that is on disk now, not yet in force; a refusal, said loudly, when it is broken: then the old one stays."""
    try:
        new = load(read(old.settings.source), fingerprints, today=today)
    except (SettingsError, DirectoryError, PolicyError, KeysError, OSError) as wrong:
        refused = _refused(wrong)
        maillog.reload_refused(what=refused.what, cause=type(wrong).__name__, where=refused.where)
        metrics.RELOADS.labels(outcome="refused").inc()
        metrics.RELOAD_BROKEN.set(1)
        return refused
    return new


def reloaded(old: InForce, new: InForce) -> None:
    """Say that a new set is in force: called when the next message is judged by it, workers and all."""
    for name in FIXED:
        if getattr(new.settings, name) != getattr(old.settings, name):
            maillog.needs_restart(table=name)
    tell(new)
    metrics.RELOADS.labels(outcome="done").inc()
    metrics.RELOAD_BROKEN.set(0)
    maillog.reloaded(
        policy_set=new.policy_set.version, directory=new.directory.version, pupils=len(new.directory.pupils)
    )


def _refused(wrong: Exception) -> Refused:
    match wrong:
        case SettingsError():
            return Refused("settings", wrong.key)
        case PolicyError():
            return Refused("policies", ":".join(filter(None, (wrong.policy, wrong.key))))
        case DirectoryError():
            return Refused("directory", f"line:{wrong.line}")
        case KeysError():
            return Refused("directory", "key")
    return Refused("files", "")


def tell(force: InForce) -> None:
    """The numbers of the directory in force."""
    metrics.DIRECTORY_PUPILS.set(len(force.directory.pupils))
    ages = [
        datetime.now(UTC).timestamp() - file.stat().st_mtime
        for file in installation.directory_sources(force.settings)
        if file.exists()
    ]
    metrics.DIRECTORY_AGE.set(max(ages, default=0.0))
