"""The features of text blocks that the first layer of the block classifier weighs.

Some are one of many (the interval a number is in, the kind of the last character), of which only the
number is kept; the others are measured. The whole matrix is made only to fit weights.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mtag import charkinds as char
from mtag.arrays import Floats32, Ints
from mtag.furniture import KINDS


class Tally(NamedTuple):
    """What was counted in each of some blocks.

    `chars` and `words` are those of the whole block, the others those of what was seen of it; `counts`
    has a row a kind of character, `shares` are those of the words that begin with a capital, are long, are
    among the commonest; `edges` are the kinds of the last and the first character; `covered` and `opens`
    have a row a kind of furniture (`phrase_cover`).
    """

    chars: Floats32
    seen_chars: Floats32
    words: Floats32
    seen: Floats32
    counts: Floats32
    shares: Floats32
    edges: npt.NDArray[np.uint8]
    covered: Floats32
    opens: Floats32


_WORD_BINS = np.array([1, 2, 3, 4, 6, 9, 13, 19, 31, 61, 121], np.float32)
_STOP_BINS = np.array([0.0, 0.01, 0.15, 0.25, 0.35, 0.45])
_CAPITAL_BINS = np.array([0.0, 0.01, 0.2, 0.5, 0.75, 0.999])
_SHARES = [char.DIGIT, char.FULL_STOP, char.COMMA, char.DASH, char.QUOTE, char.OTHER]
_LOGS = [char.DIGIT, char.FULL_STOP, char.COMMA, char.ASK, char.COLON, char.DASH, char.QUOTE, char.OPEN]
_MARKS = [
    *(char.BAR, char.ARROW, char.SLASH, char.RIGHTS, char.AT, char.ELLIPSIS),
    *(char.BULLET, char.MONEY, char.PERCENT, char.CODE, char.STAR),
]
_K = len(KINDS)
_ENDS = 59
_COVER = _ENDS + 4 * char.COUNT
_NONE = _COVER + 4 * _K
"""Number of features, and of none of them."""

_IN_WORD_BINS = np.array([_NONE, *range(11)])
_IN_STOP_BINS = np.array([_NONE, *range(13, 19)])
_IN_CAPITAL_BINS = np.array([_NONE, *range(19, 25)])
_MEASURED = np.array([11, 12, *range(25, _ENDS), *range(_COVER, _NONE)])
"""Numbers of the features that are measured."""

_PICKED = 7
_AT_EDGES = np.array([[_ENDS], [_ENDS + char.COUNT]])
_LONGER = np.array([[6], [15]])
_AFTER_LONGER = np.array([[2], [3]]) * char.COUNT
"""How a block ends tells more of one that is long enough to be a sentence: of so many words."""


def matrix(tally: Tally) -> Floats32:
    """All features, one row a block."""
    found = np.zeros((_NONE + 1, len(tally.chars)), np.float32)
    measured = np.empty((len(_MEASURED), len(tally.chars)), np.float32)
    _measure(tally, measured)
    found[_MEASURED] = measured
    found[_picked(tally), np.arange(len(tally.chars))] = 1
    return found[:_NONE].T


def scores(tally: Tally, weights: Floats32) -> Floats32:
    """The sum of the weights of each block's features."""
    products = np.empty((_PICKED + len(_MEASURED), len(tally.chars)), np.float32)
    of_all = np.zeros(_NONE + 1, np.float32)
    of_all[:_NONE] = weights
    of_all.take(_picked(tally), out=products[:_PICKED], mode="clip")
    measured = products[_PICKED:]
    _measure(tally, measured)
    measured *= weights.take(_MEASURED)[:, None]
    return _added(products)


def weighed(table: Floats32, weights: Floats32) -> Floats32:
    """The sum of each column of a table, each row by its weight; the table is used up.

    Not by BLAS, whose sums depend on the number of columns: a block scores alike in any company.
    """
    table *= weights[:, None]
    return _added(table)


def _added(products: Floats32) -> Floats32:
    """The sum of each column; a single one is summed as many are."""
    if products.shape[1] == 1:
        return np.asarray(np.add.reduce(products.repeat(2, axis=1), axis=0)[:1], np.float32)
    return np.asarray(np.add.reduce(products, axis=0), np.float32)


def _picked(tally: Tally) -> Ints:
    """The numbers of the features that are one of many, one row a sort."""
    seen, (capitals, _, stops) = tally.seen, tally.shares
    picked = np.empty((_PICKED, len(seen)), np.int64)
    stop_share = np.where(seen >= 4, stops, -1)
    capital_share = np.where(seen >= 2, capitals, -1)
    picked[0] = _IN_WORD_BINS.take(_WORD_BINS.searchsorted(tally.words, "right"))
    picked[1] = _IN_STOP_BINS.take(_STOP_BINS.searchsorted(stop_share, "right"))
    picked[2] = _IN_CAPITAL_BINS.take(_CAPITAL_BINS.searchsorted(capital_share, "right"))
    np.add(tally.edges, _AT_EDGES, out=picked[3:5])
    picked[5:7] = np.where(seen >= _LONGER, picked[3] + _AFTER_LONGER, _NONE)
    return picked


def _measure(tally: Tally, table: Floats32) -> None:
    """Write the features that are measured into a table, one row each."""
    found, cover = table[: -4 * _K], table[-4 * _K :]
    counts, seen, covered = tally.counts, tally.seen, tally.covered
    capitals, long_words, stops = tally.shares
    safe = np.maximum(seen, 1)
    upper, digits = counts[char.UPPER], counts[char.DIGIT]
    letters = counts[char.LOWER] + upper
    np.log1p(tally.words, out=found[0])
    np.log1p(tally.chars, out=found[1])
    found[2] = stops
    np.multiply(stops, found[0], out=found[3])
    found[4] = capitals * np.minimum(seen, 10) / 10
    found[5] = (upper >= 0.9 * letters) & (letters >= 3)
    np.divide(letters, tally.seen_chars, out=found[6])
    found[7] = letters / safe / 10
    found[8] = long_words
    found[9] = letters == 0
    np.divide(counts.take(_SHARES, axis=0), tally.seen_chars, out=found[10:16])
    np.log1p(counts.take(_LOGS, axis=0), out=found[16:24])
    np.greater(counts.take(_MARKS, axis=0), 0, out=found[24:35])
    found[35] = digits >= 0.5 * (letters + digits)
    np.divide(covered, safe, out=cover[:_K])
    np.greater(covered, 0, out=cover[_K : 2 * _K])
    np.greater_equal(covered, safe, out=cover[2 * _K : 3 * _K])
    cover[3 * _K :] = tally.opens
