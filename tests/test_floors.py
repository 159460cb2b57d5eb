"""Floors under measured figures."""

import pytest

from mtag.errors import CorpusError
from mtag.training import floors

EMPTY = {"corpus": "", "least": {}, "lowered": []}


def test_a_figure_under_its_floor_is_named():
    known = floors.update({"F1": 0.8129, "gate": 0.9}, EMPTY, "digest")
    assert known["least"] == {"F1": 0.812, "gate": 0.9}
    assert floors.failures({"F1": 0.8125, "gate": 0.91}, known, "digest") == []
    (line,) = floors.failures({"F1": 0.8, "gate": 0.91}, known, "digest")
    assert line.startswith("F1: 0.8000 is under its floor")


def test_a_figure_that_was_not_measured_does_not_fail():
    known = floors.update({"F1": 0.8, "real F1": 0.9}, EMPTY, "digest")
    assert floors.failures({"F1": 0.8}, known, "digest") == []


def test_floors_of_another_corpus_do_not_count():
    with pytest.raises(CorpusError, match="another corpus"):
        floors.failures({"F1": 0.8}, floors.update({"F1": 0.8}, EMPTY, "digest"), "other")


def test_a_floor_falls_only_with_a_reason_which_is_kept():
    known = floors.update({"F1": 0.8}, EMPTY, "digest")
    with pytest.raises(ValueError, match="takes a reason: F1"):
        floors.update({"F1": 0.7}, known, "digest")
    lowered = floors.update({"F1": 0.7}, known, "digest", "fewer labels")
    assert lowered["least"]["F1"] == 0.7
    assert lowered["lowered"] == [{"reason": "fewer labels", "from": {"F1": 0.8}}]


def test_a_file_of_floors_comes_back_as_it_was_written(tmp_path):
    assert floors.read(tmp_path / "floors.json") == EMPTY
    known = floors.update({"F1": 0.8}, EMPTY, "digest")
    floors.write(tmp_path / "floors.json", known)
    assert floors.read(tmp_path / "floors.json") == known
