"""A locked-in worker opens no file: after one ordinary message nothing more is loaded, whatever the next one says."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import builtins, sys
from detectors.warmth import EMPTY
from detectors.recognize.matcher import prepare
from detectors.recognize.recognition import recognize
from tests.support.people import SCHOOL, body, file_name, header
recognize([body("Wilhelmina Warmington, born 12/03/2011, NHS 943 476 5919, call 01632 960123, a@b.org")], EMPTY, [], None)
before, opened = set(sys.modules), []
builtins.open = lambda *a, **k: opened.append(a)
sys.meta_path[:] = []
TEXT = '''call +1 202 555 0143, +49 30 901820, +33 1 23 45 67 89, +852 2345 6789, sam at gmail dot com, password: abc123, kill yourself
GB29NWBK60161331926819 4111 1111 1111 1111 P<GBRSAMPLE<<JOHN<<<<<<<<<< bob@m\\u00fcnchen.de Adm no 004213 https://1drv.ms/x
mail me at sgreen@yahoo.com Amelia Thompson autism 12 High Street, LS1 4AP MORGA657054SM9IJ A.T. (4B) strategy meeting Will Field'''
found = recognize([body(TEXT), header("From", TEXT), file_name(TEXT)], SCHOOL, [], None)
assert len(found) > 20, len(found)
print(sorted(set(sys.modules) - before), opened)
"""


@pytest.mark.slow
def test_nothing_is_loaded_late():
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=root, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-800:]
    assert done.stdout.strip() == "[] []"
