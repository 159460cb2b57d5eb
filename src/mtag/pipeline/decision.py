"""Decision: candidates and model scores become tags.

What phrases say is weighed first (`mtag.phraseweights`): without evidence for a concept of the gate facet
nothing is tagged. Where there is a trained model, its scores are put together with the phrases by a rule
learned with it (`mtag.fusion`); what phrases prove stays proved. Broader concepts are implied; what lies in a
band under the threshold is kept for review. All items of a batch are decided together, as tables of items
and concepts; what is shown is made into values in the end.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np

from mtag.arrays import Flags, Ints, begins
from mtag.document import EvidenceParts, ModelScores, Proofs
from mtag.errors import ModelError, OptionError
from mtag.fusion import ACCEPT, REVIEW, Fusion, Rules, fused_odds, unlikely
from mtag.model import TrainedModel
from mtag.phraseweights import PhraseScale, Sentences, Weighed, Worths
from mtag.taxonomy import Taxonomy

_REVIEW_MODEL = 0.45
"""`REVIEW` where the trained model alone speaks: its thresholds are higher."""

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
    evidence: tuple[EvidenceParts, ...]
    accepted: bool
    by_model: bool = False


_Found: TypeAlias = tuple[float, tuple[EvidenceParts, ...], bool, bool]
"""What was found of a concept in an item: probability, evidence, `accepted` and `by_model` of `Decision`."""


class _Suggestions(NamedTuple):
    """What the model speaks for, sure enough to be shown.

    `cells` are places in a table of items and concepts, row by row; `words` those of the model, where
    phrases do not prove the concept.
    """

    cells: Ints
    probabilities: list[float]
    accepted: list[bool]
    words: list[tuple[EvidenceParts, ...]]


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
        self._rules = Rules.of(fusions.values(), taxonomy)
        self._concepts = tuple(taxonomy.concepts)
        self._broader = {concept: taxonomy.ancestors(concept) for concept in self._concepts}
        self._forms = taxonomy.gate_concepts
        self._floor = floor

    @classmethod
    def of_model(
        cls, taxonomy: Taxonomy, model: TrainedModel | None = None, precision: float | None = None
    ) -> Decider:
        """The rules that a model learned, or without one those of phrases alone.

        Args:
            taxonomy: the concepts, those of the model.
            model: its settings hold what was learned.
            precision: accept only tags as probable as this share of right ones asked for in validation.

        Raises:
            ModelError: the rules are not there, or not in their shape.
            OptionError: there is no model, or none of its thresholds is for this precision.
        """
        floor = _floor(model, precision)
        if model is None:
            return cls(taxonomy, floor=floor)
        if tuple(model.settings["concepts"]) != tuple(taxonomy.concepts):
            raise ModelError("settings.concepts: not the concepts of the taxonomy, in its order")
        try:
            fusions = {code: Fusion(**model.settings["fusion"][code]) for code in model.settings["languages"]}
            return cls(taxonomy, fusions, _worths(model), floor)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ModelError(f"settings.fusion: not the rules of a tagging model ({error})") from error

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
        doubting = np.bincount(scores.items[scores.gates < rules.lone], minlength=sentences.items)
        weighed = self._scale.weigh(proofs, sentences, (rows > 0) & (doubting == rows))
        phrases = _Phrases(proofs, weighed)
        accepted = weighed.scores >= max(ACCEPT, self._floor)
        accepted &= ~unlikely(scores, rules, rows, ~phrases.strong.reshape(accepted.shape))
        made = self._suggest(scores, rules, weighed, accepted.sum(axis=1), phrases)
        found = self._joined(made, self._proved(weighed, accepted, phrases), phrases)
        decisions: list[dict[str, Decision]] = [{} for _ in range(sentences.items)]
        for cell, (probability, evidence, sure, by_model) in found.items():
            item, column = divmod(cell, len(self._concepts))
            name = self._concepts[column]
            decisions[item][name] = Decision(
                name, min(_CEILING, probability), False, evidence, sure, by_model
            )
        return [*map(self._completed, decisions, (rows > 0).tolist())]

    def _suggest(
        self, scores: ModelScores, rules: Rules, weighed: Weighed, proved: Ints, phrases: _Phrases
    ) -> _Suggestions:
        """What the model speaks for, sure enough to be shown."""
        items = scores.items
        suggested = weighed.suggested.take(items, axis=0)
        odds = fused_odds(scores.odds, suggested, rules.weak[:, None], rules.strong[:, None])
        opened = weighed.is_open.take(items) | (scores.gates >= rules.gate)
        row, concept = ((odds >= rules.least) & opened[:, None]).nonzero()
        cells = items.take(row) * len(self._concepts) + concept
        probability = np.array([1 / (1 + math.exp(-one)) for one in odds[row, concept].tolist()])
        shown = (probability >= _REVIEW_MODEL) | self._scale.of_gate.take(concept) | phrases.some.take(cells)
        if not shown.all():
            row, concept, cells, probability = (each[shown] for each in (row, concept, cells, probability))
        rich = proved.take(items) >= rules.rich
        least = np.maximum(np.where(rich, rules.rich_threshold, 0.0), self._floor)
        accepted = probability >= np.maximum(rules.thresholds[row, concept], least.take(row))
        asked = ~phrases.strong.take(cells) & (scores.odds[row, concept] >= _LEAST_ODDS)
        places = asked.nonzero()[0]
        words: list[tuple[EvidenceParts, ...]] = [()] * len(cells)
        for place, found in zip(places.tolist(), scores.words(row[places], concept[places]), strict=True):
            words[place] = tuple([one[1:5] for one in found])
        return _Suggestions(cells, probability.tolist(), accepted.tolist(), words)

    def _proved(self, weighed: Weighed, accepted: Flags, phrases: _Phrases) -> dict[int, _Found]:
        """What phrases make of the concepts, by cell."""
        scores = weighed.scores.ravel()
        cells = (scores > 0).nonzero()[0]
        values = (cells, scores.take(cells), accepted.ravel().take(cells))
        return {
            cell: (score, phrases.words[cell], sure, False)
            for cell, score, sure in zip(*(one.tolist() for one in values), strict=True)
        }

    def _joined(self, made: _Suggestions, found: dict[int, _Found], phrases: _Phrases) -> dict[int, _Found]:
        """What was found joined by what the model suggests: the better probability, all the evidence."""
        for cell, probability, accepted, words in zip(
            made.cells.tolist(), made.probabilities, made.accepted, made.words, strict=True
        ):
            if words or cell in phrases.words:  # nothing counts without its words
                nothing = (0.0, phrases.words.get(cell, ()), False, False)
                known, said, sure, _ = found.get(cell, nothing)
                found[cell] = max(known, probability), said + words, sure or accepted, True
        return found

    def _completed(self, found: dict[str, Decision], by_model: bool) -> tuple[Decision, ...]:
        """The decisions on an item with the broader concepts, without those that are not shown."""
        if not found:
            return ()
        forms = [one for concept, one in found.items() if concept in self._forms]
        if forms and not self._floor and not any(one.accepted for one in forms):
            self._accept_widest(found, forms)
        decisions = self._with_broader(found)
        if by_model and not any(one.accepted for one in decisions if one.concept in self._forms):
            return tuple([one._replace(accepted=False) for one in decisions])
        return decisions

    def _accept_widest(self, found: dict[str, Decision], forms: Sequence[Decision]) -> None:
        """Accept the widest concept above the likeliest form: the item is on topic, no form of it is sure."""
        best = max(forms, key=lambda one: (one.probability, one.concept))
        widest = (best.concept, *self._broader[best.concept])[-1]
        known = found.get(widest, best._replace(concept=widest, implied=True))
        found[widest] = known._replace(accepted=True, probability=max(known.probability, best.probability))

    def _with_broader(self, found: Mapping[str, Decision]) -> tuple[Decision, ...]:
        """Add the broader concepts, each at least as probable as what implies it.

        The words that carry the model's score of a broader concept say less than those of the narrower one.
        """
        result = dict(found)
        narrow = [one for concept, one in found.items() if self._broader[concept]]
        for made in sorted(narrow, key=lambda one: (-one.probability, one.concept)):
            for broader in self._broader[made.concept]:
                known = result.get(broader)
                if known is None:
                    result[broader] = Decision(broader, made.probability, True, *made[3:])
                elif made.accepted and not known.implied and _is_by_model_alone(known):
                    probability = max(known.probability, made.probability)
                    result[broader] = Decision(broader, probability, True, *made[3:])
                elif known.probability < made.probability or known.accepted < made.accepted:
                    result[broader] = known._replace(
                        probability=max(known.probability, made.probability),
                        accepted=known.accepted or made.accepted,
                    )
        return tuple([one for one in result.values() if one.accepted or one.probability >= _least_shown(one)])


class _Phrases:
    """The phrases that count, by cell.

    `some` and `strong` tell where there are any, and strong ones; `words` are those of the cells that have
    some.
    """

    def __init__(self, proofs: Proofs, weighed: Weighed) -> None:
        cells, size = weighed.cells, weighed.scores.size
        self.some, self.strong = np.zeros((2, size), np.bool_)
        self.some[cells] = True
        self.strong[cells[proofs.strong.take(weighed.proof)]] = True
        order = cells.argsort(kind="stable")
        evidence = proofs.evidence(weighed.proof.take(order))
        cells = cells.take(order)
        starts = begins(cells).nonzero()[0]
        bounds = pairwise([*starts.tolist(), len(evidence)])
        self.words: dict[int, tuple[EvidenceParts, ...]] = {
            cell: tuple(evidence[start:end])
            for cell, (start, end) in zip(cells.take(starts).tolist(), bounds, strict=True)
        }


def _is_by_model_alone(made: Decision) -> bool:
    return made.evidence[0][2] == "model"


def _least_shown(made: Decision) -> float:
    return _REVIEW_MODEL if _is_by_model_alone(made) else REVIEW


def _worths(model: TrainedModel) -> Worths:
    """What a model learned of strong phrases; a model made before there was that has nothing.

    Raises:
        ModelError: it is not in its shape.
    """
    try:
        listed = model.settings.get("worths", ())
        return {(str(concept), str(phrase)): float(worth) for concept, phrase, worth in listed}
    except (TypeError, ValueError) as error:
        raise ModelError(f"settings.worths: not the worths of phrases ({error})") from error


def _floor(model: TrainedModel | None, precision: float | None) -> float:
    if precision is None:
        return 0.0
    if model is None:
        raise OptionError(f"precision={precision} needs a trained model; phrases alone have no thresholds")
    floors: dict[str, float] = dict(model.settings.get("precision", {}))
    if str(precision) not in floors:
        known = ", ".join(sorted(floors)) or "none"
        raise OptionError(f"precision={precision}: the model has thresholds for {known}")
    return float(floors[str(precision)])
