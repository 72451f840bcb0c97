"""Every broken set is refused with an error that names file, place and what was expected."""

from pathlib import Path

import pytest

from policies import PolicyError, load_set

FOLDER = Path(__file__).with_name("broken")
FILES = sorted(FOLDER.glob("*.toml"))


def test_there_are_enough_of_them() -> None:
    """The folder is read, and holds more than thirty."""
    assert len(FILES) >= 30


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_each_gives_its_error(path: Path) -> None:
    """The lines "# expect:" at the head of a file stand in its error; the file's own name comes first."""
    expected = [
        line.removeprefix("# expect: ")
        for line in path.read_text().splitlines()
        if line.startswith("# expect: ")
    ]
    assert expected
    with pytest.raises(PolicyError) as caught:
        load_set(path)
    message = str(caught.value)
    assert message.startswith(f"{path.name}: ")
    for part in expected:
        assert part in message


def test_no_such_pack_names_the_nearest() -> None:
    """A mistyped pack name is answered with the one that was meant."""
    with pytest.raises(PolicyError, match='Did you mean "default"'):
        load_set("defualt")


def test_no_such_file() -> None:
    """A missing file is a fault of the settings, told by name alone."""
    with pytest.raises(PolicyError, match=r"nowhere\.toml: cannot be read"):
        load_set(FOLDER / "nowhere.toml")
