"""What the README shows is run: its Python snippets as doctests, its commands with their output."""

import doctest
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)
SNIPPETS = "\n".join(text for language, text in BLOCKS if language == "python")
SESSIONS = [text for language, text in BLOCKS if language == "console"]


def test_the_python_snippets_give_what_the_readme_shows(monkeypatch):
    monkeypatch.chdir(ROOT)
    test = doctest.DocTestParser().get_doctest(SNIPPETS, {}, "README", "README.md", 0)
    assert test.examples
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


@pytest.mark.parametrize("session", SESSIONS)
def test_a_command_prints_what_the_readme_shows(session):
    commands = re.findall(r"^\$ (mtag .*)\n((?:(?!\$ ).*\n)*)", session, flags=re.MULTILINE)
    assert commands
    for command, expected in commands:
        done = subprocess.run(
            [sys.executable, "-m", "mtag", *shlex.split(command)[1:]],
            cwd=ROOT,
            env=os.environ | {"NO_COLOR": "1", "COLUMNS": "100"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        assert done.stdout.split() == expected.split()


def test_the_readme_names_make_targets_that_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    named = set(re.findall(r"make ([a-z-]+)", README))
    assert named
    assert named <= targets


@pytest.mark.parametrize(
    ("document", "row", "figure"),
    [
        ("README.md", "tags on 96 real documents", "real: micro F1"),
        ("README.md", "tags on invented documents", "test: micro F1"),
        ("benchmarks/README.md", "real documents (96", "real: micro F1"),
        ("benchmarks/README.md", "test families", "test: micro F1"),
    ],
)
def test_the_figures_shown_are_those_that_the_floors_hold(document, row, figure):
    held = json.loads((ROOT / "benchmarks" / "accuracy" / "floors.json").read_text("utf-8"))["least"]
    text = (ROOT / document).read_text(encoding="utf-8")
    shown = re.search(rf"^\| {re.escape(row)}[^|]*\| \**([\d.]+)", text, flags=re.MULTILINE)
    assert float(shown[1]) == pytest.approx(held[figure], abs=0.0011)  # floors are cut off, not rounded
