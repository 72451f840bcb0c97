"""Every kind of lock opens with its password, and with no other: files by LibreOffice, 7-Zip, WinRAR, and by the formats' descriptions."""

import hashlib
import io
import subprocess
import zipfile
import zlib
from base64 import b64encode
from pathlib import Path

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.decrepit.ciphers.algorithms import Blowfish
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from detectors.extract.protection import odf_open
from detectors.findings import Read
from detectors.limits import Limits
from detectors.scan import scan
from detectors.warmth import EMPTY
from tests.corpus.rar import rar4, rar5
from tests.support.mail import make_message

LOCKED = Path(__file__).parents[2] / "corpus" / "locked"
INSIDE = b"<o xmlns='o'><p>Wilhelmina Warmington</p></o>"
PASSWORD = "violet-42"


def by_7zip(folder: Path, *options: str) -> bytes:
    (folder / "a.txt").write_bytes(b"Wilhelmina Warmington")
    subprocess.run(
        ["7zz", "a", f"-p{PASSWORD}", *options, "a.7z", "a.txt"], cwd=folder, check=True, capture_output=True
    )
    return (folder / "a.7z").read_bytes()


def old_odf() -> bytes:
    """OpenDocument 1.2 as OpenOffice wrote it: Blowfish, SHA-1, a sum over the first kilobyte."""
    salt, start = b"s" * 16, b"i" * 8
    packed = deflated(INSIDE)
    key = hashlib.pbkdf2_hmac("sha1", hashlib.sha1(PASSWORD.encode()).digest(), salt, 1_024, 16)
    cipher = Cipher(Blowfish(key), CFB(start)).encryptor()
    total = b64encode(hashlib.sha1(packed[:1_024]).digest()).decode()
    data = (
        f'<manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="{total}">'
        f'<manifest:algorithm manifest:algorithm-name="Blowfish CFB" manifest:initialisation-vector="{coded(start)}"/>'
        f'<manifest:key-derivation manifest:key-derivation-name="PBKDF2" manifest:iteration-count="1024" manifest:salt="{coded(salt)}"/>'
        "</manifest:encryption-data>"
    )
    return odf("content.xml", cipher.update(packed) + cipher.finalize(), data)


def new_odf(memory: int = 8_192) -> bytes:
    """As LibreOffice has written since 24.8: one wrapped package, Argon2id, AES-256-GCM."""
    salt, start = b"s" * 16, b"i" * 12
    inner = odf("content.xml", INSIDE, "")
    key = hash_secret_raw(hashlib.sha256(PASSWORD.encode()).digest(), salt, 3, 8_192, 4, 32, Type.ID)
    data = (
        "<manifest:encryption-data>"
        f'<manifest:algorithm manifest:algorithm-name="http://www.w3.org/2009/xmlenc11#aes256-gcm" manifest:initialisation-vector="{coded(start)}"/>'
        '<manifest:start-key-generation manifest:start-key-generation-name="http://www.w3.org/2001/04/xmlenc#sha256" manifest:key-size="32"/>'
        f'<manifest:key-derivation manifest:key-derivation-name="urn:org:documentfoundation:names:experimental:office:manifest:argon2id" manifest:key-size="32" loext:argon2-iterations="3" loext:argon2-memory="{memory}" loext:argon2-lanes="4" manifest:salt="{coded(salt)}"/>'
        "</manifest:encryption-data>"
    )
    return odf("encrypted-package", start + AESGCM(key).encrypt(start, inner, None), data)


def odf(path: str, content: bytes, lock: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", b"application/vnd.oasis.opendocument.text")
        archive.writestr(path, content)
        entry = (
            f'<manifest:file-entry manifest:full-path="{path}" manifest:size="9">{lock}</manifest:file-entry>'
        )
        archive.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="m">{entry}</manifest:manifest>'
        )
    return target.getvalue()


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def coded(data: bytes) -> str:
    return b64encode(data).decode()


def kinds(name: str, data: bytes, body: str, limits: Limits | None = None) -> set[str]:
    found = scan(
        make_message(body=body, attach=[(name, "application/octet-stream", data)]), EMPTY, limits or Limits()
    )
    inside = [p for p in found.parts if p.path.startswith("0/1/") and p.read is Read.WHOLE]
    return {f.kind for f in found.findings} | ({"inside was read"} if inside else set())


FILES = [
    *(pytest.param(f"locked.{end}", (LOCKED / f"locked.{end}").read_bytes(), id=end) for end in ("odt", "ods", "odp", "doc", "xls")),
    pytest.param("old.odt", old_odf(), id="Blowfish"),
    pytest.param("new.odt", new_odf(), id="Argon2"),
    pytest.param("a.rar", rar4(("a.txt", b"Wilhelmina Warmington", PASSWORD)), id="RAR 4"),
    pytest.param("a.rar", rar5(("a.txt", b"Wilhelmina Warmington", PASSWORD)), id="RAR 5"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), FILES)
def test_the_password_beside_the_file_opens_it(name, data):
    found = kinds(name, data, f"The password is {PASSWORD} as agreed.\r\n")
    assert {"password-with-file", "pupil-name", "inside was read"} <= found


@pytest.mark.parametrize(("name", "data"), FILES)
def test_no_other_password_opens_it(name, data):
    found = kinds(name, data, "The password is violet-43.\r\n", Limits(candidates=2))
    assert not found & {"password-with-file", "password-guessable", "inside was read"}
    assert found & {"protected:strong", "protected:weak"}


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("-mhe=on",)], ids=["content", "names too"])
def test_7z_by_7zip(tmp_path, options):
    data = by_7zip(tmp_path, *options)
    assert {"password-with-file", "pupil-name"} <= kinds("a.7z", data, f"password: {PASSWORD}\r\n")
    assert "inside was read" not in kinds("a.7z", data, "password: violet-43\r\n", Limits(candidates=2))


@pytest.mark.parametrize("name", ["rar5-psw.rar", "rar5-hpsw.rar", "rar5-psw-blake.rar"])
def test_rar_by_winrar(name):
    """Packed and stored entries both; the password is one that anybody would try."""
    found = kinds(name, (LOCKED / name).read_bytes(), "See attached.\r\n")
    assert {"password-guessable", "inside was read"} <= found
    assert not {k for k in found if k.startswith("unreadable")}


def test_a_key_that_is_stretched_for_minutes_is_not_tried():
    """Nobody's worker is kept busy by a number in a file."""
    slow = rar5(("a.txt", b"x" * 40, PASSWORD), rounds=10).replace(b"\x01\x00\x01\x0a", b"\x01\x00\x01\x18")
    assert "inside was read" not in kinds("a.rar", slow, f"password: {PASSWORD}\r\n")
    with pytest.raises(ValueError, match="stretched"):
        odf_open.opened(new_odf(memory=4_000_000), PASSWORD, 10**8)


def test_a_message_has_its_budget_for_tries():
    """With no time left nothing is tried, and the lock is judged all the same."""
    data = (LOCKED / "locked.odt").read_bytes()
    found = kinds("a.odt", data, f"password: {PASSWORD}\r\n", Limits(try_seconds=0.01))
    assert "password-with-file" not in found
    assert "protected:strong" in found
