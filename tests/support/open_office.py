"""Opens locked files with LibreOffice and prints their text as JSON; runs under the Python that has its `uno` module."""

import json
import subprocess
import sys
import time
import uuid
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.uno import Exception as UnoError

WITHIN = 90  # seconds for the program to start


def main(password: str, files: list[str]) -> None:
    """One line of JSON: per file its text, or null where it does not open."""
    pipe = f"schoolgate-{uuid.uuid4().hex}"
    profile = Path(files[0]).parent / "profile"
    office = subprocess.Popen(
        [
            "soffice", "--headless", "--invisible", "--norestore", "--nolockcheck",
            f"-env:UserInstallation={profile.as_uri()}", f"--accept=pipe,name={pipe};urp;",
        ]
    )  # fmt: skip
    try:
        desktop = connected(pipe)
        sys.stdout.write(json.dumps([text(desktop, Path(file), password) for file in files]))
        desktop.terminate()
    finally:
        office.wait(30)


def connected(pipe: str) -> object:
    """The desktop of the program, once it answers."""
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    deadline = time.monotonic() + WITHIN
    while True:
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def text(desktop: object, file: Path, password: str) -> str | None:
    """What a reader sees of a text, a sheet or slides."""
    given = tuple(PropertyValue(Name=n, Value=v) for n, v in (("Hidden", True), ("Password", password)))
    try:
        document = desktop.loadComponentFromURL(file.as_uri(), "_blank", 0, given)
    except UnoError:  # a wrong password
        return None
    if document is None:
        return None
    try:
        if hasattr(document, "Text"):
            return document.Text.String
        if hasattr(document, "Sheets"):
            return document.Sheets.getByIndex(0).getCellByPosition(0, 0).String
        pages = document.DrawPages
        shapes = (s for n in range(pages.Count) for s in _shapes(pages.getByIndex(n)))
        return "\n".join(shape.String for shape in shapes if hasattr(shape, "String"))
    finally:
        document.close(True)


def _shapes(page: object) -> list[object]:
    return [page.getByIndex(n) for n in range(page.Count)]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
