"""The vocabulary that is learned, and texts as rows of tf-idf values."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from mtag.training import vectors
from mtag.training.features import Counts

NAMES = ("flood", "river", "rose", "the", "river\trose", "the\tflood", "the\triver")


def corpus(*documents, families=None):
    """Documents, of a family each unless it is said: lists of the features of each sentence."""
    made, rows = [], []
    for number, sentences in enumerate(documents):
        first = len(rows)
        rows += [[sentence.count(name) for name in NAMES] for sentence in sentences]
        family = families[number] if families else f"f{number}"
        made.append(SimpleNamespace(example=SimpleNamespace(family=family), rows=np.arange(first, len(rows))))
    return made, Counts(NAMES, csr_matrix(np.array(rows, float)))


FLOODS = [[["the", "river", "rose", "river\trose", "the\triver"]]] * 6
OTHERS = [[["the", "rose", "the\tflood"], ["the", "river", "the\triver"]]] * 6


def learn(documents, families=None):
    made, counts = corpus(*documents, families=families)
    wanted = np.array([[document in FLOODS, document in OTHERS] for document in documents])
    held = vectors.of_documents(made) @ counts.rows
    return vectors.learn_vocabulary(made, counts, held, wanted, np.ones_like(wanted))


def test_the_bigrams_that_tell_most_are_taken(monkeypatch):
    monkeypatch.setattr(vectors, "MAX_BIGRAMS", 2)
    assert learn(FLOODS + OTHERS).names[3:] == ("river\trose", "the\tflood")


def test_bigrams_stand_behind_the_features_of_words():
    found = learn(FLOODS + OTHERS)
    assert found.names == ("river", "rose", "the", "river\trose", "the\tflood", "the\triver")
    assert [NAMES[column] for column in found.columns] == [*found.names]


def test_the_commonest_words_are_taken(monkeypatch):
    monkeypatch.setattr(vectors, "MAX_FEATURES", 2)
    assert learn(FLOODS + [[["the", "flood"]]] * 4).names[:2] == ("river", "the")


@pytest.mark.parametrize(("many", "taken"), [(4, False), (5, True)])
def test_a_bigram_of_few_families_is_a_chance(many, taken):
    assert ("river\trose" in learn(FLOODS[:many] + OTHERS).names) is taken


@pytest.mark.parametrize(("many", "taken"), [(2, False), (3, True)])
def test_a_feature_of_few_families_is_a_name(many, taken):
    assert ("flood" in learn(FLOODS + [[["flood", "the"]]] * many).names) is taken


def test_documents_of_one_family_count_once():
    documents = FLOODS + [[["flood", "the"]]] * 6
    families = [f"f{number}" for number in range(6)] + ["one"] * 6
    found = learn(documents, families)
    assert "flood" not in found.names
    assert found.idf[found.names.index("river")] == pytest.approx(math.log(8 / 7) + 1)


def test_a_feature_that_all_documents_hold_tells_nothing():
    held = csr_matrix(np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0], [1.0, 0.0]]))
    wanted = np.array([[True], [True], [False], [False]])
    # 2 x 2 counts of 2, 0, 0, 2 with Yates' correction: 4 * (4 - 2)**2 / 2**4
    assert vectors._chi_square(held, wanted, np.ones_like(wanted)) == pytest.approx([0.0, 1.0])


def test_what_is_not_known_is_not_learned_from():
    held = csr_matrix(np.array([[1.0], [1.0], [0.0], [0.0], [1.0], [0.0]]))
    wanted = np.array([[True], [True], [False], [False], [False], [True]])
    known = np.array([[True]] * 4 + [[False]] * 2)
    assert vectors._chi_square(held, wanted, known) == pytest.approx([1.0])


@pytest.mark.parametrize(
    ("sublinear", "value", "length"), [(True, 1 + math.log(3), 1 + math.log(3)), (False, 3, 3**0.5)]
)
def test_what_a_repeated_feature_weighs_and_how_long_it_makes_its_text(sublinear, value, length):
    vocabulary = vectors.Vocabulary(("flood", "river"), np.array([2.0, 5.0]), np.arange(2))
    found = vocabulary.vectors(csr_matrix(np.array([[3.0, 0.0]])), sublinear)
    assert found.rows.toarray() == pytest.approx(np.array([[2 * value, 0.0]]))
    assert found.lengths == pytest.approx([2 * length])


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
