"""Decision: candidates and model scores become tags.

What phrases say is weighed first (`mtag.phraseweights`): without evidence for a concept of the gate facet
nothing is tagged. Where there is a trained model, its scores are put together with the phrases by a rule
learned with it (`Fusion`); what phrases prove stays proved. Broader concepts are implied; what lies in a
band under the threshold is kept for review. All items of a batch are decided together, as tables of items
and concepts; what is shown is made into values in the end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from mtag.chunks import Flags, Ints
from mtag.document import Candidate, ModelScores, Proofs
from mtag.linearmodel import Floats
from mtag.phraseweights import PhraseScale, Sentences, Weighed, Worths
from mtag.taxonomy import Taxonomy

ACCEPT = 0.5
"""Probability from which a tag is accepted."""

REVIEW = 0.35
"""Probability from which a tag is shown for review."""

_REVIEW_MODEL = 0.45
"""The same where the trained model alone speaks: its thresholds are higher."""

_REVIEW_ODDS = math.log(REVIEW / (1 - REVIEW))

_LEAST_ODDS = -4.0
"""Log-odds of the model from which its words are evidence: what phrases may still lift into view."""

_CEILING = 0.99


class Decision(NamedTuple):
    """A tag in the making: its concept, probability, whether a narrower concept implied it, its evidence.

    `evidence` are phrases in the order of the text, then words of the model; there is some. `accepted`
    tells the tag from one for review; `by_model` that the trained model speaks for it.
    """

    concept: str
    probability: float
    implied: bool
    evidence: tuple[Candidate, ...]
    accepted: bool
    by_model: bool = False


class Fusion(NamedTuple):
    """How phrases and the model of one language are put together; learned when the model is trained.

    `weak` and `strong` are added to the log-odds of a concept that phrases suggest or prove;
    `thresholds` are the probabilities from which a concept without proof by phrases is accepted (a
    concept that is not there is left to phrases); `gate` the log-odds that open the gate, and `lone`
    those under which a lone proof by phrases does not; in an item where phrases prove `rich` concepts or
    more, the threshold is at least `rich_threshold`; `doubts` are, for some facets, the log-odds of a
    concept under which what phrases prove of it is for review.
    """

    weak: float
    strong: float
    thresholds: Mapping[str, float]
    gate: float
    lone: float
    rich: int
    rich_threshold: float
    doubts: Mapping[str, float]


class _Rule(NamedTuple):
    """A rule with its bounds by concept; `fitted` are the concepts that the model may speak for."""

    fusion: Fusion
    fitted: Flags
    thresholds: Floats
    doubts: Floats

    @classmethod
    def of(cls, fusion: Fusion, taxonomy: Taxonomy) -> _Rule:
        return cls(
            fusion,
            np.array([concept.id in fusion.thresholds for concept in taxonomy], np.bool_),
            np.array([fusion.thresholds.get(concept.id, 1.0) for concept in taxonomy], np.float64),
            np.array([fusion.doubts.get(concept.facet, -math.inf) for concept in taxonomy], np.float64),
        )


class _Suggestions(NamedTuple):
    """What the model speaks for: cells, probabilities, whether accepted, where phrases leave it to the model.

    A cell is a place in a table of items and concepts, row by row. `words` are those of the model.
    """

    cells: Ints
    probabilities: list[float]
    accepted: list[bool]
    words: list[tuple[Candidate, ...]]


class Decider:
    """Decides the tags of items by the rules of a taxonomy and of a model trained for it."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        fusions: Mapping[str, Fusion] | None = None,
        worths: Worths | None = None,
        floor: float = 0.0,
    ) -> None:
        """Lay out the rules.

        Args:
            taxonomy: the concepts; nothing is tagged without one of its gate facet.
            fusions: the learned rule for each language of the model.
            worths: what was learned of strong phrases.
            floor: probability below which no tag is accepted, for a wanted precision.
        """
        self._scale = PhraseScale(taxonomy, worths)
        self._rules = {code: _Rule.of(fusion, taxonomy) for code, fusion in (fusions or {}).items()}
        self._concepts = tuple(taxonomy.concepts)
        self._broader = {concept: taxonomy.ancestors(concept) for concept in self._concepts}
        gate = taxonomy.scheme.gate
        self._forms = frozenset(concept.id for concept in taxonomy if concept.facet == gate)
        self._floor = floor

    def decide(
        self, proofs: Proofs, sentences: Sentences, scores: Sequence[ModelScores] = ()
    ) -> list[tuple[Decision, ...]]:
        """Decide the tags of the items of a batch.

        Args:
            proofs: what phrases prove.
            sentences: those of the items.
            scores: what the trained model says, in each of its languages.

        Returns:
            For each item, decisions with a probability of at least `REVIEW`, in no particular order; none
            where the gate stays shut.
        """
        fused = [(one, self._rules[one.language]) for one in scores if one.language in self._rules]
        doubted = _all_agree([(one, one.gates < rule.fusion.lone) for one, rule in fused], sentences.items)
        weighed = self._scale.weigh(proofs, sentences, doubted)
        accepted = weighed.scores >= max(ACCEPT, self._floor)
        unlikely = _all_agree([(one, one.odds < rule.doubts) for one, rule in fused], sentences.items)
        if unlikely is not None:
            accepted &= ~unlikely
        phrases = _Phrases(proofs, weighed)
        suggestions = [self._suggest(*one, weighed, accepted.sum(axis=1), phrases) for one in fused]
        phrases.read([(weighed.scores.ravel() > 0).nonzero()[0], *(one.cells for one in suggestions)])
        found = self._proved(weighed, accepted, phrases)
        for one in suggestions:
            self._add(one, found, phrases)
        by_model = set(chain.from_iterable(one.items.tolist() for one in scores))
        return [self._completed(of_item, item in by_model) for item, of_item in enumerate(found)]

    def _suggest(
        self, scores: ModelScores, rule: _Rule, weighed: Weighed, proved: Ints, phrases: _Phrases
    ) -> _Suggestions:
        """What the model speaks for in its language, sure enough to be shown."""
        fusion, items = rule.fusion, scores.items
        odds = fused_odds(scores.odds, weighed.suggested[items], fusion)
        opened = weighed.is_open[items] | (scores.gates >= fusion.gate)
        row, concept = ((odds >= _REVIEW_ODDS) & rule.fitted & opened[:, None]).nonzero()
        cells = items.take(row) * len(self._concepts) + concept
        probability = np.array([1 / (1 + math.exp(-one)) for one in odds[row, concept].tolist()])
        shown = (probability >= _REVIEW_MODEL) | self._scale.of_gate.take(concept) | phrases.some.take(cells)
        if not shown.all():
            row, concept, cells, probability = (each[shown] for each in (row, concept, cells, probability))
        least = np.where(
            proved.take(items) >= fusion.rich, max(self._floor, fusion.rich_threshold), self._floor
        )
        accepted = probability >= np.maximum(rule.thresholds.take(concept), least.take(row))
        words: list[tuple[Candidate, ...]] = [()] * len(cells)
        asked = ~phrases.strong.take(cells) & (scores.odds[row, concept] >= _LEAST_ODDS)
        places = asked.nonzero()[0]
        for place, found in zip(places.tolist(), scores.words(row[places], concept[places]), strict=True):
            words[place] = found
        return _Suggestions(cells, probability.tolist(), accepted.tolist(), words)

    def _proved(self, weighed: Weighed, accepted: Flags, phrases: _Phrases) -> list[dict[str, Decision]]:
        """What phrases make of the concepts, for each item."""
        found: list[dict[str, Decision]] = [{} for _ in weighed.is_open]
        item, concept = (weighed.scores > 0).nonzero()
        values = (item, concept, weighed.scores[item, concept], accepted[item, concept])
        for number, column, score, sure in zip(*(one.tolist() for one in values), strict=True):
            name = self._concepts[column]
            words = phrases.words[number * len(self._concepts) + column]
            found[number][name] = Decision(name, min(_CEILING, score), False, words, sure)
        return found

    def _add(self, made: _Suggestions, found: Sequence[dict[str, Decision]], phrases: _Phrases) -> None:
        """Join what the model suggests to what was found: the better probability, all the evidence."""
        for cell, probability, accepted, words in zip(
            made.cells.tolist(), made.probabilities, made.accepted, made.words, strict=True
        ):
            said = phrases.words.get(cell, ())
            if not (said or words):
                continue
            item, column = divmod(cell, len(self._concepts))
            name, probability = self._concepts[column], min(_CEILING, probability)
            known = found[item].get(name)
            if known is not None:
                probability, accepted = max(known.probability, probability), known.accepted or accepted
                said = known.evidence
            found[item][name] = Decision(name, probability, False, said + words, accepted, True)

    def _completed(self, found: dict[str, Decision], by_model: bool) -> tuple[Decision, ...]:
        """The decisions on an item with the broader concepts, without those that are not shown."""
        if not found:
            return ()
        forms = [one for one in found.values() if one.concept in self._forms]
        if forms and not self._floor and not any(one.accepted for one in forms):
            self._accept_widest(found, forms)
        decisions = self._with_broader(found)
        if by_model and not any(one.accepted and one.concept in self._forms for one in decisions):
            return tuple(one._replace(accepted=False) for one in decisions)
        return decisions

    def _accept_widest(self, found: dict[str, Decision], forms: Sequence[Decision]) -> None:
        """Accept the widest concept above the likeliest form: the item is on topic, no form of it is sure."""
        best = max(forms, key=lambda one: (one.probability, one.concept))
        widest = (best.concept, *self._broader[best.concept])[-1]
        known = found.get(widest, best._replace(concept=widest, implied=True))
        found[widest] = known._replace(accepted=True, probability=max(known.probability, best.probability))

    def _with_broader(self, found: Mapping[str, Decision]) -> tuple[Decision, ...]:
        """Add the broader concepts, each at least as probable as what implies it."""
        result = dict(found)
        for made in sorted(found.values(), key=lambda one: (-one.probability, one.concept)):
            for broader in self._broader[made.concept]:
                known = result.get(broader)
                if known is None:
                    result[broader] = made._replace(concept=broader, implied=True)
                elif known.probability < made.probability or known.accepted < made.accepted:
                    result[broader] = known._replace(
                        probability=max(known.probability, made.probability),
                        accepted=known.accepted or made.accepted,
                    )
        return tuple(one for one in result.values() if one.accepted or one.probability >= _least_shown(one))


class _Phrases:
    """The phrases that count, by cell.

    `some` and `strong` tell where there are any, and strong ones; `words` are those of the cells that
    were read.
    """

    def __init__(self, proofs: Proofs, weighed: Weighed) -> None:
        self._proofs, self._weighed = proofs, weighed
        self.words: dict[int, tuple[Candidate, ...]] = {}
        self.some, self.strong = np.zeros((2, weighed.scores.size), np.bool_)
        self.some[weighed.cells] = True
        self.strong[weighed.cells[proofs.strong.take(weighed.proof)]] = True

    def read(self, cells: Sequence[Ints]) -> None:
        """Make the words of some cells."""
        wanted = np.zeros(len(self.some), np.bool_)
        for some in cells:
            wanted[some] = True
        own = wanted.take(self._weighed.cells).nonzero()[0]
        found: dict[int, list[Candidate]] = {}
        candidates = self._proofs.candidates(self._weighed.proof.take(own))
        for cell, one in zip(self._weighed.cells.take(own).tolist(), candidates, strict=True):
            found.setdefault(cell, []).append(one)
        self.words = {cell: tuple(own) for cell, own in found.items()}


def _all_agree(of_each: Iterable[tuple[ModelScores, Flags]], items: int) -> Flags | None:
    """Where all of the languages of an item have a flag set; each gives flags a row an item, or one alone.

    There is no such place in an item without languages; `None` where no item has any.
    """
    agree = None
    for scores, flags in of_each:
        if agree is None:
            some = np.zeros(items, np.bool_)
            agree = np.ones((items, *flags.shape[1:]), np.bool_)
        some[scores.items] = True
        agree[scores.items] &= flags
    if agree is not None:
        agree[~some] = False
    return agree


def fused_odds(scores: Floats, suggested: Floats, fusion: Fusion) -> Floats:
    """The log-odds of concepts, from those of the model and what phrases suggest."""
    added = np.where(suggested >= ACCEPT, fusion.strong, np.where(suggested >= REVIEW, fusion.weak, 0.0))
    total: Floats = scores + added
    return total


def _least_shown(made: Decision) -> float:
    return REVIEW if made.evidence[0].source == "phrase" else _REVIEW_MODEL
