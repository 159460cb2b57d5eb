"""Model tagging: an item's words and trained weights make scores, and the words that carried them.

A linear model over folded words, the beginnings of longer words, groups of synonyms and bigrams, shared by
the languages (tf-idf weighting after Salton & Buckley 1988, logistic regression). Three readings are
scored: *passages* (the whole item, and windows over a long one, so that a minor theme is not
drowned), single *sentences*, and each with those beside it (*vicinities*), for what takes two sentences
to tell. A linear score is a sum over words, so the evidence is exact: the
words whose weights carried the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.arrays import Floats, Ints, begins
from mtag.bigrams import Bigrams
from mtag.document import ModelScores, Sentence
from mtag.errors import ModelError
from mtag.linearmodel import Weights, unit_of, weights_of, word_features
from mtag.linearscores import Sums, WordSums, score
from mtag.model import TrainedModel
from mtag.modelevidence import Reading, find_words
from mtag.stacking import Scores, stackings_of
from mtag.synonyms import Synonyms
from mtag.tokens import TOKENIZER
from mtag.wordtable import WordMemory, WordTable, read_passages

KIND = "tagging"
"""The kind of the model folder."""

_MIN_SHARE = 0.25
"""Share of an item's words from which one of its languages is scored."""


class _InLanguage(NamedTuple):
    """The words in one language: their places, their features, their bigrams, `Sums` of sentences.

    `owners` are the words of the features, `seconds` the second words of the bigrams.
    """

    which: Ints
    owners: Ints
    features: Ints
    seconds: Ints
    bigrams: Ints
    said: NDArray[np.int32]
    squares: Floats

    @classmethod
    def end_to_end(cls, parts: Sequence[_InLanguage]) -> _InLanguage:
        """Those in several languages, one after the other."""
        if len(parts) == 1:
            return parts[0]
        done = np.cumsum([0, *(len(part.which) for part in parts[:-1])]).tolist()
        moved = [
            part._replace(owners=part.owners + more, seconds=part.seconds + more)
            for part, more in zip(parts, done, strict=True)
        ]
        return cls(*map(np.concatenate, zip(*moved, strict=True)))


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
            self.languages: tuple[str, ...] = tuple(settings["languages"])
            self._stacking = stackings_of(model, self.languages)
            self._facets = model.arrays["facets"]
            synonyms = Synonyms(bytes(model.arrays["synonyms"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"the model lacks a part: {error}") from error
        if not self.weights.fits(len(self.concepts)):
            raise ModelError("the weights do not fit the vocabulary and the concepts")
        if not self._stacking.fits(self._facets, len(self.concepts)):
            raise ModelError("the fusion does not fit the concepts and their facets")
        self._features = {
            code: WordMemory(partial(_known_features, self.weights, synonyms, code))
            for code in self.languages
        }
        self._sums = {code: WordSums(self.weights, known) for code, known in self._features.items()}
        self._said_by_bigrams = Sums.of_bigrams(self.weights)
        units = {code: partial(_unit, synonyms, code) for code in self.languages}
        self._bigrams = Bigrams(self.weights.bigrams, units)
        self.digest = model.digest

    def tag_item(self, text: str, sentences: Sequence[Sentence]) -> ModelScores:
        """`tag_words` for one item whose words have not been read."""
        words = read_passages([(text, sentences, ())])
        return self.tag_words(words, [one.language for one in sentences], np.array([0, len(sentences)]))

    def tag_words(self, words: WordTable, languages: Sequence[str], items: Ints) -> ModelScores:
        """Score items in each of their languages that the model knows and that fills enough of them.

        Args:
            words: the words of the sentences of all items.
            languages: those of the sentences.
            items: the numbers of the sentences at which items begin, and the end.
        """
        if not len(words.numbers):
            return ModelScores.none(len(self.concepts))
        count = len(items) - 1
        numbers = {code: number for number, code in enumerate(self.languages)}
        spoken = np.array([numbers.get(code, len(numbers)) for code in languages], np.int64)
        # Rows are items in a language, language by language; those in other languages come last.
        row_of = spoken * count + np.arange(count).repeat(items[1:] - items[:-1])
        row_of_word = row_of.take(words.sentence)
        size = np.bincount(row_of_word, minlength=(len(numbers) + 1) * count).reshape(-1, count)
        chosen = (size > 0) & (size >= _MIN_SHARE * size.sum(axis=0))
        chosen[-1] = False
        spoken = np.where(chosen.ravel().take(row_of_word), spoken.take(words.sentence), len(numbers))
        if not chosen.any():
            return ModelScores.none(len(self.concepts))
        return self._score([*self._read(words, spoken)], words, row_of, count)

    def _read(self, words: WordTable, spoken: Ints) -> Iterator[_InLanguage]:
        """What the words in each language say; `spoken` are the numbers of the languages of the words."""
        for number, code in enumerate(self.languages):
            which = (spoken == number).nonzero()[0]
            if len(which):
                own, vocabulary = words.numbers.take(which), words.vocabulary
                owners, features = self._features[code].recall(vocabulary, own).take(own)
                sentences = words.sentence.take(which)
                bounds = np.append(begins(sentences).nonzero()[0], len(own))
                sums = self._sums[code].add_up(vocabulary, own, bounds)
                seconds, bigrams = self._bigrams.find(code, vocabulary, own, sentences)
                sums = sums.plus(self._said_by_bigrams.add_up(bigrams, seconds.searchsorted(bounds)))
                yield _InLanguage(
                    which, owners, features, seconds, bigrams + self.weights.first_bigram, *sums
                )

    def _score(self, parts: Sequence[_InLanguage], words: WordTable, row_of: Ints, count: int) -> ModelScores:
        """Score so many items; `row_of` are the rows of their sentences, as in `tag_words`."""
        read = _InLanguage.end_to_end(parts)
        own = words.take(read.which)
        new = begins(own.sentence)
        firsts, sentence = new.nonzero()[0], new.cumsum() - 1
        row = row_of.take(own.sentence.take(firsts))
        starts = begins(row).nonzero()[0]
        language, item = np.divmod(row.take(starts), count)
        edges = np.append(starts, len(firsts))
        best, alone = score(
            self.weights,
            Sums(read.said, read.squares),
            np.concatenate((read.features, read.bigrams)),
            sentence.take(np.concatenate((read.owners, read.seconds))),
            edges,
        )
        scores = Scores.of(best, edges[1:] - edges[:-1], self._facets)
        odds, gates = self._stacking.take(language).combine(scores)
        reading = Reading(
            weights=self.weights,
            concepts=self.concepts,
            sentences=alone,
            items=edges,
            words=own,
            word_bounds=np.append(firsts, len(own.numbers)),
            features=(read.owners, read.features),
            bigrams=(read.seconds, read.bigrams),
        )
        codes = [self.languages[number] for number in language.tolist()]
        return ModelScores(codes, item, odds, gates, partial(find_words, reading))


def _unit(synonyms: Synonyms, language: str, surface: str) -> str:
    return unit_of(word_features(surface, language, synonyms))


def _known_features(weights: Weights, synonyms: Synonyms, language: str, surface: str) -> list[int]:
    return weights.numbers(word_features(surface, language, synonyms))
