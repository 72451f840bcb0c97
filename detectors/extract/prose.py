"""Words in a row where a machine writes: what is no such form is a sentence, and is read as one."""

import re

SENTENCE = 3  # words
_WORD = re.compile(r"([\"'(<]*)([^\W\d_]{2,}(?:['’_-][^\W\d_]+)*)([\"')>.,;:!?]*)")
# What mail servers write about the way of a message.
_MACHINES = frozenset(["daylight", "time", "standard", "summer", "greenwich", "transitioning", "discourages", "use", "requires", "digest", "rsa", "ecdsa", "aes", "sha", "by", "for", "from", "with", "id", "via", "using", "as", "of", "the", "to", "and", "in", "on", "at", "no", "not", "is", "was", "or", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "gmt", "utc", "bst", "est", "tls", "ssl", "smtp", "esmtp", "esmtps", "esmtpsa", "http", "https", "lmtp", "local", "version", "cipher", "bits", "client", "server", "certificate", "requested", "present", "verify", "verified", "ok", "user", "authenticated", "sender", "envelope", "domain", "designates", "designate", "permitted", "does", "neither", "nor", "policy", "published", "default", "host", "record", "records", "best", "guess", "address", "google", "microsoft", "exchange", "frontend", "transport", "service", "mapi", "mailbox", "store", "pass", "fail", "none", "neutral", "softfail", "temperror", "permerror", "action", "reason", "header", "signature", "mime", "message", "mail", "mac", "os", "apple", "plain", "text", "html", "mixed", "alternative", "charset", "boundary", "related", "deferred", "queue", "postfix", "sendmail", "exim", "inbound", "outbound", "receiver", "identity", "mailfrom", "helo", "edge", "mx", "relay", "spf", "dkim", "dmarc", "arc", "gateway", "cloud", "outlook", "office", "windows", "linux", "live", "mailer", "running", "mapped", "unknown", "unverified", "be", "forged", "expires"])  # fmt: skip


def is_sentence(value: str) -> bool:
    """Whether so many words stand in a row as in nothing that a machine writes."""
    return longest(value) >= SENTENCE


def longest(value: str) -> int:
    """How many words stand in a row at most that machines do not write."""
    most = row = 0
    for token in value.split():
        word = _WORD.fullmatch(token)
        if word is None:
            row = 0
            continue
        own = sum(one.casefold() not in _MACHINES for one in word[2].split("_"))
        row = own if word[1] else row + own
        most = max(most, row)
        row = 0 if word[3] else row
    return most
