"""Scores of the linear model: those of scikit-learn, and those of the plain sum, whatever is repeated."""

import math
from collections import Counter
from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtag import linearscores
from mtag.chunks import Vocabulary
from mtag.linearmodel import View, Weights
from mtag.synonyms import NO_SYNONYMS
from mtag.training import classifiers, features, vectors
from mtag.wordtable import WordMemory

FEATURES, COLUMNS = 6, 3


def weights_of(seed=0):
    dice = np.random.default_rng(seed)
    views = [
        View(
            dice.integers(-999, 999, (FEATURES, COLUMNS), np.int16),
            dice.uniform(0.001, 0.1, COLUMNS),
            dice.normal(size=COLUMNS),
            np.array([short]),
        )
        for short in (4.0, 6.0, 9.0)
    ]
    names = {f"f{number}": number for number in range(FEATURES)}
    return Weights(names, FEATURES, dice.uniform(1, 8, FEATURES), *views)


def plain_windows(count):
    """The passages of an item of so many sentences: all of it, and windows of 16 sentences, 8 apart."""
    if count <= 16:
        return [(0, count)]
    return [(0, count), *((start, min(start + 16, count)) for start in range(0, count - 8, 8))]


def plain_score(weights, found, view, sublinear=True):
    """A text, as tf-idf vectors are defined."""
    counts = Counter(found)
    values = {f: 1 + math.log(t) if sublinear else t for f, t in counts.items()}
    of_square = values if sublinear else {f: math.sqrt(t) for f, t in counts.items()}
    squares = ((value * weights.idf[f]) ** 2 for f, value in of_square.items())
    length = max(math.sqrt(sum(squares)), float(view.short[0]))
    coefficients = view.coefficients * view.scale
    return (
        sum((value / length * coefficients[f] for f, value in values.items()), np.zeros(COLUMNS)) + view.bias
    )


def plain_scores(weights, items):
    """The best scores of items, and those of sentences."""
    rows = []
    for item in items:
        windows = [[*chain.from_iterable(item[first:last])] for first, last in plain_windows(len(item))]
        near = [[*chain.from_iterable(item[max(0, n - 1) : n + 2])] for n in range(len(item))]
        rows.append(
            (
                [plain_score(weights, one, weights.passage) for one in windows],
                [plain_score(weights, one, weights.sentence) for one in item],
                [plain_score(weights, one, weights.vicinity, sublinear=False) for one in near],
            )
        )
    best = [np.array([np.max(found, axis=0) for found in view]) for view in zip(*rows, strict=True)]
    return (*best, np.concatenate([row[1] for row in rows]))


def scores_of(weights, items):
    sentences = [one for item in items for one in item]
    found = np.array([f for one in sentences for f in one], np.int64)
    bounds = np.cumsum([0, *map(len, sentences)])
    sums = linearscores.Sums.of(weights, found, bounds)
    best, alone = linearscores.score(
        weights,
        sums,
        found,
        np.arange(len(sentences)).repeat([*map(len, sentences)]),
        np.cumsum([0, *map(len, items)]),
    )
    return (*best, alone)


SENTENCE = st.lists(st.integers(0, FEATURES - 1), max_size=6)
ITEM = st.lists(SENTENCE, min_size=1, max_size=44)


@given(st.lists(ITEM, min_size=1, max_size=4))
def test_scores_are_the_plain_sums(items):
    weights = weights_of()
    for found, plain in zip(scores_of(weights, items), plain_scores(weights, items), strict=True):
        assert np.abs(found - plain).max() < 1e-9


@given(st.lists(ITEM, min_size=2, max_size=4))
def test_an_item_scores_alike_in_any_company(items):
    weights = weights_of()
    *best, alone = scores_of(weights, items)
    bounds = np.cumsum([0, *map(len, items)])
    for number, (item, (first, last)) in enumerate(zip(items, pairwise(bounds), strict=True)):
        *own, sentences = scores_of(weights, [item])
        assert [view[0].tolist() for view in own] == [view[number].tolist() for view in best]
        assert sentences.tolist() == alone[first:last].tolist()


def test_many_sentences_are_added_up_in_portions(monkeypatch):
    weights, items = weights_of(), [[[n % 6, n % 4, n % 4] for n in range(60)]]
    together = scores_of(weights, items)
    monkeypatch.setattr(linearscores, "_ROOM", 40)
    for part, whole in zip(scores_of(weights, items), together, strict=True):
        assert part.tolist() == whole.tolist()


def memory_of(weights):
    """Words that are the numbers of their features."""
    return linearscores.WordSums(weights, WordMemory(lambda word: [int(letter) for letter in word]))


def test_what_words_say_is_kept_and_added_up(monkeypatch):
    weights, vocabulary, words = weights_of(), Vocabulary(), ["01", "", "01", "5", "444"]
    memory = memory_of(weights)
    numbers = np.array([vocabulary.number(word or "-") for word in words])
    memory._features._look_up = lambda word: [int(letter) for letter in word.strip("-")]
    plain = linearscores.Sums.of(weights, np.array([0, 1, 0, 1, 5, 4, 4, 4]), np.array([0, 2, 4, 8]))
    for _ in range(2):
        found = memory.add_up(vocabulary, numbers, np.array([0, 2, 3, 5]))
        assert (found.said == plain.said).all()
        assert np.abs(found.squares - plain.squares).max() < 1e-12
        monkeypatch.setattr(linearscores, "_MOST", 0)  # from now on words are forgotten each time


class InterruptedOnce(dict):
    """The rows of features; an interrupt comes just after the first ones are added."""

    def update(self, *added):
        super().update(*added)
        if len(self) > 300:
            self.update = super().update
            raise KeyboardInterrupt


def test_words_may_be_learned_after_an_interrupt():
    weights, vocabulary = weights_of(), Vocabulary()
    memory, bounds = memory_of(weights), np.arange(401)
    numbers = np.array([vocabulary.number(f"{n:09b}") for n in range(400)])
    plain = memory_of(weights).add_up(vocabulary, numbers, bounds)
    memory.recall(vocabulary, numbers[:1])
    memory._rows = InterruptedOnce(memory._rows)
    with pytest.raises(KeyboardInterrupt):
        memory.add_up(vocabulary, numbers, bounds)
    found = memory.add_up(vocabulary, numbers, bounds)
    assert (found.said == plain.said).all()
    assert (found.squares == plain.squares).all()


@pytest.mark.parametrize("view", ["passage", "sentence", "vicinity"])
def test_scores_are_those_of_scikit_learn(flood_examples, floods, view):
    documents, counts = features.prepare_corpus(
        [e for e in flood_examples if e.language == "en"], floods, NO_SYNONYMS
    )
    concepts = tuple(floods.concepts)
    gate = np.array([floods[c].facet == "hazard" for c in concepts])
    weights = classifiers.fit_weights(documents, counts, concepts, gate)
    wanted, known = features.targets(documents, concepts, gate)
    everything = counts.rows[vectors.sentences_of(documents)]
    whole = vectors.of_documents(documents) @ everything
    vocabulary = vectors.learn_vocabulary(documents, counts, whole, wanted, known)
    held = everything[:, vocabulary.columns]
    strength = 30.0 if view == "passage" else 10.0
    if view == "passage":
        texts = vocabulary.vectors(whole[:, vocabulary.columns])
    else:
        wanted, known = features.sentence_targets(documents, concepts, gate)
        near = vectors.of_vicinities(documents) @ held
        texts = vocabulary.vectors(held) if view == "sentence" else vocabulary.vectors(near, sublinear=False)
    rows = texts.divided(texts.usual_length())
    short = [len(document.rows) <= 16 for document in documents]
    scores = getattr(classifiers.score_documents(weights, documents, counts), view)
    starts = np.cumsum([0, *(len(document.rows) for document in documents)])[:-1]
    checked = 0
    for number in np.flatnonzero(getattr(weights, view).bias > -20):
        sure = np.flatnonzero(known[:, number])
        peer = classifiers.fit_one(rows[sure], wanted[sure, number], strength, weights.idf).classifier
        found = peer.decision_function(rows)
        best = found if view == "passage" else np.maximum.reduceat(found, starts)
        assert np.abs(best - scores[:, number])[short].max() < 1e-6
        checked += 1
    assert checked >= 4
