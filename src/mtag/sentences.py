"""The sentences of many texts as arrays, by our own rules for English and French.

Abbreviations, initials, numbered lists, French spacing and guillemets, closing quotes. Where a mark ends
a sentence beyond doubt, NumPy sees it by the characters around it; Python looks at the other ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mtag import charkinds
from mtag.arrays import Flags, Ints, int_array, spread
from mtag.chunkmemory import ChunkMemory
from mtag.chunks import ChunkTable, are_among, kinds_of_codes, may_be_small, may_be_space, read_chunks
from mtag.patterns import late

MAX_SENTENCE_CHARS = 400
"""A longer stretch without a full stop is a list, a table or a treaty: not one statement, so it is cut."""

_CUTS = "\n", "; ", ": ", " – ", " - ", ", ", " "
"""Where such a stretch is cut: the first of these that stands near its limit."""

# The first group is the mark with what closes the sentence, the second the numbers of its notes; then comes
# white space before the next one.
_END = late(
    r"([.!?…](?<![.!?…]{2})[.!?…]*+[\"'”’»)\]]*(?:\s?»)?)"
    r"((?:\[\d{1,3}\])+|(?:(?<=[^\W\d_]{3}[.!?])|(?<=[.!?)»”\"\]]{2}))\d{1,3}|)(?=\s|$)"
    r"(?=[\s\"'“‘«(\[–—-]{0,11}(?:\d|[A-ZÀ-ÖØ-ÞŒ])|\s{12}|\s*$)\s*"
)
_MARKS = ".!?…"
_CLOSERS = "\"'”’»)]"
_NOTES = "[0123456789"
"""With what the numbers of notes begin, which stand behind the mark."""
_CAPITALS = "".join(map(chr, (*range(0x41, 0x5B), *range(0xC0, 0xD7), *range(0xD8, 0xDF)))) + "Œ"

Bits: TypeAlias = NDArray[np.uint8]
_SURE, _SPACED, _CLOSED, _NOTED, _STOP = (np.uint8(1 << bit) for bit in range(5))
_DOUBTS, _SURE_STOP = _SPACED | _CLOSED | _NOTED, _SURE | _STOP
"""What a mark is, by the characters around it: the end of a sentence; what may be one, before white space,
before what closes a sentence or before the number of a note; a full stop that may abbreviate a word."""

_FIRST_WORD = late(r"[\s\"'“‘«(\[–—-]*([^\W\d_]+['’]?)")
_ELISION = late(r"[^\W\d_]{1,8}['’](?=[^\W\d_]{2})")
_LAST_WORD = late(r"([^\W\d_]+(?:\.[^\W\d_]+)*|\d+)\.$")
_ABBREVIATIONS = frozenset(
    (
        "mr mrs ms dr prof st sr jr gen col maj sgt lt capt gov sen rep hon rev no nos art arts vol pp p"
        " ed eds al fig inc ltd co corp dept est approx cf e.g i.e eg ie etc vs ch sec para paras m mm"
        " mme mmes mlle mlles me mgr av bd chap éd env ex janv févr avr juil sept oct nov déc jan feb mar"
        " apr aug dec tél réf adj u.s u.k u.n e.u d.c n.y a.m p.m ph.d b.c"
    ).split()
)
_NEVER_LAST = frozenset(
    (
        "mr mrs ms dr prof st gen col sgt lt capt gov sen rep hon rev m mm mme mmes mlle mlles me mgr cf"
        " e.g i.e"
    ).split()
)

_OPENERS = frozenset(
    (
        "the a an in on at by for from with after before since when while if as it he she they we you i"
        " this that these those there his her their our its my but and so yet some many most all both no"
        " not one two three police le la les l' un une des du au aux en dans sur pour par selon avec après"
        " avant depuis quand si il elle ils elles on nous vous je j' ce cet cette ces c' son sa ses leur"
        " leurs mais et or puis ainsi plusieurs deux trois"
    ).split()
)
"""Words with which a new sentence begins where they have a capital after an abbreviation."""


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The sentences of `text[start:end]`, (start, end) of each, without white space at their ends."""
    end = len(text) if end is None else end
    if start >= end:
        return []
    _, starts, ends = split_spans(read_chunks([text]), np.array([start]), np.array([end]))
    return [*zip(starts.tolist(), ends.tolist(), strict=True)]


def split_spans(chunks: ChunkTable, starts: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
    """Split spans of a text into sentences.

    Args:
        chunks: those of the text.
        starts: where each span begins; spans stand in order and apart.
        ends: where each span ends.

    Returns:
        How many sentences each span has; where each of them begins and ends, without white space.
    """
    owner, closes, opens = _ends(chunks, starts, ends)
    count = np.bincount(owner, minlength=len(starts)) + 1
    last = count.cumsum() - 1  # the place of what stands behind the last mark of each
    first = last + 1 - count
    begin, behind, stop = (
        np.sort(np.concatenate(both)) for both in ((starts, opens), (starts, closes), (closes, ends))
    )
    odd = stop - behind > MAX_SENTENCE_CHARS
    at_edges = chunks.codes.take(np.concatenate((starts, ends - 1)), mode="clip")
    for place in may_be_space().take(at_edges).nonzero()[0].tolist():
        if place < len(starts):
            begin[first[place]] = _past_space(chunks.text, int(starts[place]), int(ends[place]))
        else:
            odd[last[place - len(starts)]] = True
    some = begin < stop
    size = some.astype(np.int64)
    pieces: list[tuple[int, int]] = []
    for place in (several := (odd & some).nonzero()[0]).tolist():
        found = [*_pieces(chunks.text, int(behind[place]), int(stop[place]))]
        size[place] = len(found)
        pieces += found
    begin, stop = begin.repeat(size), stop.repeat(size)
    if pieces:
        places = spread((size.cumsum() - size)[several], size[several])[1]
        begin[places], stop[places] = np.array(pieces).T
    return np.add.reduceat(size, first) if len(size) else size, begin, stop


def _ends(chunks: ChunkTable, starts: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
    """Where sentences end at a mark: the number of the span, the end, and where the next one begins."""
    of_mark, of_before, of_next = _tables()
    kinds = of_mark.take(chunks.kinds)
    places = kinds.nonzero()[0]
    marks, says = chunks.marks.take(places), kinds.take(places)
    closes, opens = marks + 1, marks + 2
    owner = starts.searchsorted(marks, "right") - 1
    begin, limit = starts.take(owner), ends.take(owner)
    says &= of_before.take(chunks.codes.take(marks - 1, mode="clip"))
    says &= of_next.take(chunks.codes.take(np.minimum(opens, limit - 1)))
    says *= (begin <= marks) & (closes < limit)  # at the end of a span a sentence ends whatever stands there
    stops = (says & _STOP > 0).nonzero()[0]
    says[stops[_end_words(chunks, marks.take(stops), begin.take(stops))]] ^= _STOP
    sure = says & _SURE_STOP == _SURE
    doubtful = (~sure & (says & _DOUBTS > 0)).nonzero()[0]
    if len(doubtful):
        since = np.maximum(begin, np.maximum.accumulate(closes * sure))
        spans = [each.take(doubtful).tolist() for each in (marks, limit, since, says & _STOP)]
        found = [*_look_at(chunks.text, doubtful.tolist(), *spans)]
        if found:
            which, closes_found, opens_found = map(int_array, zip(*found, strict=True))
            sure[which], closes[which], opens[which] = True, closes_found, opens_found
    which = sure.nonzero()[0]
    return owner.take(which), closes.take(which), opens.take(which)


@lru_cache(maxsize=1)
def _tables() -> tuple[Bits, Bits, Bits]:
    """What marks say with the character behind them, what the one before says, and the one behind both.

    By their codes. Where all three say `_SURE` a sentence ends; where all say one of `_DOUBTS` it may.
    """
    marks, closers, space = are_among(_MARKS), are_among(_CLOSERS), are_among(" \n")
    behind = (may_be_space() | marks | closers) * _CLOSED
    behind[are_among(_NOTES)] = _NOTED
    behind[space] = _SURE | _SPACED
    of_mark = np.where(marks[:, None], behind, np.uint8(0))
    of_mark[are_among(".")] |= _STOP * (behind > 0)
    before = (may_be_small() | closers) * _NOTED | ~marks * _SURE | _STOP | _CLOSED | _SPACED
    small = kinds_of_codes() == charkinds.LOWER
    following = are_among(_CAPITALS) * _SURE | ~small * _SPACED | _STOP | _CLOSED | _NOTED
    return of_mark.ravel(), before, following


def _look_at(
    text: str,
    numbers: Sequence[int],
    marks: Sequence[int],
    limits: Sequence[int],
    since: Sequence[int],
    stops: Sequence[int],
) -> Iterator[tuple[int, int, int]]:
    """Yield the numbers of the marks that end a sentence, where it closes, and where the next one opens.

    `limits` are the ends of the texts of the marks, `since` the ends of the last sure sentences before;
    `stops` tell which marks are full stops that may be those of abbreviations.
    """
    last = 0
    for number, mark, limit, begin, stops_word in zip(numbers, marks, limits, since, stops, strict=True):
        stop = _END.match(text, mark, limit)
        if stop is None:
            continue
        marked, close = stop.end(1), stop.end(2)
        if (
            marked - mark > 1
            or not stops_word
            or not _is_abbreviated(text, max(begin, last), mark, marked, limit)
        ):
            last = close
            yield number, close, stop.end()


_UNMET, _PLAIN, _OTHER = range(3)


class _Memory(ChunkMemory[NDArray[np.uint8]]):
    """Which chunks end with a plain word: behind it a full stop ends a sentence, and abbreviates nothing."""

    def _forget(self) -> None:
        self._known = np.zeros(0, np.uint8)

    def _lengthen(self, more: int) -> None:
        self._known = np.append(self._known, np.full(more, _UNMET, np.uint8))

    def _are_known(self, numbers: Ints) -> Flags:
        known: Flags = self._known.take(numbers) != _UNMET
        return known

    def _learn(self, numbers: Ints, texts: Sequence[str]) -> None:
        self._known[numbers] = [
            _PLAIN if len(word) > 1 and word.isalpha() and word.lower() not in _ABBREVIATIONS else _OTHER
            for word in (_ELISION.sub("", text) for text in texts)
        ]


_memory = _Memory()


def _end_words(chunks: ChunkTable, marks: Ints, begin: Ints) -> Flags:
    """Whether a plain word of the text from `begin` on stands before each mark."""
    if not len(chunks.ends):
        return np.zeros(len(marks), np.bool_)
    word = chunks.ends.searchsorted(marks)
    numbers = chunks.numbers.take(word, mode="clip")
    plain: Flags = _memory.recall(chunks.vocabulary, numbers).take(numbers) == _PLAIN
    plain &= chunks.ends.take(word, mode="clip") == marks
    plain &= chunks.starts.take(word, mode="clip") >= begin
    return plain


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentence, cut where it is too long to be one: at a line end, a mark, or white space."""
    while end - start > MAX_SENTENCE_CHARS:
        least = start + MAX_SENTENCE_CHARS // 4
        limit = min(start + MAX_SENTENCE_CHARS, end - MAX_SENTENCE_CHARS // 4)
        cuts = (text.rfind(mark, least, limit) + len(mark) for mark in _CUTS)
        cut = next((cut for cut in cuts if cut > least), limit)
        yield from _trimmed(text, start, cut)
        start = cut
    yield from _trimmed(text, start, end)


def _is_abbreviated(text: str, begin: int, mark: int, close: int, end: int) -> bool:
    """Whether the full stop at `mark` belongs to what stands before it: abbreviation, number, initial."""
    near = max(begin, mark - 24)
    found = _LAST_WORD.search(text, max(near, text.rfind(" ", near, mark) + 1), mark + 1)
    if found is None:
        return False
    word = found[1]
    if len(word) == 1 or word.isdigit():
        before = _before_space(text, begin, found.start())
        if word.isdigit():
            return before == begin  # "1. Standard procedures": a number that opens the sentence counts a list
        # "21 h. Le patron" ends a sentence, "J. Smith" does not.
        is_unit = word.islower() and before > begin and text[before - 1].isdigit()
        return not is_unit and bool(text[close : min(end, close + 12)].strip())
    word = word.lower()
    if word not in _ABBREVIATIONS or word == "etc":
        return False
    opener = _FIRST_WORD.match(text, close, min(end, close + 24))
    return word in _NEVER_LAST or opener is None or opener.group(1).lower().replace("’", "'") not in _OPENERS


def _past_space(text: str, start: int, end: int) -> int:
    """Where the white space at the beginning of `text[start:end]` ends."""
    while start < end and text[start].isspace():
        start += 1
    return start


def _before_space(text: str, start: int, end: int) -> int:
    """Where the white space at the end of `text[start:end]` begins."""
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the span without white space at its ends, where anything is left."""
    start = _past_space(text, start, end)
    end = _before_space(text, start, end)
    if start < end:
        yield start, end
