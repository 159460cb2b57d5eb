"""Stacked generalisation (Wolpert 1992): the scores of three classifiers make calibrated log-odds.

How they do is learned for each language. Of a concept it is a weighted sum of its three scores, those of
the gate, the length of the item and the likeliest other concept of its facet. The gate hears, beside
its own three scores, how likely the concepts of each facet are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.arrays import Flags, Floats, Ints, begins, lengths
from mtag.linearscores import Best
from mtag.model import TrainedModel

_SHORT = 8
"""Sentences up to which an item is short."""

_LIMIT = 8.0
"""Scores beyond this say no more."""

_OF_CONCEPT, _OF_GATE, _OF_FACET = 4, 4, 4
"""Figures of a concept alone, of the gate and of a facet."""


class Scores(NamedTuple):
    """The best scores of items, a row each, held within what they can say.

    `passage`, `sentence` and `vicinity` have a column for each concept; `of_gate` has the three of the gate
    and the length of the item; `others` the best passage score of another concept of the same facet;
    `of_facets` the best and the mean of the scores of passages and sentences over each facet: what the gate
    goes by beside `of_gate`.
    """

    passage: Floats
    sentence: Floats
    vicinity: Floats
    of_gate: Floats
    others: Floats
    of_facets: Floats

    @classmethod
    def of(cls, best: Best, sentences: Ints, facets: Ints) -> Scores:
        """Lay out scores.

        Args:
            best: the best scores of items, the gate's last.
            sentences: how many each item has.
            facets: the number of the facet of each concept, from 0 on.
        """
        parts = [np.clip(one, -_LIMIT, _LIMIT) for one in best]
        # The best of many sentences is higher by chance alone.
        long = np.log(np.maximum(sentences, _SHORT) / _SHORT)[:, None]
        of_gate = np.hstack((*(part[:, -1:] for part in parts), long))
        passage, sentence, vicinity = (part[:, :-1] for part in parts)
        order = facets.argsort(kind="stable")
        starts = begins(facets.take(order)).nonzero()[0]
        count = lengths(starts, len(facets))

        def over_facets(add: np.ufunc, part: NDArray[Any]) -> NDArray[Any]:
            return np.asarray(add.reduceat(part.take(order, axis=1), starts, axis=1))

        first = over_facets(np.maximum, passage)
        is_first = passage == first.take(facets, axis=1)
        second = over_facets(np.maximum, np.where(is_first, -_LIMIT, passage))
        second = np.where(over_facets(np.add, is_first.astype(np.int64)) > 1, first, second)
        of_facets = (
            first,
            over_facets(np.add, passage) / count,
            over_facets(np.maximum, sentence),
            over_facets(np.add, sentence) / count,
        )
        others = np.where(is_first, second.take(facets, axis=1), first.take(facets, axis=1))
        return cls(passage, sentence, vicinity, of_gate, others, np.hstack(of_facets))

    def take(self, rows: Flags) -> Scores:
        """Those of some items."""
        return Scores(*(part[rows] for part in self))


class Stacking(NamedTuple):
    """How the scores of one language make log-odds.

    `fusion` weighs, for every concept, its three scores, the figures of `of_gate` and the `others`; `prior`
    is each concept's constant; `gate` weighs `of_gate` and `of_facets`, its constant last. Several
    languages stand side by side (`stackings_of`).
    """

    fusion: Floats
    prior: Floats
    gate: Floats

    def take(self, languages: Ints) -> Stacking:
        """What is learned for the languages, by number, of some rows."""
        return Stacking(*(part.take(languages, axis=0) for part in self))

    def fits(self, facets: Ints, concepts: int) -> bool:
        """Whether the parts belong to so many concepts with these facets."""
        count = len(set(facets.tolist()))
        if facets.shape != (concepts,) or set(facets.tolist()) != set(range(count)):
            return False
        gate = _OF_GATE + _OF_FACET * count + 1
        shapes = (_OF_CONCEPT + _OF_GATE,), (concepts,), (gate,)
        return all(part.shape[1:] == shape for part, shape in zip(self, shapes, strict=True))

    def combine(self, scores: Scores) -> tuple[Floats, Floats]:
        """The log-odds of each concept, and of the gate; rows are items."""
        passage, sentence, vicinity, *gate, others = self.fusion.T[:, :, None]
        # Added one by one: an item scores alike in any company, which sums by BLAS do not promise.
        odds = passage * scores.passage + sentence * scores.sentence + vicinity * scores.vicinity
        odds += others * scores.others + self.prior
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
