"""The parts of long blocks of text: their sentences, roughly, each of which may be in another language."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from mtag.arrays import Flags, Ints, int_array, spread
from mtag.chunks import ChunkTable, are_among, codes_of, may_be_space
from mtag.patterns import late

SPAN_CHARS = 160
"""A shorter block is one part."""

MIN_SENTENCE = 25
"""A shorter piece joins the one before it."""

SENTENCE_END = late(r"[.!?…:;\n«“»”](?:(?<=[.!?…:;])[\"'”’»)\]]{0,3}\s+|(?<=\n)\n*|(?<=\s[«“])|(?<=[»”])\s)")
"""The end of a rough sentence, or the beginning of the next one: a mark and white space, a quotation mark."""

_BESIDE = np.array([[0], [1], [2]])


class Parts(NamedTuple):
    """The parts of blocks, in order: of a long block its sentences, roughly; a short one is one part.

    `counts` says how many parts each block has, `firsts` which is its first one; `starts` and `ends` are
    those of the parts.
    """

    counts: Ints
    firsts: Ints
    starts: Ints
    ends: Ints

    def of(self, chosen: Flags) -> Parts:
        """The parts of some of the blocks."""
        mask, count = chosen.repeat(self.counts), self.counts[chosen]
        return Parts(count, np.cumsum(count) - count, self.starts[mask], self.ends[mask])


@lru_cache(maxsize=1)
def _possible_ends() -> Flags:
    """Which marks, before which characters, `SENTENCE_END` may match."""
    ends = np.zeros((256, 256), np.bool_)
    space = codes_of(" \n")
    ends[codes_of(".!?…:;")[:, None], [*space, *codes_of("\"'”’»)]")]] = True
    ends[codes_of("»”")[:, None], space] = True
    ends[codes_of("\n«“")] = True
    return ends


def part_blocks(chunks: ChunkTable, starts: Ints, ends: Ints) -> Parts:
    """Part long blocks at the ends of their sentences."""
    long = ends - starts >= SPAN_CHARS
    count = np.ones(len(starts), np.int64)
    if not long.any():
        return Parts(count, np.arange(len(starts)), starts, ends)
    low, high = starts[long], ends[long]
    stops, resumes, upto = _sentence_ends(chunks, low, high)
    found: list[tuple[int, int]] = []
    edges = [0]
    first = 0
    for start, end, last in zip(low.tolist(), high.tolist(), upto, strict=True):
        for place in range(first, last):  # a piece under `MIN_SENTENCE` characters joins the one before it
            if resumes[place] - start >= MIN_SENTENCE:
                found.append((start, stops[place]))
                start = resumes[place]
        if end - start >= MIN_SENTENCE or len(found) == edges[-1]:
            found.append((start, end))
        else:
            found[-1] = (found[-1][0], end)
        edges.append(len(found))
        first = last
    upto_each = int_array(edges)
    count[long] = upto_each[1:] - upto_each[:-1]
    inside = long.repeat(count)
    begin, stop = starts.repeat(count), ends.repeat(count)
    begin[inside], stop[inside] = int_array([*chain.from_iterable(found)]).reshape(-1, 2).T
    return Parts(count, np.cumsum(count) - count, begin, stop)


def _sentence_ends(chunks: ChunkTable, starts: Ints, ends: Ints) -> tuple[list[int], list[int], list[int]]:
    """Where rough sentences of blocks may end, where the next ones begin, how many there are so far.

    Most ends are a mark and one space; `SENTENCE_END` tells of the others.
    """
    places = chunks.places(_possible_ends())
    first, last = places.searchsorted(starts), places.searchsorted(ends)
    owner, which = spread(first, last - first)
    marks, limits = places.take(which), ends.take(owner)
    here, behind, after = chunks.codes.take(marks + _BESIDE, mode="clip")
    plain = are_among(".!?…:;»”").take(here) & are_among(" \n").take(behind) & ~may_be_space().take(after)
    plain &= marks + 2 < limits
    stops, resumes, is_end = marks + 1, marks + 2, plain
    text, read = chunks.text, 0
    doubtful = (~plain).nonzero()[0]
    spans = zip(doubtful.tolist(), marks.take(doubtful).tolist(), limits.take(doubtful).tolist(), strict=True)
    for number, mark, limit in spans:
        if mark < read or (match := SENTENCE_END.match(text, mark, limit)) is None:
            continue
        read = match.end()
        opens = text[mark] in "«“"
        stops[number] = mark if text[mark] == "\n" else mark - 1 if opens else mark + 1
        resumes[number] = mark if opens else read
        is_end[number] = True
    numbers = is_end.nonzero()[0]
    upto = np.bincount(owner.take(numbers), minlength=len(starts)).cumsum()
    return stops.take(numbers).tolist(), resumes.take(numbers).tolist(), upto.tolist()
