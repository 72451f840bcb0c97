"""Certificates and a users file for the SMTP tests."""

import ssl
from pathlib import Path

import pytest
import trustme
from argon2 import PasswordHasher


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def school_tls(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Paths by the names that scripts use for them: CERT, KEY, CA, USERS (copier / "open sesame")."""
    folder = tmp_path_factory.mktemp("tls")
    paths = {name: folder / name.lower() for name in ("CERT", "KEY", "CA", "USERS")}
    leaf = authority.issue_cert("gw.example.sch.uk", "127.0.0.1")
    leaf.private_key_pem.write_to_path(paths["KEY"])
    for blob in leaf.cert_chain_pems:
        blob.write_to_path(paths["CERT"], append=True)
    authority.cert_pem.write_to_path(paths["CA"])
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("open sesame")
    paths["USERS"].write_text(f"# devices\n\ncopier:{hashed}\n")
    return paths


@pytest.fixture(scope="session")
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    authority.configure_trust(context)
    return context
