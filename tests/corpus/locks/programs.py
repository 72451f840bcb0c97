"""Files that programs lock: qpdf, 7-Zip, GnuPG, OpenSSL."""

import subprocess
from pathlib import Path

from detectors.findings import Protection
from tests.corpus.locks.verdict import LOOKALIKE, NONE, STRONG, WEAK, Lock
from tests.corpus.plain import plain_pdf


def _run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=120)


def by_programs(folder: Path) -> list[Lock]:
    """By qpdf, 7-Zip, GnuPG, OpenSSL and LibreOffice."""
    folder.joinpath("a.pdf").write_bytes(plain_pdf())
    folder.joinpath("a.txt").write_bytes(b"Quill Inside " * 20)
    folder.joinpath("b.txt").write_bytes(b"Quill Beside " * 20)
    made: list[tuple[str, Protection]] = []
    for name, verdict, options in (
        ("q256.pdf", STRONG, ("pw", "own", "256", "--")),
        ("q256-owner.pdf", LOOKALIKE, ("", "own", "256", "--")),
        ("q128aes.pdf", STRONG, ("pw", "own", "128", "--use-aes=y", "--")),
        ("q128.pdf", WEAK, ("pw", "own", "128", "--use-aes=n", "--")),
        ("q40.pdf", WEAK, ("pw", "own", "40", "--")),
        ("q256r5.pdf", WEAK, ("pw", "own", "256", "--force-R5", "--")),
    ):
        _run("qpdf", "--allow-weak-crypto", "--encrypt", *options, "a.pdf", name, cwd=folder)
        made.append((name, verdict))
    for name, verdict, options in (
        ("z-aes.zip", STRONG, ("-tzip", "-pxyzzy9", "-mem=AES256")),
        ("z-aes128.zip", STRONG, ("-tzip", "-pxyzzy9", "-mem=AES128")),
        ("z-old.zip", WEAK, ("-tzip", "-pxyzzy9", "-mem=ZipCrypto")),
        ("z-plain.zip", NONE, ("-tzip",)),
        ("s-content.7z", STRONG, ("-pxyzzy9",)),
        ("s-header.7z", STRONG, ("-pxyzzy9", "-mhe=on")),
        ("s-plain.7z", NONE, ()),
    ):
        _run("7zz", "a", *options, name, "a.txt", cwd=folder)
        made.append((name, verdict))
    for name, options in (("z-half.zip", ("-tzip", "-mem=AES256")), ("s-half.7z", ())):
        _run("7zz", "a", *options, name, "a.txt", cwd=folder)
        _run("7zz", "a", "-pxyzzy9", *options, name, "b.txt", cwd=folder)
        made.append((name, LOOKALIKE))
    made += _by_gnupg(folder) + _by_openssl(folder)
    return [(name, folder.joinpath(name).read_bytes(), verdict) for name, verdict in made]


def _by_gnupg(folder: Path) -> list[tuple[str, Protection]]:
    home = folder / "gnupg"
    home.mkdir(mode=0o700)
    common = (
        "gpg",
        "--homedir",
        str(home),
        "--batch",
        "--yes",
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        "xyzzy9",
    )
    _run(*common, "--symmetric", "--armor", "-o", "g-symmetric.asc", "a.txt", cwd=folder)
    _run(*common, "--symmetric", "-o", "g-symmetric.gpg", "a.txt", cwd=folder)
    _run(*common, "--store", "--armor", "-o", "g-store.asc", "a.txt", cwd=folder)
    _run("gpgconf", "--homedir", str(home), "--kill", "gpg-agent", cwd=folder)
    return [("g-symmetric.asc", STRONG), ("g-symmetric.gpg", STRONG), ("g-store.asc", NONE)]


def _by_openssl(folder: Path) -> list[tuple[str, Protection]]:
    _run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "k.pem",
        "-out",
        "c.pem",
        "-subj",
        "/CN=x",
        cwd=folder,
    )
    made = []
    for name, cipher, verdict in (
        ("o-aes.p7m", "-aes256", STRONG),
        ("o-3des.p7m", "-des3", WEAK),
        ("o-gcm.p7m", "-aes-256-gcm", STRONG),
    ):
        _run(
            "openssl",
            "cms",
            "-encrypt",
            cipher,
            "-binary",
            "-in",
            "a.txt",
            "-outform",
            "DER",
            "-out",
            name,
            "c.pem",
            cwd=folder,
        )
        made.append((name, verdict))
    sign = (
        "openssl",
        "cms",
        "-sign",
        "-nodetach",
        "-binary",
        "-in",
        "a.txt",
        "-signer",
        "c.pem",
        "-inkey",
        "k.pem",
        "-outform",
        "DER",
    )
    _run(*sign, "-out", "o-signed.p7m", cwd=folder)
    _run(*sign, "-stream", "-indef", "-out", "o-indefinite.p7m", cwd=folder)
    return [*made, ("o-signed.p7m", NONE), ("o-indefinite.p7m", NONE)]
