"""The words of many texts as arrays, found in one pass: where they stand and what parts them.

The words are those of `mtag.tokens.tokenize`; here they are found for all sentences of a batch at
once, from a table of character classes, without Python code for a character.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, compress
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mtag.document import Sentence, Span
from mtag.tokens import INSIDE_A_WORD

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

_LETTER, _INSIDE, _COMMA, _HARD = 1, 2, 4, 8
_COMMAS = ",،"
_HARD_MARKS = ".;:!?…()[]{}|•·—–<>"
_TABLE = 0x3100
"""Code points whose class stands in a table; others are asked one by one."""

_MAX_WORDS = 200_000
"""Different words that are remembered at once."""


class WordTable(NamedTuple):
    """The words of some sentences, in order; every array has one place a word.

    `starts` and `ends` are offsets into the sentence's own text, `sentence` is its number, `surfaces`
    the words as they stand there. `comma` and `hard` tell whether a comma, and whether a mark that no
    phrase crosses, stands between a word and the one before it in the sentence.
    """

    surfaces: list[str]
    starts: Ints
    ends: Ints
    sentence: Ints
    comma: Flags
    hard: Flags

    def where(self, keep: Flags) -> WordTable:
        """The words that are kept."""
        if keep.all():
            return self
        return WordTable(
            surfaces=list(compress(self.surfaces, keep.tolist())),
            starts=self.starts[keep],
            ends=self.ends[keep],
            sentence=self.sentence[keep],
            comma=self.comma[keep],
            hard=self.hard[keep],
        )

    def in_language(self, code: str, languages: Sequence[str]) -> WordTable:
        """The words of the sentences in one language; `languages` are those of all sentences."""
        spoken = np.fromiter((language == code for language in languages), np.bool_, len(languages))
        return self.where(spoken[self.sentence])


def begins(values: Ints) -> Flags:
    """Which values are others than the one before them; the first is."""
    found = np.ones(len(values), np.bool_)  # np.diff with `prepend` takes four times as long
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found


def read_words(pieces: Sequence[str], offsets: Sequence[int]) -> WordTable:
    """Find the words of some pieces of text.

    Args:
        pieces: the sentences.
        offsets: what to add to the offsets in each piece.
    """
    if not pieces:
        return _NO_WORDS
    joined = "\n".join(pieces)
    classes = _classes(joined)
    inside = (classes & (_LETTER | _INSIDE)) > 0
    edges = np.flatnonzero(np.diff(inside, prepend=False, append=False))
    starts, ends = edges[0::2], edges[1::2]
    if (classes & _INSIDE).any():  # a mark or joiner belongs to a word, but does not begin one
        places = np.where(classes & _LETTER, np.arange(len(classes)), len(classes))
        if len(starts):
            starts = np.minimum.reduceat(np.append(places, len(classes)), edges)[0::2]
        starts, ends = starts[starts < ends], ends[starts < ends]
    first = np.fromiter(accumulate((len(piece) + 1 for piece in pieces), initial=0), np.int64)
    sentence = np.searchsorted(first, starts, "right") - 1
    shift = np.asarray(offsets, np.int64)[sentence] - first[sentence]
    surfaces = [joined[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    before = np.concatenate(([0], ends[:-1])) if len(ends) else ends
    opens = begins(sentence)
    comma, hard = (
        (np.searchsorted(marks, starts) > np.searchsorted(marks, before)) & ~opens
        for marks in (np.flatnonzero(classes & kind) for kind in (_COMMA, _HARD))
    )
    return WordTable(surfaces, starts + shift, ends + shift, sentence, comma, hard)


_NONE, _NEVER = np.zeros(0, np.int64), np.zeros(0, np.bool_)
_NO_WORDS = WordTable([], _NONE, _NONE, _NONE, _NEVER, _NEVER)

Passage: TypeAlias = tuple[str, Sequence[Sentence], Sequence[Span]]
"""The text of a document, sentences of it, and its artefacts: in order, and apart."""


def read_passages(passages: Sequence[Passage]) -> WordTable:
    """Find the words of the sentences of some passages, one table for all, without those in artefacts.

    Sentences are numbered through, passage by passage; offsets are those of each passage's own text.
    """
    pieces: list[str] = []
    offsets: list[int] = []
    blanks: list[int] = []
    bases: list[int] = []
    base = 0  # while artefacts are looked for, the texts stand one behind the other
    for text, sentences, artefacts in passages:
        pieces += [text[one.start : one.end] for one in sentences]
        offsets += [base + one.start for one in sentences]
        bases += [base] * len(sentences)
        blanks += [base + place for span in artefacts for place in span]
        base += len(text)
    words = read_words(pieces, offsets)
    if blanks:
        starts, ends = np.array(blanks[0::2]), np.array(blanks[1::2])
        upcoming = np.searchsorted(ends, words.starts, "right")
        words = words.where(np.append(starts, base)[upcoming] >= words.ends)
    if len(passages) > 1:
        shift = np.array(bases, np.int64)[words.sentence]
        words = words._replace(starts=words.starts - shift, ends=words.ends - shift)
    return words


@lru_cache(maxsize=1)
def _class_table() -> NDArray[np.uint8]:
    return _classes_of(range(_TABLE))


def _classes_of(codes: Sequence[int]) -> NDArray[np.uint8]:
    """The class of each character, by its ordered code points, without the table."""
    classes = np.fromiter(map(str.isalnum, map(chr, codes)), np.uint8, len(codes))
    for kind, marks in ((_INSIDE, INSIDE_A_WORD), (_COMMA, _COMMAS), (_HARD, _HARD_MARKS)):
        for mark in marks:
            place = bisect_left(codes, ord(mark))
            if place < len(codes) and codes[place] == ord(mark):
                classes[place] |= kind
    return classes


def _classes(text: str) -> NDArray[np.uint8]:
    """The class of each character."""
    units = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if text.isascii() or not (high := units >= _TABLE).any():
        return _class_table().take(units)
    classes = _class_table().take(np.where(high, 0, units))
    codes, which = np.unique(units[high], return_inverse=True)
    classes[high] = _classes_of(codes.tolist())[which]
    return classes


def spread(first: Ints | int, size: Ints) -> tuple[Ints, Ints]:
    """The numbers of runs, end to end, and which run each is from; a run begins at `first`, `size` long."""
    owner = np.arange(len(size)).repeat(size)
    return owner, np.arange(len(owner)) + (first - size.cumsum() + size).take(owner)


class Rows(NamedTuple):
    """Rows of numbers, of any length each, end to end: row `n` is `values[first[n]:first[n] + size[n]]`."""

    first: Ints
    size: Ints
    values: Ints

    @classmethod
    def of(cls, rows: Iterable[Sequence[int]]) -> Rows:
        """Lay out rows."""
        rows = list(rows)
        count = np.fromiter(map(len, rows), np.int64, len(rows))
        flat = [value for row in rows for value in row]
        return cls(np.cumsum(count) - count, count, np.array(flat, np.int64))

    @classmethod
    def end_to_end(cls, parts: Sequence[Rows]) -> Rows:
        """The rows of all parts, numbered through."""
        size, values = (np.concatenate([part[column] for part in parts]) for column in (1, 2))
        return cls(size.cumsum() - size, size, values)

    def take(self, numbers: Ints) -> tuple[Ints, Ints]:
        """The values of the rows of these numbers, and for each the place in `numbers` it comes from."""
        owner, places = spread(self.first.take(numbers), self.size.take(numbers))
        return owner, self.values.take(places)


class WordMemory:
    """What is known of each word that was met: looked up once, kept as rows of numbers."""

    def __init__(self, look_up: Callable[[str], Sequence[int]]) -> None:
        """Make an empty memory; `look_up` gives the numbers of a word as it stands in the text."""
        self._look_up = look_up
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._numbers: dict[str, int] = {}
        self._size = 0
        self._rows = Rows(np.zeros(1024, np.int64), np.zeros(1024, np.int64), np.zeros(4096, np.int64))

    def recall(self, words: Sequence[str]) -> tuple[Ints, Rows]:
        """The number of each word, and the rows of what is known of them."""
        with self._lock:
            if len(self._numbers) > _MAX_WORDS:
                self._forget()
            numbers = self._numbers
            new = [word for word in dict.fromkeys(words) if word not in numbers]
            if new:
                self._learn(new)
            return np.fromiter(map(numbers.__getitem__, words), np.int64, len(words)), self._rows

    def _learn(self, words: Sequence[str]) -> None:
        known = len(self._numbers)
        made = Rows.of(self._look_up(word) for word in words)
        end = known + len(words)
        first, count, values = (
            _with_room(part, size)
            for part, size in zip(self._rows, (end, end, self._size + len(made.values)), strict=True)
        )
        first[known:end] = made.first + self._size
        count[known:end] = made.size
        values[self._size : self._size + len(made.values)] = made.values
        self._rows = Rows(first, count, values)
        self._size += len(made.values)
        self._numbers.update(zip(words, range(known, end), strict=True))


def _with_room(part: Ints, size: int) -> Ints:
    """The array, or a longer one that begins as it does; rows handed out before stay as they were."""
    if size <= len(part):
        return part
    longer = np.zeros(max(size, 2 * len(part)), np.int64)
    longer[: len(part)] = part
    return longer
