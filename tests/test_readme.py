"""What the README shows is run: its Python snippets as doctests, its commands with their output."""

import doctest
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
