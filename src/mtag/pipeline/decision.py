"""Decision: candidates and model scores become tags.

What phrases say is weighed first (`mtag.phraseweights`): without evidence for a concept of the gate facet
nothing is tagged. Where there is a trained model, its scores are put together with the phrases by a rule
learned with it (`Fusion`); what phrases prove stays proved. Broader concepts are implied; what lies in a
band under the threshold is kept for review. All items of a batch are decided together, as tables of items
and concepts; what is shown is made into values in the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from mtag.chunks import Flags, Ints
from mtag.document import Candidate, ModelScores, Proofs
from mtag.linearmodel import Floats
from mtag.phraseweights import PhraseScale, Sentences, Weighed, Worths
from mtag.taxonomy import Concept, Taxonomy

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


class _Rules(NamedTuple):
    """The rules of languages, or those of the language of each row: a row each.

    `least` are the log-odds from which the model speaks for a concept, `thresholds` and `doubts` those of
    `Fusion`, a column for each concept.
    """

    weak: Floats
    strong: Floats
    gate: Floats
    lone: Floats
    rich: Floats
    rich_threshold: Floats
    least: Floats
    thresholds: Floats
    doubts: Floats

    @classmethod
    def of(cls, fusions: Iterable[Fusion], taxonomy: Taxonomy) -> _Rules:
        """Lay out rules."""
        fusions = list(fusions)

        def table(bound: Callable[[Fusion, Concept], float]) -> Floats:
            values = [bound(fusion, concept) for fusion in fusions for concept in taxonomy]
            return np.array(values, np.float64).reshape(len(fusions), len(taxonomy))

        weak, strong, gate, lone, rich, rich_threshold = (
            np.array(
                [(one.weak, one.strong, one.gate, one.lone, one.rich, one.rich_threshold) for one in fusions],
                np.float64,
            )
            .reshape(-1, 6, 1)
            .swapaxes(0, 1)
        )
        return cls(
            weak=weak,
            strong=strong,
            gate=gate,
            lone=lone,
            rich=rich,
            rich_threshold=rich_threshold,
            least=table(lambda fusion, one: _REVIEW_ODDS if one.id in fusion.thresholds else math.inf),
            thresholds=table(lambda fusion, one: fusion.thresholds.get(one.id, 1.0)),
            doubts=table(lambda fusion, one: fusion.doubts.get(one.facet, -math.inf)),
        )

    def take(self, numbers: Ints) -> _Rules:
        """The rules of some languages, by number."""
        return _Rules._make(column.take(numbers, axis=0) for column in self)


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
        fusions = fusions or {}
        self._languages = {code: number for number, code in enumerate(fusions)}
        self._rules = _Rules.of(fusions.values(), taxonomy)
        self._concepts = tuple(taxonomy.concepts)
        self._broader = {concept: taxonomy.ancestors(concept) for concept in self._concepts}
        gate = taxonomy.scheme.gate
        self._forms = frozenset(concept.id for concept in taxonomy if concept.facet == gate)
        self._floor = floor

    def decide(
        self, proofs: Proofs, sentences: Sentences, scores: ModelScores | None = None
    ) -> list[tuple[Decision, ...]]:
        """Decide the tags of the items of a batch.

        Args:
            proofs: what phrases prove.
            sentences: those of the items.
            scores: what the trained model says, in languages for which there is a rule.

        Returns:
            For each item, decisions with a probability of at least `REVIEW`, in no particular order; none
            where the gate stays shut.
        """
        if scores is None:
            scores = ModelScores.none(len(self._concepts))
        rules = self._rules.take(np.array([self._languages[code] for code in scores.languages], np.int64))
        rows = np.bincount(scores.items, minlength=sentences.items)
        doubting = np.bincount(scores.items[scores.gates < rules.lone[:, 0]], minlength=sentences.items)
        weighed = self._scale.weigh(proofs, sentences, (rows > 0) & (doubting == rows))
        accepted = weighed.scores >= max(ACCEPT, self._floor)
        accepted &= ~_unlikely(scores, rules, rows)
        phrases = _Phrases(proofs, weighed)
        made = self._suggest(scores, rules, weighed, accepted.sum(axis=1), phrases)
        phrases.read(made.cells)
        found = self._proved(weighed, accepted, phrases)
        self._add(made, found, phrases)
        by_model = (rows > 0).tolist()
        return [self._completed(*one) for one in zip(found, by_model, strict=True)]

    def _suggest(
        self, scores: ModelScores, rules: _Rules, weighed: Weighed, proved: Ints, phrases: _Phrases
    ) -> _Suggestions:
        """What the model speaks for, sure enough to be shown."""
        items = scores.items
        odds = fused_odds(scores.odds, weighed.suggested.take(items, axis=0), rules.weak, rules.strong)
        opened = weighed.is_open.take(items) | (scores.gates >= rules.gate[:, 0])
        row, concept = ((odds >= rules.least) & opened[:, None]).nonzero()
        cells = items.take(row) * len(self._concepts) + concept
        probability = np.array([1 / (1 + math.exp(-one)) for one in odds[row, concept].tolist()])
        shown = (probability >= _REVIEW_MODEL) | self._scale.of_gate.take(concept) | phrases.some.take(cells)
        if not shown.all():
            row, concept, cells, probability = (each[shown] for each in (row, concept, cells, probability))
        rich = proved.take(items) >= rules.rich[:, 0]
        least = np.maximum(np.where(rich, rules.rich_threshold[:, 0], 0.0), self._floor)
        accepted = probability >= np.maximum(rules.thresholds[row, concept], least.take(row))
        asked = ~phrases.strong.take(cells) & (scores.odds[row, concept] >= _LEAST_ODDS)
        places = asked.nonzero()[0]
        words: list[tuple[Candidate, ...]] = [()] * len(cells)
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

    def read(self, suggested: Ints) -> None:
        """Make the words of the cells that phrases prove, and of those that the model suggests."""
        wanted = self._weighed.scores.ravel() > 0
        wanted[suggested] = True
        own = wanted.take(self._weighed.cells).nonzero()[0]
        found: dict[int, list[Candidate]] = {}
        candidates = self._proofs.candidates(self._weighed.proof.take(own))
        for cell, one in zip(self._weighed.cells.take(own).tolist(), candidates, strict=True):
            found.setdefault(cell, []).append(one)
        self.words = {cell: tuple(own) for cell, own in found.items()}


def _unlikely(scores: ModelScores, rules: _Rules, rows: Ints) -> Flags:
    """What the model is so sure is not there, in all `rows` of an item, that a proof is seldom right."""
    shape = len(rows), scores.odds.shape[1]
    row, concept = (scores.odds < rules.doubts).nonzero()
    count = np.bincount(scores.items.take(row) * shape[1] + concept, minlength=shape[0] * shape[1])
    found: Flags = count.reshape(shape) == np.maximum(rows, 1)[:, None]
    return found


def fused_odds(scores: Floats, suggested: Floats, weak: Floats | float, strong: Floats | float) -> Floats:
    """The log-odds of concepts, from those of the model and what phrases suggest; see `Fusion`."""
    added = np.where(suggested >= ACCEPT, strong, np.where(suggested >= REVIEW, weak, 0.0))
    total: Floats = scores + added
    return total


def _least_shown(made: Decision) -> float:
    return REVIEW if made.evidence[0].source == "phrase" else _REVIEW_MODEL
