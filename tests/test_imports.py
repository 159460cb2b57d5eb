"""What mtag loads and what it shows."""

import inspect
import json
import socket
import subprocess
import sys

import pytest

import mtag
import mtag.errors

HEAVY = {"nltk", "sklearn", "scipy", "pandas", "spacy", "joblib", "langdetect", "click", "rdflib", "pyarrow"}


def loaded_after(code: str) -> set[str]:
    """Run code in a fresh process; the top-level modules it has loaded."""
    script = (
        f"{code}\nimport sys, json\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], check=True, capture_output=True, timeout=120
    )
    return set(json.loads(run.stdout))


def test_importing_mtag_loads_nothing_heavy():
    assert not HEAVY & loaded_after("import mtag")


@pytest.mark.parametrize(
    "text",
    [
        "Two men were jailed for human trafficking and the forced labour of children.",
        "Deux hommes ont été condamnés pour traite des êtres humains et travail forcé.",
        "<!DOCTYPE html><html><body><p>Two men were jailed for human trafficking.</p></body></html>",
    ],
)
def test_tagging_a_document_loads_neither_stemmers_nor_scikit_learn_nor_pydantic(text):
    loaded = loaded_after(f"import mtag\nassert mtag.tag({text!r}).status == 'tagged'")
    assert not {"nltk", "sklearn", "scipy", "pandas", "spacy", "joblib", "click", "pydantic"} & loaded


def test_tagging_does_not_load_masked_arrays():
    code = "import mtag, sys\nassert mtag.tag('Two men were jailed for human trafficking.').tags"
    assert loaded_after(f"{code}\nassert 'numpy.ma' not in sys.modules")


def test_tagging_opens_no_socket(monkeypatch, shipped):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert shipped.tag("Two men were jailed for human trafficking.").status == "tagged"
    assert shipped.tag("<html><body><img src='https://example.org/x.png'><p>See https://example.org</p>").text
    assert shipped.tag(
        "Zwei Männer wurden wegen Menschenhandels verurteilt, sagte die Polizei in Wien."
    ).blocks


def test_the_public_names_are_sorted_and_all_there():
    assert mtag.__all__ == sorted(set(mtag.__all__))
    assert dir(mtag) == mtag.__all__
    assert all(hasattr(mtag, name) for name in mtag.__all__)


def test_every_error_has_a_public_name():
    named = {name for name, value in vars(mtag.errors).items() if inspect.isclass(value)}
    assert named == {name for name in mtag.__all__ if name.endswith("Error")}


def test_what_the_public_functions_return_has_a_public_name():
    assert type(mtag.tag("Text.")).__name__ in mtag.__all__
    assert type(mtag.clean("Text.")).__name__ in mtag.__all__
    assert type(mtag.detect_language("Some text.")).__name__ in mtag.__all__


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        _ = mtag.nothing


def test_every_error_is_an_mtag_error():
    errors = [getattr(mtag, name) for name in mtag.__all__ if name.endswith("Error")]
    assert all(issubclass(error, mtag.MtagError) for error in errors)
