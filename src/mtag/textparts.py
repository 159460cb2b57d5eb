"""The parts of long blocks of text: their sentences, roughly, each of which may be in another language."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.arrays import Ints, int_array, spread
from mtag.chunks import ChunkTable, codes_of, may_be_space
from mtag.patterns import late

SPAN_CHARS = 160
"""A shorter block is one part."""

MIN_SENTENCE = 25
"""A shorter piece joins the one before it."""

SENTENCE_END = late(r"[.!?…:;\n«“»”](?:(?<=[.!?…:;])[\"'”’»)\]]{0,3}\s+|(?<=\n)\n*|(?<=\s[«“])|(?<=[»”])\s)")
"""The end of a rough sentence, or the beginning of the next one: a mark and white space, a quotation mark."""

_DOUBTFUL, _PLAIN = 1, 2


class Parts(NamedTuple):
    """The parts of blocks, in order: of a long block its sentences, roughly; a short one is one part.

    `counts` says how many parts each block has, `firsts` which is its first one; `starts` and `ends` are
    those of the parts.
    """

    counts: Ints
    firsts: Ints
    starts: Ints
    ends: Ints

    def of(self, blocks: Ints) -> tuple[Ints, Parts]:
        """The parts of some of the blocks: their numbers, and themselves."""
        counts = self.counts.take(blocks)
        _, which = spread(self.firsts.take(blocks), counts)
        return which, Parts(counts, counts.cumsum() - counts, self.starts.take(which), self.ends.take(which))


@lru_cache(maxsize=1)
def _possible_ends() -> NDArray[np.uint8]:
    """Whether a rough sentence may end at a mark, by its code and that of the next character.

    `_PLAIN`: it does, where no more white space follows; `_DOUBTFUL`: `SENTENCE_END` is asked.
    """
    ends = np.zeros((256, 256), np.uint8)
    space = codes_of(" \n")
    ends[codes_of(".!?…:;")[:, None], codes_of("\"'”’»)]")] = _DOUBTFUL
    ends[codes_of("\n«“")] = _DOUBTFUL
    ends[codes_of(".!?…:;»”")[:, None], space] = _PLAIN
    return ends


def part_blocks(chunks: ChunkTable, starts: Ints, ends: Ints) -> Parts:
    """Part long blocks at the ends of their sentences; blocks are in order, and apart."""
    long = (ends - starts >= SPAN_CHARS).nonzero()[0]
    owner, stops, resumes = _sentence_ends(chunks, starts.take(long), ends.take(long))
    owner = long.take(owner)
    counts = np.bincount(owner, minlength=len(starts)) + 1
    begin, stop = starts.repeat(counts), ends.repeat(counts)
    part = owner + np.arange(len(owner))  # one for each block before it, and one for each end
    stop[part] = stops
    begin[part + 1] = resumes
    return Parts(counts, counts.cumsum() - counts, begin, stop)


def _sentence_ends(chunks: ChunkTable, starts: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
    """Where rough sentences of blocks end: in which block, where each ends, where the next one begins.

    Most ends are a mark and one space; `SENTENCE_END` tells of the others. A piece under `MIN_SENTENCE`
    characters joins the one before it, or the one behind where it is the first.
    """
    first = chunks.marks.searchsorted(starts)
    last = chunks.marks.searchsorted(ends - (MIN_SENTENCE - 1))  # behind that, no piece is long enough
    owner, which = spread(first, last - first)
    kinds = _possible_ends().take(chunks.kinds.take(which))
    possible = (kinds > 0).nonzero()[0]
    owner, marks = owner.take(possible), chunks.marks.take(which.take(possible))
    limits = ends.take(owner)
    is_doubtful = may_be_space().take(chunks.codes.take(marks + 2))
    is_doubtful |= kinds.take(possible) == _DOUBTFUL
    doubtful = is_doubtful.nonzero()[0]
    stops, resumes = marks + 1, marks + 2
    text, read = chunks.text, 0
    spans = zip(doubtful.tolist(), marks.take(doubtful).tolist(), limits.take(doubtful).tolist(), strict=True)
    for number, mark, limit in spans:
        if mark < read or (match := SENTENCE_END.match(text, mark, limit)) is None:
            resumes[number] = 0
            continue
        read = match.end()
        opens = text[mark] in "«“"
        stops[number] = mark if text[mark] == "\n" else mark - 1 if opens else mark + 1
        resumes[number] = mark if opens else read
    resumes[limits - resumes < MIN_SENTENCE] = 0
    kept = []
    start = 0
    for number, (begin, resume) in enumerate(zip(starts.take(owner).tolist(), resumes.tolist(), strict=True)):
        if begin > start:  # `max` takes three times as long
            start = begin
        if resume - start >= MIN_SENTENCE:
            kept.append(number)
            start = resume
    are_kept = int_array(kept)
    return owner.take(are_kept), stops.take(are_kept), resumes.take(are_kept)
