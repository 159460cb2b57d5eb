"""Model tagging: an item's words and trained weights make scores, and the words that carried them.

A linear model over folded words and the beginnings of longer words, one set of weights for each
language (tf-idf weighting after Salton & Buckley 1988, logistic regression). Two readings are
scored: *passages* (the whole item, and windows over a long one, so that a minor theme is not
drowned) and single *sentences*. A linear score is a sum over words, so the evidence is exact: the
words whose weights carried the sentence.
"""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.document import Candidate, ModelScores, Sentence, Span
from mtag.errors import ModelError
from mtag.model import TrainedModel
from mtag.tokens import TOKENIZER, fold, strip_accents, tokenize

KIND = "tagging"
"""The kind of the model folder."""

PREFIX = 6
"""Letters of the beginning of a longer word, a feature beside the word: a stem of sorts."""

_WINDOW, _STEP = 40, 20
"""Sentences of a window over a long item, and how far the next one begins behind it."""

_MIN_SHARE = 0.25
"""Share of an item's words from which one of its languages is scored."""

_LIMIT = 8.0
"""Scores beyond this say no more."""

_SENTENCES = 3
"""Sentences shown as evidence for one concept."""

_CARRIED = 0.6
"""Share of a sentence's positive score that the words shown as evidence carry together."""

_GAP = 3
"""Words of evidence with at most so many others between them make one span."""

Floats = NDArray[np.float64]


class Words(NamedTuple):
    """The words of one sentence: their features (one or two each) and their spans in the text."""

    features: tuple[tuple[str, ...], ...]
    spans: tuple[Span, ...]


def read_words(text: str, sentence: Sentence, artefacts: Sequence[Span] = ()) -> Words:
    """Return the features of each word of a sentence, without those in artefacts."""
    features, spans = [], []
    for surface, start, end in tokenize(text, sentence.start, sentence.end):
        if any(one.start < end and start < one.end for one in artefacts):
            continue
        features.append(word_features(surface))
        spans.append(Span(start, end))
    return Words(tuple(features), tuple(spans))


def word_features(surface: str) -> tuple[str, ...]:
    """The word, folded and without accents, and the beginning of a longer one; numbers are one word."""
    word = strip_accents(fold(surface))
    if word.isdigit():
        return ("#",)
    return (word, f"{word[:PREFIX]}-") if len(word) > PREFIX else (word,)


def windows(count: int) -> list[tuple[int, int]]:
    """The passages of an item of `count` sentences: all of it, and windows over a long one."""
    if count <= _WINDOW:
        return [(0, count)]
    starts = range(0, count - _WINDOW + _STEP, _STEP)
    return [(0, count), *((start, min(start + _WINDOW, count)) for start in starts)]


class Weights(NamedTuple):
    """The weights of one language.

    `passage` and `sentence` have a row for each feature and a column for each concept, and a last
    column for the gate; `*_bias` are the constants; `idf` is the inverse document frequency of each
    feature; `short` the lengths of the tf-idf vector under which a passage and a sentence are short:
    they are divided by it instead of their own length, so that one word cannot say everything.
    `fusion` weighs, for every concept, its passage and sentence score and those of the
    gate; `prior` is each concept's constant; `gate` weighs the gate's two scores, its constant last.
    """

    vocabulary: dict[str, int]
    idf: Floats
    short: Floats
    passage: NDArray[np.float32]
    passage_bias: Floats
    sentence: NDArray[np.float32]
    sentence_bias: Floats
    fusion: Floats
    prior: Floats
    gate: Floats

    def row(self, words: Sequence[Words], short: float) -> tuple[NDArray[np.int64], Floats]:
        """The features of some sentences that have weights, and their tf-idf values (length at most 1)."""
        counts: dict[int, int] = {}
        vocabulary = self.vocabulary
        for one in words:
            for features in one.features:
                for feature in features:
                    number = vocabulary.get(feature)
                    if number is not None:
                        counts[number] = counts.get(number, 0) + 1
        columns = np.fromiter(sorted(counts), np.int64, len(counts))
        values = (1 + np.log(np.array([counts[n] for n in columns.tolist()], np.float64))) * self.idf[columns]
        return columns, values / max(float(np.sqrt(values @ values)), short)

    def score_passage(self, words: Sequence[Words]) -> Floats:
        """The score of each concept in a passage, as scikit-learn's `decision_function` gives it."""
        columns, values = self.row(words, float(self.short[0]))
        return values @ self.passage[columns].astype(np.float64) + self.passage_bias

    def score_sentence(self, words: Words) -> Floats:
        """The score of each concept in one sentence."""
        columns, values = self.row([words], float(self.short[1]))
        return values @ self.sentence[columns].astype(np.float64) + self.sentence_bias

    def best_scores(self, words: Sequence[Words]) -> tuple[Floats, Floats]:
        """The best score of each concept over the passages, and the scores of each sentence (a row each)."""
        passages = np.stack([self.score_passage(words[first:last]) for first, last in windows(len(words))])
        sentences = np.stack([self.score_sentence(one) for one in words])
        return passages.max(axis=0), sentences

    def combine(self, passage: Floats, sentence: Floats) -> tuple[Floats, float]:
        """The log-odds of each concept, and of the gate, from the best passage and sentence scores."""
        passage, sentence = clip(passage), clip(sentence)
        of_gate = self.fusion[2] * passage[-1] + self.fusion[3] * sentence[-1]
        odds = self.fusion[0] * passage[:-1] + self.fusion[1] * sentence[:-1] + self.prior + of_gate
        return odds, float(self.gate[0] * passage[-1] + self.gate[1] * sentence[-1] + self.gate[2])


def clip(scores: Floats) -> Floats:
    """Hold scores within what they can say."""
    return np.clip(scores, -_LIMIT, _LIMIT)


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
            self.languages = {code: _weights(model, code) for code in settings["languages"]}
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"the model lacks a part: {error}") from error
        for code, weights in self.languages.items():
            shape = (len(weights.vocabulary), len(self.concepts) + 1)
            if weights.passage.shape != shape or weights.sentence.shape != shape:
                raise ModelError(f"the weights of {code!r} do not fit the vocabulary and the concepts")
        self.digest = model.digest

    def score(
        self, text: str, sentences: Sequence[Sentence], artefacts: Sequence[Span] = ()
    ) -> tuple[Reading, ...]:
        """Score an item in each of its languages that the model knows and that fills enough of it."""
        read = [read_words(text, one, _within(artefacts, one)) for one in sentences]
        total = sum(len(words.spans) for words in read)
        readings = []
        for code, weights in self.languages.items():
            places = [n for n, one in enumerate(sentences) if one.language == code and read[n].spans]
            size = sum(len(read[n].spans) for n in places)
            if not size or size < _MIN_SHARE * total:
                continue
            own = [read[n] for n in places]
            passage, alone = weights.best_scores(own)
            odds, gate = weights.combine(passage, alone.max(axis=0))
            readings.append(Reading(code, odds, gate, tuple(places), alone, tuple(own)))
        return tuple(readings)

    def tag_item(
        self, text: str, sentences: Sequence[Sentence], artefacts: Sequence[Span] = (), least: float = 0.0
    ) -> tuple[ModelScores, ...]:
        """Score an item; evidence is gathered for concepts with log-odds of at least `least`."""
        found = []
        for reading in self.score(text, sentences, artefacts):
            scores = {c: float(reading.odds[n]) for n, c in enumerate(self.concepts)}
            evidence = {
                concept: self._evidence(reading, number)
                for number, concept in enumerate(self.concepts)
                if scores[concept] >= least
            }
            found.append(ModelScores(reading.language, scores, reading.gate, evidence))
        return tuple(found)

    def _evidence(self, reading: Reading, number: int) -> tuple[Candidate, ...]:
        """The words that carried a concept, in its best sentences, the best sentence first."""
        weights, concept = self.languages[reading.language], self.concepts[number]
        column = reading.sentences[:, number]
        best = np.argsort(-column, kind="stable")[:_SENTENCES]
        found: list[Candidate] = []
        for rank, place in enumerate(best.tolist()):
            if rank and column[place] < 0:
                break
            words = reading.words[place]
            for first, last, word in _carriers(words, weights, number):
                start, end = words.spans[first].start, words.spans[last].end
                sentence = reading.places[place]
                found.append(Candidate(concept, start, end, sentence, "model", word, "model"))
        return tuple(found)


class Reading(NamedTuple):
    """An item scored in one language: log-odds of each concept and of the gate.

    `places` are the numbers of the sentences in that language, `sentences` their scores (a row each).
    """

    language: str
    odds: Floats
    gate: float
    places: tuple[int, ...]
    sentences: Floats
    words: tuple[Words, ...]


def _carriers(words: Words, weights: Weights, number: int) -> list[tuple[int, int, str]]:
    """Runs of words that carry most of a sentence's score, in order: first, last, the heaviest word."""
    column, idf, vocabulary = weights.sentence[:, number], weights.idf, weights.vocabulary
    worth = []
    for features in words.features:
        known = [vocabulary[feature] for feature in features if feature in vocabulary]
        worth.append(sum(float(column[n]) * float(idf[n]) for n in known))
    order = sorted((n for n in range(len(worth)) if worth[n] > 0), key=lambda n: (-worth[n], n))
    wanted = _CARRIED * sum(worth[n] for n in order)
    chosen: list[int] = []
    for place in order:
        if sum(worth[n] for n in chosen) >= wanted:
            break
        chosen.append(place)
    runs: list[list[int]] = []
    for place in sorted(chosen):
        if runs and place - runs[-1][-1] <= _GAP + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    heaviest = [max(run, key=lambda n: (worth[n], -n)) for run in runs]
    return [(run[0], run[-1], words.features[top][0]) for run, top in zip(runs, heaviest, strict=True)]


def _within(artefacts: Sequence[Span], sentence: Sentence) -> Sequence[Span]:
    """The artefacts that touch a sentence; they are in order and apart, so their ends are too."""
    first = bisect(artefacts, sentence.start, key=lambda one: one.end)
    return artefacts[first : bisect_left(artefacts, sentence.end, key=lambda one: one.start)]


def _weights(model: TrainedModel, code: str) -> Weights:
    arrays = model.arrays
    names = bytes(arrays[f"{code}_vocabulary"]).decode().split("\n")
    return Weights(
        vocabulary={name: number for number, name in enumerate(names)},
        idf=arrays[f"{code}_idf"],
        short=arrays[f"{code}_short"],
        passage=arrays[f"{code}_passage"],
        passage_bias=arrays[f"{code}_passage_bias"],
        sentence=arrays[f"{code}_sentence"],
        sentence_bias=arrays[f"{code}_sentence_bias"],
        fusion=arrays[f"{code}_fusion"],
        prior=arrays[f"{code}_prior"],
        gate=arrays[f"{code}_gate"],
    )
