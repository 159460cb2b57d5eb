"""What phrases say of items: whether they are on topic, and how much for each concept.

The gate first: an item is open where it, or a paragraph of it, is on topic. Then, for each concept, the
phrases inside passages that are on topic are added up, sentence by sentence. All items of a batch are
weighed at once; rows are items, columns the concepts of the taxonomy in its order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from mtag.arrays import Flags, Floats, Ints, begins, float_array
from mtag.document import Proofs
from mtag.taxonomy import Taxonomy

# How much one sentence says for a concept; sentences add up as independent witnesses (noisy-or).
_STRONG = 0.7
_WEAK = 0.4
_WEAK_TITLE = 0.55
_TITLE_DOUBT = 0.5
"""How much of the doubt in a proof is left where it stands in a title."""

_REACH = 5
"""Sentences on each side of one that is on topic which still belong to its passage."""

_NEAR = 1
"""Sentences on each side in which a weak phrase looks for something that is on topic; a weak phrase
of the gate facet must find it in its own sentence."""

_SHORT_ITEM = 12
"""An item of at most so many sentences is one passage as soon as one of them is on topic."""

_PASSING = 6
"""Sentences of an item from which a lone proof may be a mention in passing."""

_DENSE = 4
"""The whole item is on topic where one sentence in so many is."""

# What a sentence adds to the gate: a proof, words that may be one, a mere cue. In twentieths: sums are exact.
_GATE_STRONG = 20
_GATE_WEAK = 8
_GATE_CUE = 5

_GATE_WINDOW = 10
"""Sentences in a row that may open the gate together: about a paragraph."""

_GATE_SHORT = 20
_GATE_LONG = 32
"""Sum over the best window that opens the gate, in a short item and in a long one."""

Worths = Mapping[tuple[str, str], float]
"""How much a sentence with a strong phrase says for a concept, where that was learned."""


class Sentences(NamedTuple):
    """The sentences of the items of a batch, numbered through.

    `bounds` are the numbers at which items begin, and the end; `is_title` tells of each whether it is
    a heading.
    """

    bounds: Ints
    is_title: Flags

    @property
    def items(self) -> int:
        """The number of items."""
        return len(self.bounds) - 1


class Weighed(NamedTuple):
    """What phrases say of each item of a batch.

    `is_open`: they open the gate; `is_lone`: a single sentence of several, and no title, proves that the
    item is on topic. `scores` are those of the concepts in the passages that are on topic; `suggested` are
    what they would be if all of the item were on topic. `proof` are the numbers, among the
    candidates, of those that count, and `cells` the place of each in a table of items and concepts.
    """

    is_open: Flags
    is_lone: Flags
    scores: Floats
    suggested: Floats
    proof: Ints
    cells: Ints


class _Table(NamedTuple):
    """What is known of candidates before they are found: by owner, and by entry."""

    entries: object
    concept: Ints
    of_gate: Flags
    worth: Floats
    in_title: Floats


class PhraseScale:
    """Weighs the phrases of a taxonomy."""

    def __init__(self, taxonomy: Taxonomy, worths: Worths | None = None) -> None:
        """Take the concepts and the gate of a taxonomy, and what was learned of strong phrases."""
        self._order, self._worths = taxonomy.order, worths or {}
        self.of_gate = np.array([concept.id in taxonomy.gate_concepts for concept in taxonomy], np.bool_)
        nothing = np.zeros(0)
        self._table = _Table(None, nothing.astype(np.int64), nothing.astype(np.bool_), nothing, nothing)

    def weigh(self, proofs: Proofs, sentences: Sentences, doubted: Flags | None = None) -> Weighed:
        """Add up what phrases say, in the passages that are on topic and in the items as a whole.

        Where it is `doubted` that an item is on topic at all, a lone proof does not open the gate.
        """
        table, size = self._table_of(proofs), len(self.of_gate)
        sentence, strong, entry = proofs.sentence, proofs.strong, proofs.entry
        of_gate, concept = table.of_gate.take(proofs.concept), table.concept.take(proofs.concept)
        gate = _Gate.of(_gate_weights(proofs, of_gate), sentences, doubted)
        item = gate.item.take(sentence)
        in_title = sentences.is_title.take(sentence)
        worth = np.where(in_title, table.in_title.take(entry), table.worth.take(entry))
        worth[of_gate & proofs.enumeration.take(sentence)] = 0.0
        here = strong | ((proofs.cues > 0) | (gate.weights >= _GATE_STRONG)).take(sentence)
        near, on_topic = gate.around(sentence, item)
        counted = worth * (np.where(of_gate, here, strong | near) & on_topic)
        loosely = worth * (here | ~of_gate)
        cells = item * size + concept
        keys = sentence * size + concept
        tables = _added_up(keys, cells, (counted, loosely), sentences.items * size)
        scores, suggested = (one.reshape(-1, size) for one in tables)
        proof = ((counted > 0) | (loosely > 0) & ~gate.is_open.take(item)).nonzero()[0]
        return Weighed(gate.is_open, gate.is_lone, scores, suggested, proof, cells.take(proof))

    def _table_of(self, proofs: Proofs) -> _Table:
        """The tables for the entries among which the candidates are."""
        table = self._table
        if table.entries is not proofs.entries:
            concept = np.array([self._order.get(owner, -1) for owner in proofs.concepts], np.int64)
            learned = self._worths.get
            strong = [learned((owner, phrase), _STRONG) for owner, _, phrase in proofs.entries]
            weak = np.array([kind != "strong" for _, kind, _ in proofs.entries], np.bool_)
            worth = np.where(weak, _WEAK, np.array(strong, np.float64))
            in_title = np.where(weak, _WEAK_TITLE, 1 - (1 - worth) * _TITLE_DOUBT)
            table = _Table(proofs.entries, concept, (concept >= 0) & self.of_gate[concept], worth, in_title)
            self._table = table
        return table


def _gate_weights(proofs: Proofs, of_gate: Flags) -> Ints:
    """What each sentence says for the gate: an enumeration of unrelated topics says nothing."""
    weights = np.where(proofs.cues > 0, _GATE_CUE, 0)
    weights[proofs.sentence[of_gate]] = _GATE_WEAK
    weights[proofs.sentence[of_gate & proofs.strong]] = _GATE_STRONG
    weights[proofs.enumeration] = 0
    return weights


class _Gate(NamedTuple):
    """Which items are open, and which of their sentences are on topic.

    `weights` are those of the sentences, `sums` the sums of the weights before each, and of all; `item`
    is that of each sentence; an item is on topic as a `whole` or in passages.
    """

    weights: Ints
    sums: Ints
    bounds: Ints
    item: Ints
    is_open: Flags
    is_lone: Flags
    whole: Flags

    @classmethod
    def of(cls, weights: Ints, sentences: Sentences, doubted: Flags | None) -> _Gate:
        """Open the gate where the item, or a whole paragraph of it, is about a concept of the gate facet.

        A proof in the title or in a short item is enough; in a long one a lone mention must be
        surrounded by more that is on topic.
        """
        bounds = sentences.bounds
        size = bounds[1:] - bounds[:-1]
        count = len(size)
        item = np.arange(count).repeat(size)
        sums = np.zeros(len(weights) + 1, np.int64)
        weights.cumsum(out=sums[1:])
        proves = weights >= _GATE_STRONG
        proofs = np.bincount(item[proves], minlength=count)
        in_title = np.bincount(item[proves & sentences.is_title], minlength=count) > 0
        ends = np.minimum(np.arange(_GATE_WINDOW, len(weights) + _GATE_WINDOW), bounds[1:].take(item))
        needed = np.where(size <= _SHORT_ITEM, _GATE_SHORT, _GATE_LONG)
        enough = sums.take(ends) - sums[:-1] >= needed.take(item)
        is_open = (proofs > 0) & (in_title | (np.bincount(item[enough], minlength=count) > 0))
        is_lone = (proofs == 1) & ~in_title & (size >= _PASSING)
        if doubted is not None:
            is_open &= ~(doubted & is_lone)
        dense = np.bincount(item[weights > 0], minlength=count) * _DENSE >= size
        return cls(weights, sums, bounds, item, is_open, is_lone, in_title | (size <= _SHORT_ITEM) | dense)

    def around(self, sentence: Ints, item: Ints) -> tuple[Flags, Flags]:
        """Whether something is on topic near some sentences, and whether they belong to such a passage."""
        first, end = self.bounds.take(item), self.bounds.take(item + 1)

        def within(reach: int) -> Flags:
            before = self.sums.take(np.maximum(sentence - reach, first))
            found: Flags = self.sums.take(np.minimum(sentence + reach + 1, end)) > before
            return found

        return within(_NEAR), self.is_open.take(item) & (self.whole.take(item) | within(_REACH))


def _added_up(keys: Ints, cells: Ints, worths: Iterable[Floats], size: int) -> Iterator[Floats]:
    """Each of the worths as a table of so many cells: the best one of each key, added up.

    `keys` are the sentence and the concept of each candidate, `cells` its place in the table.
    """
    order = keys.argsort(kind="stable")
    starts = begins(keys.take(order)).nonzero()[0]
    places = cells.take(order.take(starts)).tolist()
    for worth in worths:
        total = [0.0] * size
        best = np.maximum.reduceat(worth.take(order), starts).tolist() if places else ()
        for place, one in zip(places, best, strict=True):
            if one:
                total[place] = 1 - (1 - total[place]) * (1 - one)
        yield float_array(total)
