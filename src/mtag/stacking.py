"""Stacked generalisation (Wolpert 1992): the scores of two classifiers make calibrated log-odds.

How they do is learned for each language. Of a concept it is a weighted sum of its two scores, those of
the gate, the length of the item and the likeliest other concept of its facet. The gate hears, beside
its own two scores, how likely the concepts of each facet are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mtag.chunks import Flags
from mtag.linearmodel import Floats, Ints
from mtag.model import TrainedModel

_SHORT = 8
"""Sentences up to which an item is short."""

_LIMIT = 8.0
"""Scores beyond this say no more."""

_OF_CONCEPT, _OF_GATE, _OF_FACET = 3, 3, 4
"""Figures of a concept alone, of the gate and of a facet."""


class Scores(NamedTuple):
    """The best scores of items, a row each, held within what they can say.

    `passage` and `sentence` have a column for each concept; `of_gate` has the two of the gate and the
    length of the item; `others` the best passage score of another concept of the same facet; `of_facets`
    the best and the mean of both scores over each facet: what the gate goes by beside `of_gate`.
    """

    passage: Floats
    sentence: Floats
    of_gate: Floats
    others: Floats
    of_facets: Floats

    @classmethod
    def of(cls, passage: Floats, sentence: Floats, sentences: Ints, facets: Ints) -> Scores:
        """Lay out scores.

        Args:
            passage: best scores over the passages of each item, the gate's last.
            sentence: best scores over its sentences, the gate's last.
            sentences: how many each item has.
            facets: the number of the facet of each concept.
        """
        passage, sentence = (np.clip(one, -_LIMIT, _LIMIT) for one in (passage, sentence))
        # The best of many sentences is higher by chance alone.
        long = np.log(np.maximum(sentences, _SHORT) / _SHORT)[:, None]
        of_gate = np.hstack((passage[:, -1:], sentence[:, -1:], long))
        passage, sentence = passage[:, :-1], sentence[:, :-1]
        others = np.full_like(passage, -_LIMIT)
        of_facets = []
        for number in range(int(facets.max(initial=-1)) + 1):
            inside = (facets == number).nonzero()[0]
            own = passage.take(inside, axis=1)
            if len(inside) > 1:
                second, first = np.partition(own, -2, axis=1)[:, -2:].T[:, :, None]
                others[:, inside] = np.where(own == first, second, first)
            for part in (own, sentence.take(inside, axis=1)):
                of_facets += [part.max(axis=1), part.mean(axis=1)]
        return cls(passage, sentence, of_gate, others, np.array(of_facets).reshape(-1, len(passage)).T)

    def take(self, rows: Flags) -> Scores:
        """Those of some items."""
        return Scores(*(part[rows] for part in self))


class Stacking(NamedTuple):
    """How the scores of one language make log-odds.

    `fusion` weighs, for every concept, its passage and sentence score, the three of `of_gate` and the
    `others`; `prior` is each concept's constant; `gate` weighs `of_gate` and `of_facets`, its constant
    last. Several languages stand side by side (`stackings_of`).
    """

    fusion: Floats
    prior: Floats
    gate: Floats

    def take(self, languages: Ints) -> Stacking:
        """What is learned for the languages, by number, of some rows."""
        return Stacking(*(part.take(languages, axis=0) for part in self))

    def fits(self, facets: Ints, concepts: int) -> bool:
        """Whether the parts belong to so many concepts with these facets."""
        if facets.shape != (concepts,) or facets.dtype.kind != "i" or facets.min(initial=0) < 0:
            return False
        gate = _OF_GATE + _OF_FACET * (int(facets.max(initial=-1)) + 1) + 1
        shapes = (_OF_CONCEPT + _OF_GATE,), (concepts,), (gate,)
        return all(part.shape[1:] == shape for part, shape in zip(self, shapes, strict=True))

    def combine(self, scores: Scores) -> tuple[Floats, Floats]:
        """The log-odds of each concept, and of the gate; rows are items."""
        passage, sentence, *gate, others = self.fusion.T[:, :, None]
        # Added one by one: an item scores alike in any company, which sums by BLAS do not promise.
        odds = passage * scores.passage + sentence * scores.sentence + others * scores.others + self.prior
        for weight, column in zip(gate, scores.of_gate.T[:, :, None], strict=True):
            odds += weight * column
        opens = self.gate[:, :-1] * np.hstack((scores.of_gate, scores.of_facets))
        return odds, opens.sum(axis=1) + self.gate[:, -1]


def side_by_side(languages: Sequence[Stacking]) -> Stacking:
    """What is learned for several languages, a row each."""
    return Stacking(*map(np.stack, zip(*languages, strict=True)))


def stackings_of(model: TrainedModel, codes: Sequence[str]) -> Stacking:
    """Take what is learned for some languages out of a model folder; `KeyError` where a part is missing."""
    return side_by_side(
        [Stacking(*(model.arrays[f"{code}_{name}"] for name in Stacking._fields)) for code in codes]
    )
