"""The words of many texts as arrays: where they stand, which they are, and what parts them.

The words are those of `mtag.tokens.tokenize`; here they are read off the chunks of a batch, by number,
without Python code for a word that was met before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from mtag.addresses import find_addresses
from mtag.arrays import Flags, Ints, begins, int_array, spread
from mtag.chunkmemory import ChunkMemory
from mtag.chunks import ChunkTable, Vocabulary, any_of, read_chunks
from mtag.document import Sentence, SentenceTable, Span
from mtag.patterns import late
from mtag.tokens import tokenize

_CAPITAL, _SMALL = "A-ZÀ-ÖØ-ÞŒ", "a-zß-öø-ÿœ"
_HASH = late("#")
_HASHTAG = late(rf"#[{_CAPITAL}{_SMALL}\d]+")
_TAG_PART = late(rf"[{_CAPITAL}]?[{_SMALL}]+|[{_CAPITAL}]+(?![{_SMALL}])|\d+")
_UNKNOWN = -1  # size of the row of a word that was not looked up yet
_COMMAS = ",،"
_GUTTER = "    "
_HARD_MARKS = ".;:!?…()[]{}|•·—–<>"


class WordTable(NamedTuple):
    """The words of some sentences, in order; every array has one place a word.

    `numbers` are those of the words in `vocabulary`; `starts` and `ends` are offsets into the sentence's
    own text, `sentence` is its number. `comma` and `hard` tell whether a comma, and whether a mark that no
    phrase crosses, stands between a word and the one before it in the sentence.
    """

    numbers: Ints
    starts: Ints
    ends: Ints
    sentence: Ints
    comma: Flags
    hard: Flags
    vocabulary: Vocabulary

    @property
    def surfaces(self) -> list[str]:
        """The words as they stand in the text; made anew each time."""
        return list(map(self.vocabulary.texts.__getitem__, self.numbers.tolist()))

    def take(self, which: Ints) -> WordTable:
        """Some words, by their places."""
        return WordTable._make((*(column.take(which) for column in self[:-1]), self.vocabulary))


class Chosen(NamedTuple):
    """The chunks within some spans: which span each is in, its place in the table, its number.

    Of one that reaches over an end of its span, the number is that of what is inside.
    """

    owner: Ints
    which: Ints
    numbers: Ints


def within(chunks: ChunkTable, starts: Ints, ends: Ints) -> Chosen:
    """Choose the chunks within spans of their text."""
    first = chunks.ends.searchsorted(starts, "right")
    last = chunks.starts.searchsorted(ends, "left")
    size = (last - first) * (starts < ends)
    owner, which = spread(first, size)
    chosen = Chosen(owner, which, chunks.numbers.take(which))
    if len(which):
        cut = chunks.starts.take(first, mode="clip") < starts
        cut |= chunks.ends.take(last - 1, mode="clip") > ends
        if np.count_nonzero(cut):  # few texts have any
            _cut_chunks(chunks, chosen, starts, ends, (cut & (size > 0)).nonzero()[0])
    return chosen


def _cut_chunks(chunks: ChunkTable, chosen: Chosen, starts: Ints, ends: Ints, spans: Ints) -> None:
    """Number what is inside these spans of the chunks at their ends."""
    for span, start, end in zip(*(one.tolist() for one in (spans, starts[spans], ends[spans])), strict=True):
        first, behind = chosen.owner.searchsorted((span, span + 1)).tolist()
        for place in {first, behind - 1}:
            which = chosen.which[place]
            begin, stop = max(start, int(chunks.starts[which])), min(end, int(chunks.ends[which]))
            chosen.numbers[place] = chunks.vocabulary.number(chunks.text[begin:stop])


Passage: TypeAlias = tuple[int, Sequence[Sentence], Sequence[Span]]
"""The number of a text, sentences of it, and its artefacts: in order, and apart."""


def read_passages(passages: Sequence[tuple[str, Sequence[Sentence], Sequence[Span]]]) -> WordTable:
    """`read_words` of texts whose chunks have not been read; passages are given with their text."""
    chunks = read_chunks([text for text, _, _ in passages])
    return read_words(chunks, [(number, *one[1:]) for number, one in enumerate(passages)])


def read_words(chunks: ChunkTable, passages: Sequence[Passage]) -> WordTable:
    """Find the words of the sentences of some passages, one table for all.

    Those in artefacts and in addresses are left out; no phrase crosses an address. A hashtag is the words
    that begin with its capitals. Sentences are numbered through, passage by passage, and stand in the order
    of the chunks; offsets are those of each passage's own text.
    """
    sentences = SentenceTable.end_to_end([SentenceTable.of(own) for _, own, _ in passages])
    base = chunks.bases.take(int_array([text for text, _, _ in passages]))
    shift = base.repeat([len(own) for _, own, _ in passages])
    starts, ends = sentences.starts + shift, sentences.ends + shift
    chosen = within(chunks, starts, ends)
    numbers = _with_hashtags(chunks, chosen) if "#" in chunks.text else chosen.numbers
    found = _words_of_chunks(chunks.vocabulary).recall(chunks.vocabulary, numbers)
    chunk, words = found.take(numbers)
    numbers, first, last = words
    sentence, which = chosen.owner.take(chunk), chosen.which.take(chunk)
    base = np.maximum(chunks.starts.take(which), starts.take(sentence))
    starts, ends = base + first, base + last
    blanks = _blanks(chunks, passages)
    for skipped in (blanks, find_addresses(chunks)):
        if skipped:
            outside = _clear_of(skipped, starts, ends).nonzero()[0]
            numbers, starts, ends, sentence = (one.take(outside) for one in (numbers, starts, ends, sentence))
    commas, hard_marks = (_marks(chunks, characters, blanks) for characters in (_COMMAS, _HARD_MARKS))
    goes_on = ~begins(sentence)
    comma = _are_behind(starts, commas) & goes_on
    hard = _are_behind(starts, hard_marks, _gutters(chunks)) & goes_on
    shift = shift.take(sentence)
    return WordTable(numbers, starts - shift, ends - shift, sentence, comma, hard, chunks.vocabulary)


def _with_hashtags(chunks: ChunkTable, chosen: Chosen) -> Ints:
    """The numbers of chunks; behind `#` stands another one, of both, though its span is without the mark."""
    behind = int_array([mark.end() for mark in _HASH.finditer(chunks.text)])
    numbers, vocabulary = chosen.numbers.copy(), chunks.vocabulary
    starts = chunks.starts.take(chosen.which)
    first = starts.searchsorted(behind)
    _, tags = spread(first, starts.searchsorted(behind, "right") - first)
    numbers[tags] = [vocabulary.number("#" + vocabulary.texts[one]) for one in numbers.take(tags).tolist()]
    return numbers


def _marks(chunks: ChunkTable, characters: str, blanks: Sequence[tuple[int, int]]) -> Ints:
    """The places of such marks outside of artefacts."""
    marks = chunks.places(any_of(characters))
    return marks[_clear_of(blanks, marks, marks + 1)] if blanks else marks


def _are_behind(starts: Ints, *places: Ints) -> Flags:
    """Which words are the first ones behind some of the places."""
    flags = np.zeros(len(starts) + 1, np.bool_)
    for some in places:
        flags[starts.searchsorted(some)] = True
    return flags[:-1]


def _gutters(chunks: ChunkTable) -> Ints:
    """Where so much space amid a line begins that it parts columns, or a label from its value."""
    before = (chunks.starts[1:] - chunks.ends[:-1] >= len(_GUTTER)).nonzero()[0]
    gaps = [*zip(chunks.ends.take(before).tolist(), chunks.starts.take(before + 1).tolist(), strict=True)]
    between = ((start, chunks.text[start:end]) for start, end in gaps)
    return int_array([start for start, gap in between if _GUTTER in gap and len(gap.splitlines()) == 1])


def _blanks(chunks: ChunkTable, passages: Sequence[Passage]) -> list[tuple[int, int]]:
    """Artefacts, as spans of the text of the chunks."""
    artefacts = {text: spans for text, _, spans in passages if spans}
    bases = chunks.bases.tolist() if artefacts else []
    return [(bases[text] + a, bases[text] + b) for text, spans in artefacts.items() for a, b in spans]


def _clear_of(blanks: Sequence[tuple[int, int]], starts: Ints, ends: Ints) -> Flags:
    """Which spans, in order and apart, touch none of these."""
    low, high = (int_array(edges) for edges in zip(*blanks, strict=True))
    touches = np.zeros(len(starts), np.bool_)
    first, last = ends.searchsorted(low, "right"), starts.searchsorted(high)
    for begin, stop in zip(first.tolist(), last.tolist(), strict=True):
        touches[begin:stop] = True
    return ~touches


@lru_cache(maxsize=1)
def _words_of_chunks(vocabulary: Vocabulary) -> WordMemory:
    """The words of each chunk: their numbers, and their starts and ends in it."""
    return WordMemory(partial(_words_in, vocabulary), columns=3)


def _words_in(vocabulary: Vocabulary, chunk: str) -> list[tuple[int, int, int]]:
    if chunk.isalnum():
        return [(vocabulary.number(chunk), 0, len(chunk))]
    if _HASHTAG.fullmatch(chunk):
        parts = _TAG_PART.finditer(chunk)
        return [(vocabulary.number(part[0]), part.start() - 1, part.end() - 1) for part in parts]
    behind = chunk.startswith("#")
    return [
        (vocabulary.number(surface), start - behind, end - behind) for surface, start, end in tokenize(chunk)
    ]


class Rows(NamedTuple):
    """Rows of values, of any length each, end to end: row `n` is `values[first[n]:first[n] + size[n]]`.

    Where a value is several numbers, `values` has a line for the first of each, one for the second...
    """

    first: Ints
    size: Ints
    values: Ints

    @classmethod
    def of(cls, rows: Iterable[Sequence[int]]) -> Rows:
        """Lay out rows."""
        rows = list(rows)
        count = int_array([*map(len, rows)])
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
        return owner, self.values.take(places, axis=-1)


class WordMemory(ChunkMemory[Rows]):
    """What is known of each word that was met: looked up once, kept as rows by the number of the word."""

    def __init__(self, look_up: Callable[[str], Sequence[Any]], columns: int = 0) -> None:
        """Make an empty memory.

        Args:
            look_up: gives the values of a word as it stands in the text.
            columns: how many numbers a value is made of, where it is not one alone.
        """
        super().__init__()
        self._look_up = look_up
        self._lines = (columns,) if columns else ()

    def _forget(self) -> None:
        none = np.zeros(0, np.int64)
        self._known, self._end = Rows(none, none, np.zeros((*self._lines, 4096), np.int64)), 0

    def _lengthen(self, more: int) -> None:
        first, size = (np.append(part, np.full(more, _UNKNOWN)) for part in self._known[:2])
        self._known = Rows(first, size, self._known.values)

    def _are_known(self, numbers: Ints) -> Flags:
        known: Flags = self._known.size.take(numbers) != _UNKNOWN
        return known

    def _learn(self, numbers: Ints, texts: Sequence[str]) -> None:
        made = Rows.of(map(self._look_up, texts))
        first, size, values = self._known
        begin, end = self._end, self._end + len(made.values)
        if end > values.shape[-1]:
            values = np.append(values, np.zeros((*self._lines, end), np.int64), axis=-1)
        values[..., begin:end] = made.values.reshape(-1, *self._lines).T
        self._known, self._end = Rows(first, size, values), end
        first[numbers] = made.first + begin
        size[numbers] = made.size
