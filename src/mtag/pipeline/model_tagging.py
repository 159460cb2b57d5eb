"""Model tagging: an item's words and trained weights make scores, and the words that carried them.

A linear model over folded words, the beginnings of longer words and groups of synonyms, shared by the
languages (tf-idf weighting after Salton & Buckley 1988, logistic regression). Two readings are
scored: *passages* (the whole item, and windows over a long one, so that a minor theme is not
drowned) and single *sentences*. A linear score is a sum over words, so the evidence is exact: the
words whose weights carried the sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from mtag.document import ModelScores, Sentence, Span
from mtag.errors import ModelError
from mtag.linearmodel import Ints, stacking_of, weights_of, word_features
from mtag.model import TrainedModel
from mtag.modelevidence import Reading, find_words
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
        self, text: str, sentences: Sequence[Sentence], artefacts: Sequence[Span] = ()
    ) -> tuple[ModelScores, ...]:
        """`tag_words` for one item whose words have not been read."""
        words = read_passages([(text, sentences, artefacts)])
        bounds = np.array([0, len(sentences)])
        return self.tag_words(words, [one.language for one in sentences], bounds)

    def tag_words(self, words: WordTable, languages: Sequence[str], items: Ints) -> tuple[ModelScores, ...]:
        """Score items in each of their languages that the model knows and that fills enough of them.

        Args:
            words: the words of the sentences of all items.
            languages: those of the sentences.
            items: the numbers of the sentences at which items begin, and the end.

        Returns:
            The scores in each language, where there are any.
        """
        count = len(items) - 1
        item_of = np.arange(count).repeat(items[1:] - items[:-1])
        total = np.bincount(item_of[words.sentence], minlength=count)
        found = []
        for code in self.languages:
            own = words.in_language(code, languages)
            size = np.bincount(item_of[own.sentence], minlength=count)
            chosen = (size > 0) & (size >= _MIN_SHARE * total)
            own = own.where(chosen[item_of[own.sentence]])
            if len(own.starts):
                found.append(self._score(code, own, item_of))
        return tuple(found)

    def _score(self, code: str, own: WordTable, item_of: Ints) -> ModelScores:
        """Score the items that some words of one language are from."""
        weights = self.weights
        owner, features = self._memories[code].recall(own.vocabulary, own.numbers).take(own.numbers)
        firsts = begins(own.sentence).nonzero()[0]
        ends = np.append(firsts, len(own.numbers))
        bounds = owner.searchsorted(ends)
        item = item_of[own.sentence[firsts]]
        starts = begins(item).nonzero()[0]
        alone = weights.score_sentences(features, bounds)
        edges = np.append(starts, len(firsts))
        passage = weights.score_passages(features, bounds, edges.tolist())
        best = np.maximum.reduceat(alone, starts, axis=0)
        odds, gates = self.languages[code].combine(passage, best, (edges[1:] - edges[:-1]).tolist())
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
        return ModelScores(code, item[starts], odds, gates, partial(find_words, reading))


def _known_features(
    vocabulary: Mapping[str, int], synonyms: Synonyms, language: str, surface: str
) -> tuple[int, ...]:
    names = word_features(surface, language, synonyms)
    return tuple(vocabulary[name] for name in names if name in vocabulary)
