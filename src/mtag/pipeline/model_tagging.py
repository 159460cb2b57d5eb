"""Model tagging: an item's words and trained weights make scores, and the words that carried them.

A linear model over folded words, the beginnings of longer words and groups of synonyms, shared by the
languages (tf-idf weighting after Salton & Buckley 1988, logistic regression). Two readings are
scored: *passages* (the whole item, and windows over a long one, so that a minor theme is not
drowned) and single *sentences*. A linear score is a sum over words, so the evidence is exact: the
words whose weights carried the sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from mtag.document import Candidate, ModelScores, Sentence, Span
from mtag.errors import ModelError
from mtag.linearmodel import Ints, stacking_of, weights_of, word_features
from mtag.model import TrainedModel
from mtag.modelevidence import CarryingWords, Reading
from mtag.synonyms import Synonyms
from mtag.tokens import TOKENIZER
from mtag.wordtable import WordMemory, WordTable, begins, read_passages

KIND = "tagging"
"""The kind of the model folder."""

_MIN_SHARE = 0.25
"""Share of an item's words from which one of its languages is scored."""


class Classifier:
    """The trained weights of every language, ready to score."""

    def __init__(self, model: TrainedModel, taxonomy_digest: str) -> None:
        """Unpack a model.

        Raises:
            ModelError: the model was trained for another taxonomy or tokenizer, or lacks a part.
        """
        settings: dict[str, Any] = dict(model.settings)
        if settings.get("taxonomy") != taxonomy_digest:
            raise ModelError(
                "settings.taxonomy: the model was trained for another taxonomy;"
                " train it again with `mtag train`, or load no model"
            )
        if settings.get("tokenizer") != TOKENIZER:
            raise ModelError("settings.tokenizer: the model was trained with another tokenizer")
        try:
            self.concepts: tuple[str, ...] = tuple(settings["concepts"])
            self.weights = weights_of(model)
            self.languages = {code: stacking_of(model, code) for code in settings["languages"]}
            synonyms = Synonyms(bytes(model.arrays["synonyms"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"the model lacks a part: {error}") from error
        shape = (len(self.weights.vocabulary), len(self.concepts) + 1)
        if self.weights.passage.shape != shape or self.weights.sentence.shape != shape:
            raise ModelError("the weights do not fit the vocabulary and the concepts")
        self._memories = {
            code: WordMemory(partial(_known_features, self.weights.vocabulary, synonyms, code))
            for code in self.languages
        }
        self.digest = model.digest

    def tag_item(
        self,
        text: str,
        sentences: Sequence[Sentence],
        artefacts: Sequence[Span] = (),
        least: float = 0.0,
    ) -> tuple[ModelScores, ...]:
        """Score an item in each of its languages that the model knows and that fills enough of it.

        There is evidence for concepts with log-odds of at least `least`.
        """
        words = read_passages([(text, sentences, artefacts)])
        return self.tag_words(words, [one.language for one in sentences], [0, len(sentences)], least)[0]

    def tag_words(
        self, words: WordTable, languages: Sequence[str], items: Sequence[int], least: float = 0.0
    ) -> list[tuple[ModelScores, ...]]:
        """`tag_item` for many items whose words have been read.

        Args:
            words: the words of the sentences of all items.
            languages: those of the sentences.
            items: the numbers of the sentences at which items begin, and the end.
            least: log-odds from which there is evidence.
        """
        count = len(items) - 1
        item_of = np.repeat(np.arange(count), np.diff(items))
        total = np.bincount(item_of[words.sentence], minlength=count)
        found: list[list[ModelScores]] = [[] for _ in range(count)]
        for code in self.languages:
            own = words.in_language(code, languages)
            size = np.bincount(item_of[own.sentence], minlength=count)
            chosen = (size > 0) & (size >= _MIN_SHARE * total)
            own = own.where(chosen[item_of[own.sentence]])
            if len(own.starts):
                self._score(code, own, item_of, found, least)
        return [tuple(one) for one in found]

    def _score(
        self,
        code: str,
        own: WordTable,
        item_of: Ints,
        found: list[list[ModelScores]],
        least: float,
    ) -> None:
        """Score the items that some words of one language are from, and add that to what is found of them."""
        weights = self.weights
        owner, features = self._memories[code].recall(own.vocabulary, own.numbers).take(own.numbers)
        firsts = np.flatnonzero(begins(own.sentence))
        ends = np.append(firsts, len(own.numbers))
        bounds = np.searchsorted(owner, ends)
        item = item_of[own.sentence[firsts]]
        starts = np.flatnonzero(begins(item))
        alone = weights.score_sentences(features, bounds)
        edges = np.append(starts, len(firsts)).tolist()
        passage = weights.score_passages(features, bounds, edges)
        best = np.maximum.reduceat(alone, starts, axis=0)
        odds, gates = self.languages[code].combine(passage, best, np.diff(edges).tolist())
        reading = Reading(
            weights=weights,
            concepts=self.concepts,
            sentences=alone,
            items=edges,
            words=own,
            word_bounds=ends,
            owners=owner,
            features=features,
            feature_bounds=bounds,
        )
        evidence = CarryingWords(reading)
        for row, start in enumerate(edges[:-1]):
            scores = dict(zip(self.concepts, odds[row].tolist(), strict=True))
            there = (concept for concept, score in scores.items() if score >= least)
            found[int(item[start])].append(
                ModelScores(code, scores, float(gates[row]), _Evidence(evidence, row, there))
            )


def _known_features(
    vocabulary: Mapping[str, int], synonyms: Synonyms, language: str, surface: str
) -> tuple[int, ...]:
    names = word_features(surface, language, synonyms)
    return tuple(vocabulary[name] for name in names if name in vocabulary)


def expect_words(asked: Iterable[tuple[ModelScores, Sequence[str]]]) -> None:
    """Tell the words of which concepts will be asked for, so that those of a batch are found in one pass."""
    for scores, concepts in asked:
        if isinstance(scores.evidence, _Evidence):
            scores.evidence.expect(concepts)


class _Evidence(Mapping[str, tuple[Candidate, ...]]):
    """The words that carried the concepts of one item; those that are expected are found together."""

    def __init__(self, of_batch: CarryingWords, item: int, concepts: Iterable[str]) -> None:
        self._of_batch, self._item = of_batch, item
        self._concepts = tuple(concepts)

    def __len__(self) -> int:
        return len(self._concepts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._concepts)

    def __getitem__(self, concept: str) -> tuple[Candidate, ...]:
        if concept not in self._concepts:
            raise KeyError(concept)
        return self._of_batch.find(self._item, concept)

    def expect(self, concepts: Iterable[str]) -> None:
        for concept in concepts:
            if concept in self._concepts:
                self._of_batch.expect(self._item, concept)
