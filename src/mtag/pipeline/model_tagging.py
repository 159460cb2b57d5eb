"""Model tagging: an item's words and trained weights make scores, and the words that carried them.

A linear model over folded words and the beginnings of longer words, one set of weights for each
language (tf-idf weighting after Salton & Buckley 1988, logistic regression). Two readings are
scored: *passages* (the whole item, and windows over a long one, so that a minor theme is not
drowned) and single *sentences*. A linear score is a sum over words, so the evidence is exact: the
words whose weights carried the sentence.
"""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from mtag.document import Candidate, ModelScores, Sentence, Span
from mtag.errors import ModelError
from mtag.linearmodel import Floats, Weights, Words, weights_of, word_features
from mtag.model import TrainedModel
from mtag.tokens import TOKENIZER, Token, Tokens, tokenize

KIND = "tagging"
"""The kind of the model folder."""

_MIN_SHARE = 0.25
"""Share of an item's words from which one of its languages is scored."""

_SENTENCES = 3
"""Sentences shown as evidence for one concept."""

_CARRIED = 0.6
"""Share of a sentence's positive score that the words shown as evidence carry together."""

_GAP = 3
"""Words of evidence with at most so many others between them make one span."""

_MAX_CACHED_WORDS = 200_000


def read_words(text: str, sentence: Sentence, artefacts: Sequence[Span] = ()) -> Words:
    """Return the features of each word of a sentence, without those in artefacts."""
    words = _outside(tokenize(text, sentence.start, sentence.end), _within(artefacts, sentence))
    features = tuple(word_features(surface) for surface, _, _ in words)
    return Words(features, tuple(Span(start, end) for _, start, end in words))


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
            self.languages = {code: weights_of(model, code) for code in settings["languages"]}
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"the model lacks a part: {error}") from error
        for code, weights in self.languages.items():
            shape = (len(weights.vocabulary), len(self.concepts) + 1)
            if weights.passage.shape != shape or weights.sentence.shape != shape:
                raise ModelError(f"the weights of {code!r} do not fit the vocabulary and the concepts")
        self._known = {code: _Known(weights.vocabulary) for code, weights in self.languages.items()}
        self.digest = model.digest

    def score(
        self,
        text: str,
        sentences: Sequence[Sentence],
        artefacts: Sequence[Span] = (),
        words: Sequence[Tokens] | None = None,
    ) -> tuple[Reading, ...]:
        """Score an item in each of its languages that the model knows and that fills enough of it.

        `words` are those of each sentence, where they have been read already.
        """
        words = words or [list(tokenize(text, one.start, one.end)) for one in sentences]
        if artefacts:
            pairs = zip(words, sentences, strict=True)
            words = [_outside(own, _within(artefacts, one)) for own, one in pairs]
        total = sum(map(len, words))
        readings = []
        for code, weights in self.languages.items():
            places = [n for n, one in enumerate(sentences) if one.language == code and words[n]]
            own = [words[n] for n in places]
            size = sum(map(len, own))
            if not size or size < _MIN_SHARE * total:
                continue
            look_up = self._known[code].look_up
            features = [[look_up(surface) for surface, _, _ in one] for one in own]
            passage, alone = weights.score_known([[*chain.from_iterable(one)] for one in features])
            odds, gate = weights.combine(passage, alone.max(axis=0), len(own))
            readings.append(Reading(code, weights, odds, gate, places, alone, own, features))
        return tuple(readings)

    def tag_item(
        self,
        text: str,
        sentences: Sequence[Sentence],
        artefacts: Sequence[Span] = (),
        least: float = 0.0,
        words: Sequence[Tokens] | None = None,
    ) -> tuple[ModelScores, ...]:
        """Score an item; there is evidence for concepts with log-odds of at least `least`."""
        return tuple(
            ModelScores(
                reading.language,
                dict(zip(self.concepts, reading.odds.tolist(), strict=True)),
                reading.gate,
                _Evidence(reading, self.concepts, least),
            )
            for reading in self.score(text, sentences, artefacts, words)
        )


class Reading(NamedTuple):
    """An item scored in one language: log-odds of each concept and of the gate.

    `places` are the numbers of the sentences in that language, `sentences` their scores (a row each),
    `words` their words and `features` the numbers of the features of each word.
    """

    language: str
    weights: Weights
    odds: Floats
    gate: float
    places: list[int]
    sentences: Floats
    words: list[Tokens]
    features: list[list[tuple[int, ...]]]


class _Known:
    """The features of each surface form that have weights, as numbers; looked up once."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self._vocabulary = vocabulary
        self._cache: dict[str, tuple[int, ...]] = {}

    def look_up(self, surface: str) -> tuple[int, ...]:
        found = self._cache.get(surface)
        if found is None:
            if len(self._cache) >= _MAX_CACHED_WORDS:
                self._cache.clear()
            vocabulary = self._vocabulary
            found = tuple(vocabulary[name] for name in word_features(surface) if name in vocabulary)
            self._cache[surface] = found
        return found


class _Evidence(Mapping[str, tuple[Candidate, ...]]):
    """The words that carried each concept, in its best sentences, the best first; gathered when asked for."""

    def __init__(self, reading: Reading, concepts: Sequence[str], least: float) -> None:
        self._reading = reading
        self._numbers = {concept: n for n, concept in enumerate(concepts) if float(reading.odds[n]) >= least}

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __getitem__(self, concept: str) -> tuple[Candidate, ...]:
        reading, number = self._reading, self._numbers[concept]
        column = reading.sentences[:, number]
        best = np.argsort(-column, kind="stable")[:_SENTENCES]
        found: list[Candidate] = []
        for rank, place in enumerate(best.tolist()):
            if rank and column[place] < 0:
                break
            words, sentence = reading.words[place], reading.places[place]
            for first, last, top in _carriers(reading.features[place], reading.weights, number):
                phrase = word_features(words[top][0])[0]
                span = words[first][1], words[last][2]
                found.append(Candidate(concept, *span, sentence, "model", phrase, "model"))
        return tuple(found)


def _carriers(features: Sequence[Sequence[int]], weights: Weights, number: int) -> list[tuple[int, int, int]]:
    """Runs of words that carry most of a sentence's score, in order: first, last, the heaviest word."""
    flat = np.fromiter(chain.from_iterable(features), np.int64)
    owner = np.repeat(np.arange(len(features)), [len(one) for one in features])
    each = weights.sentence[flat, number].astype(np.float64) * weights.idf[flat]
    worth: list[float] = np.bincount(owner, each, len(features)).tolist()
    order = sorted((n for n in range(len(worth)) if worth[n] > 0), key=lambda n: (-worth[n], n))
    wanted = _CARRIED * sum(worth[n] for n in order)
    chosen: list[int] = []
    carried = 0.0
    for place in order:
        if carried >= wanted:
            break
        chosen.append(place)
        carried += worth[place]
    runs: list[list[int]] = []
    for place in sorted(chosen):
        if runs and place - runs[-1][-1] <= _GAP + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return [(run[0], run[-1], max(run, key=lambda n: (worth[n], -n))) for run in runs]


def _outside(words: Iterable[Token], artefacts: Sequence[Span]) -> Tokens:
    """The words that no artefact touches."""
    return [word for word in words if not any(one.start < word[2] and word[1] < one.end for one in artefacts)]


def _within(artefacts: Sequence[Span], sentence: Sentence) -> Sequence[Span]:
    """The artefacts that touch a sentence; they are in order and apart, so their ends are too."""
    first = bisect(artefacts, sentence.start, key=lambda one: one.end)
    return artefacts[first : bisect_left(artefacts, sentence.end, key=lambda one: one.start)]
