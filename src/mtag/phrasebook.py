"""The phrases of all the languages that were met, joined: one trie, and what is known of words.

Languages share the trie, each with symbols of its own, so that one walk finds the phrases of texts in
several.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, repeat

import numpy as np

from mtag.arrays import Ints, int_array
from mtag.chunks import Vocabulary
from mtag.lexicon import SCHEME, Lexicon
from mtag.phrasetrie import CONJUNCTION, DETERMINER, PREPOSITION, Trie
from mtag.phrasewords import A_CONJUNCTION, A_DETERMINER, A_WORD, MAY_CLOSE, WordClasses
from mtag.wordtable import Rows, WordTable

KINDS = ("strong", "weak", "cue", "trap", "negation", "unrelated", "charge")
STRONG, WEAK, CUE, TRAP, NEGATION, UNRELATED, CHARGE = range(len(KINDS))
"""Kinds of entries, as numbers: the proofs first."""

_NOTHING = np.zeros(0, np.int64)
_UNKNOWN = -1  # the class of a word that was not looked up yet
_NO_ROWS = Rows(_NOTHING, _NOTHING, _NOTHING)


class Phrasebook:
    """Lexicons by language, each read and joined to the others when its language is first met."""

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        """Take the lexicons of the languages."""
        self._lexicons, self._known = lexicons, frozenset(lexicons)
        self._lock = threading.Lock()
        self._joined = JoinedPhrases({})

    def of(self, languages: Iterable[str]) -> JoinedPhrases:
        """The phrases of these languages and of those met before."""
        spoken = self._known.intersection(languages)
        with self._lock:
            met = self._joined.languages
            if not spoken <= met:
                spoken |= met
                self._joined = JoinedPhrases(
                    {code: self._lexicons[code] for code in self._lexicons if code in spoken}
                )
            return self._joined


class JoinedPhrases:
    """The phrases of some languages.

    `entries` are those of all; `owners` their owners, in order. By entry, `owner` is the number among
    these (`everything` is that of `SCHEME`) and `kind` that in `KINDS`; `rank` is the place of each
    entry among those of its language if they were sorted.
    """

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        """Join lexicons."""
        self.languages = frozenset(lexicons)
        groups = [*chain.from_iterable(one.groups for one in lexicons.values())]
        self.entries = tuple((owner, kind, one) for owner, kind, patterns in groups for one in patterns)
        self.owners = tuple(sorted({owner for owner, _, _ in groups}))
        numbers = {owner: number for number, owner in enumerate(self.owners)}
        self.everything = numbers.get(SCHEME, len(numbers))
        known = {kind: number for number, kind in enumerate(KINDS)}
        of_groups = [
            (numbers[owner], known.get(kind, len(KINDS)), len(patterns)) for owner, kind, patterns in groups
        ]
        owner, kind, size = np.array(of_groups, np.int64).reshape(-1, 3).T
        self.owner, self.kind = owner.repeat(size), kind.repeat(size)
        self.rank = np.concatenate([_NOTHING, *(one.rank for one in lexicons.values())])
        self.trie, shifts = _joined_trie(lexicons.values())
        self._lock = threading.Lock()
        self._classes = WordClasses.none(self.trie)
        self._new: list[tuple[int, tuple[int, ...]]] = []
        self._numbers = {code: number for number, code in enumerate(lexicons, 1)}
        self._speech = [
            _ClassOf(lexicon, shift, self._add)
            for lexicon, shift in zip(lexicons.values(), shifts, strict=True)
        ]
        self._vocabulary: Vocabulary | None = None
        self._known = _NOTHING

    def recall(self, words: WordTable, languages: Sequence[str]) -> tuple[Ints, WordClasses]:
        """The class of each word, and the classes; `languages` are those of the sentences."""
        spoken = int_array([*map(self._numbers.get, languages, repeat(0))])
        with self._lock:
            found = self._recall(words, spoken)
            if self._new:
                marks, symbols = zip(*self._new, strict=True)
                self._classes = self._classes.joined_by(self.trie, np.array(marks), Rows.of(symbols))
                self._new.clear()
            return found, self._classes

    def _recall(self, words: WordTable, spoken: Ints) -> Ints:
        """The class of each word; those of new words are looked up, each once.

        What is known stands by word and language; of words in another language (number 0) nothing is.
        """
        columns = len(self._speech) + 1
        if words.vocabulary is not self._vocabulary:
            self._known, self._vocabulary = _NOTHING, words.vocabulary
        if len(words.vocabulary) * columns > len(self._known):
            more = np.full((2 * len(words.vocabulary), columns), _UNKNOWN)
            more[:, 0] = 0
            more.ravel()[: len(self._known)] = self._known
            self._known = more.ravel()
        keys = words.numbers * columns
        keys += spoken.take(words.sentence)
        found = self._known.take(keys)
        new = (found == _UNKNOWN).nonzero()[0]
        if len(new):
            for key in set(keys.take(new).tolist()):
                number, language = divmod(key, columns)
                self._known[key] = self._speech[language - 1](words.vocabulary.texts[number])
            found = self._known.take(keys)
        return found

    def _add(self, marks: int, symbols: tuple[int, ...]) -> int:
        """A class for the words with these marks and symbols; its number."""
        self._new.append((marks, symbols))
        return len(self._classes.marks) + len(self._new) - 1


class _ClassOf:
    """Finds the class of a word of a language; one for words that are new to it is made."""

    def __init__(self, lexicon: Lexicon, shift: int, add: Callable[[int, tuple[int, ...]], int]) -> None:
        self._lexicon, self._shift, self._add = lexicon, shift, add
        self._always_closes = not lexicon.knows_prepositions
        self._classes: dict[tuple[int, ...], int] = {}

    def __call__(self, word: str) -> int:
        symbols = self._lexicon.symbols(word)
        if symbols not in self._classes:
            marks = A_WORD | (
                (A_DETERMINER if DETERMINER in symbols else 0)
                | (A_CONJUNCTION if CONJUNCTION in symbols else 0)
                | (MAY_CLOSE if PREPOSITION in symbols or self._always_closes else 0)
            )
            self._classes[symbols] = self._add(marks, tuple(self._shift + symbol for symbol in symbols))
        return self._classes[symbols]


def _joined_trie(lexicons: Iterable[Lexicon]) -> tuple[Trie, list[int]]:
    """The trie of some lexicons, and what was added to the symbols of each."""
    steps, entries, kin, shifts = [_NO_ROWS], [_NOTHING], [_NOTHING], []
    width = count = 0
    for lexicon in lexicons:
        shifts.append(width)
        symbols = lexicon.steps.values
        steps.append(lexicon.steps._replace(values=np.where(symbols < 0, symbols, symbols + width)))
        entries.append(lexicon.entry + count)
        kin.append(lexicon.kin)
        width += lexicon.width
        count += len(lexicon.rank)
    return Trie.build(Rows.end_to_end(steps), np.concatenate(entries), np.concatenate(kin)), shifts
