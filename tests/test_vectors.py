"""The vocabulary that is learned, and texts as rows of tf-idf values."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from mtag.training import vectors
from mtag.training.features import Counts

NAMES = ("flood", "river", "rose", "the", "river rose", "the flood", "the river")


def corpus(*documents):
    """Documents of a family each, a sentence a row: lists of the features of each sentence."""
    made, rows = [], []
    for number, sentences in enumerate(documents):
        first = len(rows)
        rows += [[sentence.count(name) for name in NAMES] for sentence in sentences]
        made.append(
            SimpleNamespace(example=SimpleNamespace(family=f"f{number}"), rows=np.arange(first, len(rows)))
        )
    return made, Counts(NAMES, csr_matrix(np.array(rows, float)))


FLOODS = [[["the", "river", "rose", "river rose", "the river"]]] * 6
OTHERS = [[["the", "rose", "the flood"], ["the", "river", "the river"]]] * 6


def learn(documents, monkeypatch, pairs=1):
    monkeypatch.setattr(vectors, "MAX_PAIRS", pairs)
    made, counts = corpus(*documents)
    wanted = np.array([[document in FLOODS, document in OTHERS] for document in documents])
    return vectors.learn_vocabulary(made, counts, wanted)


def test_the_pairs_that_tell_most_are_taken(monkeypatch):
    assert learn(FLOODS + OTHERS, monkeypatch, pairs=2).names[3:] == ("river rose", "the flood")


def test_pairs_stand_behind_the_features_of_words(monkeypatch):
    found = learn(FLOODS + OTHERS, monkeypatch)
    assert found.names == ("river", "rose", "the", "river rose")
    assert [NAMES[column] for column in found.columns] == [*found.names]


def test_a_pair_of_few_families_is_a_chance(monkeypatch):
    assert "river rose" not in learn(FLOODS[:4] + OTHERS, monkeypatch, pairs=9).names


def test_a_feature_of_few_families_is_a_name(monkeypatch):
    once = [[["flood", "the"]]]
    assert "flood" not in learn(FLOODS + once * 2, monkeypatch).names
    assert "flood" in learn(FLOODS + once * 3, monkeypatch).names


def test_what_all_documents_hold_tells_nothing():
    held = csr_matrix(np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0], [1.0, 0.0]]))
    wanted = np.array([[True], [True], [False], [False]])
    # 2 x 2 counts of 2, 0, 0, 2 with Yates' correction: 4 * (4 - 2)**2 / 2**4
    assert vectors._chi_square(held, wanted) == pytest.approx([0.0, 1.0])


def test_vicinities_are_sentences_with_those_beside_them():
    made, _ = corpus([["the"]] * 3, [["the"]])
    assert vectors.of_vicinities(made).toarray().tolist() == [
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [0, 1, 1, 0],
        [0, 0, 0, 1],
    ]


def test_documents_are_all_their_sentences():
    made, _ = corpus([["the"]] * 2, [["the"]])
    assert vectors.of_documents(made).toarray().tolist() == [[1, 1, 0], [0, 0, 1]]
