"""Words of a message where machines write, around its parts and beside their encoding are read; what machines write is no finding."""

import base64

import pytest

from detectors.extract import headers
from tests.support.needle import HEAD, NEEDLE, TOLD, found, mail, parts, text

PLAIN = "Content-Type: text/plain\r\n\r\nHello\r\n"
MACHINES = """\
Received: from AM0.eurprd08.prod.outlook.com (2603:10a6::20) by DB9.outlook.com (2603:10a6::10) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.7409.26; Mon, 2 Jun 2025 10:00:00 +0000
Received: from mail.example.org (mail.example.org [192.0.2.4]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519) (No client certificate requested) by mx.example.net (Postfix) with ESMTPS id 4F1A2 for <a@example.net>; Mon, 2 Jun 2025 10:00:00 +0100 (BST)
Received: from [192.168.1.5] (unknown [10.0.0.1]) by smtp.example.org (Postfix) with ESMTPSA; Mon, 2 Jun 2025 10:00:00 +0100
Authentication-Results: mx.google.com; dkim=pass header.i=@example.org; spf=pass (google.com: domain of a@example.org designates 192.0.2.1 as permitted sender) smtp.mailfrom=a@example.org; dmarc=pass (p=NONE sp=NONE dis=NONE)
Authentication-Results: dkim=none (message not signed) header.d=none;dmarc=none action=none header.from=example.org;
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=one; h=From:Date:Subject:Message-ID; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AbC dEf
MIME-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.300.61.1.2\\))
Date: Mon, 02 Jun 2025 10:00:00 +0100 (GMT Daylight Time)
References: <AM0PR08MB@AM0PR08MB1234.prod.outlook.com> <CAF_ab-c_de@mail.gmail.com>
Content-Type: application/pdf; name="School Trip Letter to Parents.pdf"
Content-Disposition: attachment; filename="School Trip Letter.pdf"; creation-date="Mon, 02 Jun 2025 09:00:00 GMT\""""  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["Received", "Date", "References", "Message-ID", "In-Reply-To", "Content-Language", "DKIM-Signature", "Organization", "X-MS-Note", "X-Mailer", "List-Id"],
)  # fmt: skip
def test_a_sentence_in_a_field_that_machines_write_tells_of_the_pupil(name: str) -> None:
    assert found(f"{name}: {NEEDLE}\r\n".encode() + HEAD + b"\r\nHello\r\n") >= TOLD | {"personal-data"}


def test_a_sentence_among_a_field_s_own_form_is_read() -> None:
    assert found(HEAD.replace(b"+0100", f"+0100 ({NEEDLE})".encode()) + b"\r\nHello\r\n") >= TOLD
    assert found(mail(f'Content-Type: text/plain; note="{NEEDLE}"\r\n', "Hello\r\n")) >= TOLD
    assert (
        found(HEAD.replace(b"Subject: Hi", f"Subject: =?utf-8?b?{NEEDLE}?=".encode()) + b"\r\nHello\r\n")
        >= TOLD
    )
    odd = f"Subject: =?{NEEDLE.replace(' ', '_')}?q?x?=".encode()
    assert found(HEAD.replace(b"Subject: Hi", odd) + b"\r\nHello\r\n") >= TOLD


@pytest.mark.parametrize("line", MACHINES.splitlines())
def test_what_machines_write_in_a_field_is_no_sentence(line: str) -> None:
    name, _, value = line.partition(": ")
    assert not headers.spoken(name, value)


def test_more_encoded_words_than_are_decoded_are_said() -> None:
    many = b"Subject: " + b"=?q?q?a?=\r\n " * 2_100 + b"=?utf-8?q?=41melia?="
    assert "unreadable:headers" in found(HEAD.replace(b"Subject: Hi", many) + b"\r\nHello\r\n")


@pytest.mark.parametrize(
    "field",
    [
        f"Subject: {NEEDLE}",
        f"Content-Location: {NEEDLE}",
        f"Content-ID: <{NEEDLE}>",
        f"Content-Description: x\r\nContent-Description: {NEEDLE}",
        f'Content-Disposition: attachment; note="{NEEDLE}"',
    ],
)
def test_the_fields_of_a_part_are_read(field: str) -> None:
    assert found(parts(f"Content-Type: text/plain\r\n{field}\r\n\r\nHello\r\n")) >= TOLD
    whole = f"Content-Type: multipart/mixed; boundary=c\r\n{field}\r\n\r\n--c\r\n{PLAIN}--c--\r\n"
    assert found(parts(whole)) >= TOLD


def test_a_part_of_very_many_names_is_said_to_be_read_in_part() -> None:
    many = "; ".join(f"p{n}=x" for n in range(60))
    assert "unreadable:headers" in found(
        parts(f'Content-Type: text/plain; {many}; name="a.txt"\r\n\r\nHello\r\n')
    )
    several = "Content-Disposition: attachment; filename=a\r\n" * 10
    assert "unreadable:headers" in found(parts(f"Content-Type: text/plain\r\n{several}\r\nHello\r\n"))


def test_words_beside_what_programs_write_around_the_parts_are_read() -> None:
    usual = "This is a multi-part message in MIME format."
    assert found(parts(PLAIN, before=f"{usual} {NEEDLE}\r\n")) >= TOLD
    assert found(parts(PLAIN, behind=f"{NEEDLE} MIME format\r\n")) >= TOLD
    assert not found(parts(PLAIN, before=f"{usual}\r\n"))


PACKED = base64.encodebytes(b"Hello dear parents, this is our letter\n" * 4).decode().replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (NEEDLE, "base64"),
        (NEEDLE.replace(" ", "\r\n"), "base64"),
        (f"{PACKED}\r\n{NEEDLE}\r\n", "base64"),
        (f"Hello=\r{NEEDLE}\r\nbye\r\n", "quoted-printable"),
        (f"{NEEDLE}\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n", "x-uuencode"),
        (f"begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n{NEEDLE}\r\n", "x-uuencode"),
    ],
)
def test_words_beside_an_encoding_are_read(body: str, encoding: str) -> None:
    """A footer that a list put below base64, an encoding that is named and not used, and what decoders pass over."""
    assert found(text(body, encoding=encoding)) >= TOLD


def test_true_base64_is_no_finding() -> None:
    assert not found(text(PACKED, encoding="base64"))
    assert not found(text("SGVsbG8gZGVhciBwYXJlbnRz\r\n", encoding="base64"))
