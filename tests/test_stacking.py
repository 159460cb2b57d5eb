"""Stacked scores: what is read off the scores of items, and how it adds up."""

import numpy as np
import pytest

from mtag.linearscores import Best
from mtag.stacking import Scores, Stacking, side_by_side

FACETS = np.array([0, 1, 0, 1, 2, 0])
"""Of six concepts."""


def scores_of(rows, sentences=None):
    """The scores of some items drawn at random."""
    dice = np.random.default_rng(rows)
    best = Best(*dice.normal(scale=4, size=(3, rows, len(FACETS) + 1)))
    return Scores.of(best, np.full(rows, 30) if sentences is None else sentences, FACETS)


def stacking_of(seed=0):
    dice = np.random.default_rng(seed)
    return Stacking(dice.normal(size=8), dice.normal(size=len(FACETS)), dice.normal(size=4 + 4 * 3 + 1))


def test_the_likeliest_other_concept_is_of_the_same_facet():
    passage = np.array([[1.0, 5.0, 3.0, 4.0, 9.0, 2.0, 0.0]])
    found = Scores.of(Best(passage, passage, passage), np.array([1]), FACETS)
    assert found.others.tolist() == [[3.0, 4.0, 2.0, 5.0, -8.0, 3.0]]


def test_of_two_that_are_alike_each_is_the_likeliest_other():
    passage = np.array([[3.0, 5.0, 3.0, 5.0, 9.0, 2.0, 0.0]])
    found = Scores.of(Best(passage, passage, passage), np.array([1]), FACETS)
    assert found.others.tolist() == [[3.0, 5.0, 3.0, 5.0, -8.0, 3.0]]


def test_scores_are_held_within_what_they_can_say():
    found = Scores.of(Best(*np.array([[[50.0] * 7], [[-50.0] * 7], [[9.0] * 7]])), np.array([1]), FACETS)
    assert set(found.passage.ravel()) == {8.0}
    assert set(found.sentence.ravel()) == {-8.0}


def test_each_facet_tells_the_gate_its_best_and_its_mean():
    passage = np.array([[1.0, 5.0, 3.0, 4.0, -2.0, 2.0, 0.0]])
    found = Scores.of(Best(passage, passage - 1, passage + 1), np.array([1]), FACETS)
    assert found.of_facets.tolist() == [[3, 5, -2, 2, 4.5, -2, 2, 4, -3, 1, 3.5, -3]]


def test_items_of_up_to_eight_sentences_are_short():
    assert scores_of(3, np.array([1, 8, 16])).of_gate[:, -1].tolist() == [0.0, 0.0, np.log(2)]


@pytest.mark.parametrize("rows", [1, 2, 25])
def test_an_item_scores_alike_in_any_company(rows):
    many, stackings = scores_of(rows), side_by_side([stacking_of(n % 2) for n in range(rows)])
    odds, gates = stackings.combine(many)
    for row in range(rows):
        only = np.arange(rows) == row
        alone = stackings.take(np.array([row])).combine(many.take(only))
        assert alone[0].tolist() == odds[only].tolist()
        assert alone[1].tolist() == gates[only].tolist()


def test_log_odds_are_the_weighted_sums():
    many, one = scores_of(2), stacking_of()
    odds, gates = side_by_side([one]).combine(many)
    views = (many.passage, many.sentence, many.vicinity)
    parts = [*(view[1, 3] for view in views), *many.of_gate[1], many.others[1, 3]]
    assert odds[1, 3] == pytest.approx(np.dot(one.fusion, parts) + one.prior[3])
    parts = np.concatenate((many.of_gate[1], many.of_facets[1], [1.0]))
    assert gates[1] == pytest.approx(np.dot(one.gate, parts))


def test_parts_of_another_taxonomy_do_not_fit():
    made = side_by_side([stacking_of()])
    assert made.fits(FACETS, len(FACETS))
    assert not made.fits(FACETS, len(FACETS) + 1)
    assert not made.fits(np.arange(6), len(FACETS))
    assert not made.fits(-FACETS, len(FACETS))
    assert not made._replace(fusion=made.fusion[:, :-1]).fits(FACETS, len(FACETS))
