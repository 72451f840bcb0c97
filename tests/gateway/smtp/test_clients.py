"""Who may send: networks, certificates, tenants and passwords."""

import ipaddress
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
from argon2 import PasswordHasher

from gateway.settings import Client as Peer
from gateway.settings import Smtp
from gateway.smtp import users
from gateway.smtp.clients import access, names_match, normal_address, of_tenant
from gateway.smtp.endpoint import InUse
from gateway.smtp.refused import Refused
from tests.gateway.smtp.running import connected, gateway, run

MAIL = b"X-Tenant: Our-School\r\nSubject: x\r\n\r\nbody\r\n.\r\n"


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("192.0.2.1", True),
        ("192.0.3.1", False),
        ("::ffff:192.0.2.1", True),
        ("2001:db8::5", True),
        ("2001:db9::5", False),
        ("fe80::1%eth0", False),
        ("198.51.100.7", True),
        ("198.51.100.8", False),
    ],
)
def test_networks(address: str, trusted: bool) -> None:
    known = access(["192.0.2.0/24", "2001:db8::/32", "198.51.100.7"], [])
    assert known.trusts(normal_address(address)) is trusted


def test_no_network_is_nobody() -> None:
    """An empty list lets nobody in."""
    assert not access([], []).trusts(normal_address("127.0.0.1"))


@pytest.mark.parametrize(
    ("wanted", "names", "good"),
    [
        ("mail.example.org", ("mail.example.org",), True),
        ("Mail.Example.org", ("mail.example.org",), True),
        ("mail.example.org", ("*.example.org",), True),
        ("a.mail.example.org", ("*.example.org",), False),
        ("example.org", ("*.example.org",), False),
        ("mail.example.org", ("mail.example.org.evil.example", "evil.example"), False),
        ("mail.example.org", (), False),
    ],
)
def test_certificate_names(wanted: str, names: tuple[str, ...], good: bool) -> None:
    assert names_match(wanted, names) is good


PEER = Peer(name="cloud", networks=("192.0.2.0/24",), tenant_header="X-Tenant", tenant="our-school")


@pytest.mark.parametrize(
    ("head", "good"),
    [
        (b"X-Tenant: our-school\r\n", True),
        (b"A: b\r\nx-tenant:\r\n OUR-SCHOOL \r\nC: d\r\n", True),
        (b"X-Tenant: other\r\n", False),
        (b"X-Tenant: our-school\r\nX-Tenant: other\r\n", False),
        (b"X-Tenant: our-school\r\nX-Tenant: our-school\r\n", False),
        (b"X-Tenant: our-school x\r\n", False),
        (b"X-Tenant-Id: our-school\r\n", False),
        (b"A: b\r\n X-Tenant: our-school\r\n", False),
        (b"A: b\r\n\r\nX-Tenant: our-school\r\n", False),
        (b"", False),
    ],
)
def test_tenant_header(head: bytes, good: bool) -> None:
    """Exactly one field with exactly the value, in the header: a second one is a forgery."""
    assert of_tenant([PEER], head + b"\r\nbody\r\n") is good


def test_ipv6_clients_are_counted_by_network() -> None:
    """One host has a /64 to itself: its addresses are one client."""
    counts = InUse()
    settings = Smtp(max_connections_per_client=1)
    assert counts.enter(ipaddress.ip_address("2001:db8::1"), settings) == ""
    assert counts.enter(ipaddress.ip_address("2001:db8:0:1::1"), settings) == ""
    assert counts.enter(ipaddress.ip_address("2001:db8::2"), settings) == "too_many_from_you"


# A client behind shared addresses


def peer_settings(school_tls: dict[str, Path], **proof: Any) -> dict[str, Any]:
    peer = Peer(name="cloud", networks=("127.0.0.0/8",), ca=school_tls["CA"], **proof)
    return {
        "allow_from": (),
        "client": (peer,),
        "tls_certificate": school_tls["CERT"],
        "tls_key": school_tls["KEY"],
    }


def client_context(authority: trustme.CA, leaf: trustme.LeafCert | None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    authority.configure_trust(context)
    if leaf is not None:
        leaf.configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("mail.cloud.example", "250 2.1.0 Sender OK"),
        ("mail.other.example", "550 5.7.1 Mail from your network needs the agreed TLS client certificate"),
        ("", "550 5.7.1 Mail from your network needs the agreed TLS client certificate"),
    ],
)
def test_the_agreed_certificate(
    authority: trustme.CA, school_tls: dict[str, Path], name: str, reply: str
) -> None:
    async def story() -> None:
        settings = peer_settings(school_tls, certificate="mail.cloud.example")
        leaf = authority.issue_cert(name) if name else None
        async with gateway(**settings) as running, connected(running.port) as client:
            assert await client.say("MAIL FROM:<a@b>") == "530 5.7.0 Send STARTTLS first"
            await client.start_tls(client_context(authority, leaf))
            assert await client.say("HELO x", "MAIL FROM:<a@b>") == reply

    run(story())


def test_a_certificate_that_nobody_vouches_for_ends_the_handshake(
    authority: trustme.CA, school_tls: dict[str, Path]
) -> None:
    async def story() -> None:
        settings = peer_settings(school_tls, certificate="mail.cloud.example")
        leaf = trustme.CA().issue_cert("mail.cloud.example")
        async with gateway(**settings) as running, connected(running.port) as client:
            with suppress(
                ssl.SSLError, ConnectionError
            ):  # with TLS 1.3 a client notices after its own part is done
                await client.start_tls(client_context(authority, leaf))
                assert await client.say("HELO x") == ""
            assert ("tls_failed", "127.0.0.1") in running.reports

    run(story())


def test_without_ca_the_authorities_of_the_system_vouch(
    school_tls: dict[str, Path], monkeypatch: pytest.MonkeyPatch, authority: trustme.CA
) -> None:
    async def story() -> None:
        peer = Peer(name="cloud", networks=("127.0.0.0/8",), certificate="mail.cloud.example")
        settings = {**peer_settings(school_tls), "client": (peer,)}
        leaf = authority.issue_cert("mail.cloud.example")
        async with gateway(**settings) as running, connected(running.port) as client:
            await client.start_tls(client_context(authority, leaf))
            assert await client.say("HELO x", "MAIL FROM:<a@b>") == "250 2.1.0 Sender OK"

    monkeypatch.setenv("SSL_CERT_FILE", str(school_tls["CA"]))
    run(story())


def test_who_need_not_prove_anything_is_not_asked(authority: trustme.CA, school_tls: dict[str, Path]) -> None:
    """A client of allow_from with a certificate that nobody knows gets its TLS all the same."""

    async def story() -> None:
        settings = {"tls_certificate": school_tls["CERT"], "tls_key": school_tls["KEY"]}
        leaf = trustme.CA().issue_cert("mail.cloud.example")
        async with gateway(**settings) as running, connected(running.port) as client:
            await client.start_tls(client_context(authority, leaf))
            assert await client.say("HELO x", "MAIL FROM:<a@b>") == "250 2.1.0 Sender OK"

    run(story())


@pytest.mark.parametrize(
    ("tenant", "reply"),
    [
        ("our-school", "250 2.0.0 Message taken, reference 01JWQXWZM00000000000000000"),
        ("other-school", "550 5.7.1 The message does not come from the agreed tenant"),
    ],
)
def test_the_agreed_tenant(school_tls: dict[str, Path], tenant: str, reply: str) -> None:
    """The message itself must come from the tenant; nothing else of it is taken."""

    async def story() -> None:
        settings = peer_settings(school_tls, tenant_header="X-Tenant", tenant=tenant)
        async with gateway(**settings) as running, connected(running.port) as client:
            assert await client.deliver(MAIL) == reply
            assert bool(running.taken) is reply.startswith("250")

    run(story())


# Users


HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("pä ss:word")


@pytest.mark.parametrize(
    "text",
    ["copier", "copier:secret", ":" + HASH, f"copier:{HASH}\ncopier:{HASH}", "copier:", "copier:$5$x"],
    ids=["no hash", "clear text", "no name", "twice", "empty hash", "another hash"],
)
def test_a_broken_users_file(tmp_path: Path, text: str) -> None:
    """Found at the start, by line, without a word of its content."""
    (tmp_path / "users").write_text(f"# devices\n{text}\n")

    async def story() -> None:
        async with gateway(users=tmp_path / "users"):
            raise AssertionError

    with pytest.raises(users.UsersError, match=r"line [23] of the users file") as caught:
        run(story())
    assert "copier" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "password", "good"),
    [
        ("copier", "pä ss:word", True),
        ("copier", "pass", False),
        ("nobody", "", False),
        ("", "pä ss:word", False),
    ],
)
def test_passwords(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, password: str, good: bool
) -> None:
    """A name that is not there is checked against a hash all the same (here a cheap one)."""
    monkeypatch.setattr(users, "_nobody", lambda: HASH)
    (tmp_path / "users").write_text(f"\n# x\ncopier:{HASH}\n")
    assert users.verify(tmp_path / "users", name, password) is good


@pytest.mark.parametrize(
    "response",
    ["AA==", "YWJj", "AGEAYgBj", "b3RoZXIAYQBi", "=", "/w==", "a", "AAAA"],
    ids=["nul", "no-nul", "three-nuls", "other-identity", "empty", "not-utf8", "torn", "no-name"],
)
def test_broken_plain_responses(response: str) -> None:
    with pytest.raises(Refused) as caught:
        users.plain(response)
    assert caught.value.name == "bad_base64"


def test_identity_equal_to_the_name() -> None:
    assert users.plain("YQBhAGI=") == ("a", "b")


def test_a_users_file_that_went_away_is_for_now(
    tmp_path: Path, school_tls: dict[str, Path], client_tls: Any
) -> None:
    """The device keeps its scan and tries again; the report says what is broken."""
    path = tmp_path / "users"
    path.write_text(f"copier:{HASH}\n")

    async def story() -> None:
        settings = {"tls_certificate": school_tls["CERT"], "tls_key": school_tls["KEY"], "users": path}
        async with gateway(**settings) as running, connected(running.port) as client:
            await client.start_tls(client_tls)
            path.unlink()
            assert await client.say("HELO x", "AUTH PLAIN AGEAYg==") == (
                "454 4.7.0 Cannot check the password now, please try again later"
            )
            assert running.reports == [("users_file:FileNotFoundError", "127.0.0.1")]

    run(story())
