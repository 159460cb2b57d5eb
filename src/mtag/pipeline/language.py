"""Language of each block: `en`, `fr`, `other` or `und`, with a calibrated probability.

A linear model over hashed character n-grams (2 to 5, within word boundaries), whole words, word
pairs and word shapes, after Cavnar & Trenkle (1994) and Joulin et al. (2017), scored for all blocks
of a page in a few NumPy passes. Blocks are then decided together by forward-backward (Rabiner 1989)
over the page, with transition weights learned from pages of two languages.
"""

from __future__ import annotations

import threading
from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from mtag.arrays import Floats, Ints, int_array
from mtag.chunks import ChunkTable, read_chunks
from mtag.document import Block, DomHints, Language
from mtag.letters import sample
from mtag.letterweights import model, read_sums, sums_of
from mtag.sequence import smooth
from mtag.textparts import Parts, part_blocks

Run: TypeAlias = tuple[int, int, Language]
"""A stretch of text in one language: its start, its end."""

CODES = ("en", "fr", "other", "und")
UNKNOWN = Language("und", 0.0)


def detect(text: str) -> Language:
    """Detect the language of a text as a whole; `und` where it shows none."""
    return detect_many((text,))[0]


def detect_many(texts: Sequence[str]) -> tuple[Language, ...]:
    """Detect the language of each text on its own, in one pass over all of them."""
    if not texts:
        return ()
    return tuple(_decide(probabilities(sums_of([sample(text, 0, len(text)) for text in texts]))))


class Detected(NamedTuple):
    """The language of each block of a page, and the runs of the blocks that hold several, by number."""

    languages: tuple[Language, ...]
    runs: dict[int, tuple[Run, ...]]


def detect_blocks(text: str, blocks: Sequence[Block]) -> tuple[Language, ...]:
    """Detect the language of each block of a page; what a block does not show, its neighbours lend it."""
    return detect_pages([blocks], read_chunks([text]))[0].languages


def detect_spans(text: str, block: Block) -> tuple[Run, ...]:
    """Part a block into runs of one language each, a sentence or more long: (start, end, language).

    The runs cover the block, in order; nearly every block is one run.
    """
    found = detect_pages([[block]], read_chunks([text]))[0].runs.get(0)
    return found or ((block.start, block.end, detect(text[block.start : block.end])),)


def detect_pages(pages: Sequence[Sequence[Block]], chunks: ChunkTable) -> list[Detected]:
    """Detect the languages of the blocks of pages, from the chunks of their texts.

    A long block (`textparts.SPAN_CHARS`) is read sentence by sentence, so that one in another
    language is found; a page does not depend on the others.
    """
    counts = list(map(len, pages))
    blocks = list(chain.from_iterable(pages))
    if not blocks:
        return [Detected((), {}) for _ in pages]
    starts, ends, hints = zip(*blocks, strict=True)
    start, end = int_array(starts), int_array(ends)
    bases = chunks.bases.repeat(counts)
    sizes = end - start
    parts = part_blocks(chunks, start + bases, end + bases)
    sums = read_sums(chunks, parts.starts, parts.ends)
    found = probabilities(np.concatenate((np.add.reduceat(sums, parts.firsts, axis=1), sums), axis=1))
    alone, of_parts = found[:, : len(blocks)], found[:, len(blocks) :]
    edges = [*accumulate(counts, initial=0)]
    rows = int_array([count for count in counts if count])
    stays = model().arrays["stays"].astype(np.float64).take(_relations(sizes, hints))
    stays[_alternate(alone, sizes)] = _FREE
    languages = _decide(smooth(alone, stays, sizes, rows, float(model().settings["trust"])))
    detected = [Detected(tuple(languages[first:last]), {}) for first, last in pairwise(edges)]
    for number, runs in _runs(chunks, parts, of_parts).items():
        page = bisect(edges, number) - 1
        base = int(bases[number])
        own = tuple((start - base, end - base, language) for start, end, language in runs)
        detected[page].runs[number - edges[page]] = own
    return detected


def _runs(chunks: ChunkTable, parts: Parts, alone: Floats) -> dict[int, list[Run]]:
    """The runs of the blocks that hold several languages, by number; offsets are those of the chunks.

    `alone` is what each part of the blocks says by itself.
    """
    best = alone[:3].argmax(axis=0)
    differ = best != best.take(parts.firsts).repeat(parts.counts)
    if not differ.any():  # sentences that agree make one run, whatever their neighbours lend them
        return {}
    mixed = np.logical_or.reduceat(differ, parts.firsts).nonzero()[0]
    which, parts = parts.of(mixed)
    alone = alone.take(which, axis=1)
    stays = np.full(len(which), float(model().settings["stay_in_block"]))
    languages = _decide(smooth(alone, stays, parts.ends - parts.starts, parts.counts, 1.0))
    bounds = list(zip(parts.starts.tolist(), parts.ends.tolist(), strict=True))
    joined = [
        _join(bounds[first : first + count], languages[first : first + count])
        for first, count in zip(parts.firsts.tolist(), parts.counts.tolist(), strict=True)
    ]
    found = {number: runs for number, runs in zip(mixed.tolist(), joined, strict=True) if len(runs) > 1}
    again = iter(detect_many([chunks.text[run[0] : run[1]] for runs in found.values() for run in runs]))
    return {number: [_surer(run, next(again)) for run in runs] for number, runs in found.items()}


def _join(bounds: Sequence[tuple[int, int]], languages: Sequence[Language]) -> list[Run]:
    """Sentences in one language, one after the other, as one run; an undetermined one joins its neighbour."""
    runs = [(*bounds[0], languages[0])]
    for (start, end), language in zip(bounds[1:], languages[1:], strict=True):
        first, _, last = runs[-1]
        if language.code in (last.code, "und"):
            runs[-1] = (first, end, last)
        elif last.code == "und":
            runs[-1] = (first, end, language)
        else:
            runs.append((start, end, language))
    return runs


def _surer(run: Run, again: Language) -> Run:
    """A run with the surer of two answers that agree; else with the first."""
    start, end, found = run
    agree = found.code == again.code
    return start, end, max(found, again, key=lambda answer: answer.probability) if agree else found


# --- probabilities --------------------------------------------------------------------------------


def probabilities(sums: Floats, sharpness: float | None = None) -> Floats:
    """From sums of weights, of one text a column, the probability of each of `CODES`, a line each."""
    settings, arrays = model().settings, model().arrays
    count, others = sums[7], sums[8]
    logits = np.zeros((8, len(count)))
    np.divide(arrays["scales"][:, None], np.sqrt(np.maximum(count, 1.0)), out=logits[:7])
    logits[:7] *= sums[:7]
    logits[:7] += arrays["bias"][:, None]
    logits -= np.maximum.reduce(logits)
    np.exp(logits, out=logits)
    result = np.empty((4, len(count)))
    result[:2] = logits[:2]
    result[2] = sum(logits[3:7], logits[2])  # line by line: NumPy adds up a single column in another order
    result[3] = logits[7]
    # after the groups are summed, or flatter odds would favour the many others
    result **= sharpness or float(settings["sharpness"])
    result /= result[0] + result[1] + result[2] + result[3]
    if np.count_nonzero(others):
        share = others / np.maximum(others + count / 5, 1)
        result *= 1 - share
        result[2] += share
    blank = (count + others == 0).nonzero()[0]
    if len(blank):
        result[:3, blank], result[3, blank] = 0.0, 1.0
    return result


class _Languages(dict[int, Language]):
    """Languages by the number of their code, times 10 001, plus their probability in ten-thousandths."""

    def __missing__(self, number: int) -> Language:
        """Make a language that is met for the first time."""
        code, share = divmod(number, 10_001)
        made = self[number] = UNKNOWN if code == 3 else Language(CODES[code], share / 10_000)
        return made


_languages = _Languages()


def _decide(found: Floats) -> list[Language]:
    shares = np.rint(np.maximum.reduce(found) * 10_000).astype(np.int64)
    return [*map(_languages.__getitem__, (found.argmax(axis=0) * 10_001 + shares).tolist())]


# --- a page ---------------------------------------------------------------------------------------

_SHORT = 60
_SURE, _SURE_CHARS, _FREE = 0.98, 25, 0.5
"""From what probability and size on a block has a language of its own; the stay between two that differ."""


def _alternate(alone: Floats, sizes: Ints) -> Ints:
    """The blocks that are sure of their language where the next one is of the other: a text in both."""
    english, french = ((alone[:2] >= _SURE) & (sizes >= _SURE_CHARS)).view(np.int8)
    sides = english - french
    found: Ints = (sides[:-1] * sides[1:] < 0).nonzero()[0]
    return found


def relations(blocks: Sequence[Block]) -> Ints:
    """For each block, the kind of step to the next one, which has its own stay probability.

    0 to 3: short to short, short to long, long to short, long to long, in plain text; 4 to 7 the
    same in HTML where both stand in the same elements; 8 to 11 where they do not, or stand in a table and one
    is long: texts may stand side by side in two languages. The last block's is 0.
    """
    starts, ends, hints = zip(*blocks, strict=True)
    return _relations(int_array(ends) - int_array(starts), hints)


def _relations(sizes: Ints, hints: Sequence[DomHints | None]) -> Ints:
    """`relations` of blocks of so many characters, of which these are the hints."""
    kinds = np.zeros(len(sizes), np.int64)
    long = sizes > _SHORT
    kinds[:-1] = 2 * long[:-1] + long[1:]
    if any(hints):
        steps = map(_step, pairwise(hints), kinds.tolist())
        kinds[:-1] += np.fromiter(steps, np.int64, len(sizes) - 1)
    return kinds


def _step(pair: tuple[DomHints | None, DomHints | None], kind: int) -> int:
    one, other = pair
    if one is None or other is None:
        return 0
    return 4 if one.tags == other.tags and (not kind or "tr" not in one.tags) else 8


# --- names of other languages ---------------------------------------------------------------------

_lock = threading.Lock()


@lru_cache(maxsize=1)
def _factory() -> Any:
    """Langdetect's own class with our seed: its module-level functions share state between threads."""
    from pathlib import Path

    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    profiles = sorted(Path(PROFILES_DIRECTORY).iterdir())
    factory.load_json_profile([profile.read_text("utf-8") for profile in profiles])
    factory.set_seed(0)
    return factory


def name_other(text: str) -> str | None:
    """Name the language of a text (ISO 639-1) by langdetect; `None` where it cannot tell."""
    from langdetect.lang_detect_exception import LangDetectException

    read = sample(text, 0, len(text))
    with _lock:
        detector = _factory().create()
        try:
            detector.append(read.lower() if read.isupper() else read)
            return str(detector.detect()).replace("unknown", "") or None
        except LangDetectException:
            return None
