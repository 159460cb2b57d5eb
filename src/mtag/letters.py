"""Text as rows of the language model's weight table; training and detection share it.

Features are hashed character n-grams (2 to 5, within word boundaries), whole words, word pairs and
word shapes, computed for many texts at once in NumPy, without a Python loop over characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.arrays import Flags
from mtag.patterns import late

FEATURES = "mtag-letters/1"
"""Names what is hashed and how; a model knows with which it was trained."""

BITS = 20
"""The weight table has two to this power rows."""

MAX_CHARS_READ = 420
"""Of a longer text, windows spread evenly over it are read, this many characters in all."""

FOREIGN = 255
"""The symbol of a letter of another script."""

APOSTROPHES = "'’ʼ`´ʹ"
"""Characters read as an apostrophe, which is a letter here."""

MOJIBAKE = ("Ã", "Â", "Å", "â€")
"""With what UTF-8 that was decoded as cp1252 begins."""

DOMAINS = "com|org|net|info|gov|int|edu|html?|php|pdf|fr|eu|uk|ca"
"""The endings, behind a full stop, of the names of sites and files that are no language."""

NO_SHAPE = np.uint32(31)
"""What stands for the shape of the word before the first one; shapes are less."""

_WINDOWS = 6
_MAX_WORD = 40
_LETTERS = (
    "'\ufffdabcdefghijklmnopqrstuvwxyzßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿāăąćčďđēėęěğġģħīįıķļľłńņňőœŕřśşšșţťțŧ"
    "ūůűųŵŷźżžəơưʻ"
)
_OTHER_SCRIPTS = (
    (0x370, 0x1DFF),
    (0x2C00, 0x2DFF),
    (0x3041, 0xA71F),
    (0xA720, 0xD7FF),
    (0xF900, 0xFDFF),
    (0xFE70, 0xFEFE),
)
_PRIME = np.uint32(0x9E3779B1)
_PAIR = np.uint32(int(_PRIME) * 0x165667C5 & 0xFFFFFFFF)
_SHIFT = np.uint32(32 - BITS)
_ORDERS = (2, 3, 4, 5)
_FACTORS = np.array([[0x85EBCA6B + 2 * order] for order in _ORDERS], np.uint32)

Numbers = NDArray[Any]

_URL = late(r"(?:https?://|www\.)\S+", re.I)
_MAIL = late(r"(?<![\w.+-])[\w.+-]{1,60}+@[\w.-]{1,80}")
_DOTTED = late(r"\.[A-Za-z]")
_DOMAIN = late(
    r"(?<![\w-])[\w-]{1,40}+(?:\.[\w-]{1,40}+){0,4}?"
    rf"\.(?:{DOMAINS})\b(?:/\S*)?",
    re.I,
)
_MOJIBAKE = late(
    "[ÂÃÅ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\x80-\xbf™œ˜“”¦¢\x9d]|(?<![A-Z])Ã (?=[\\s\\w])"
)


def sample(text: str, start: int, end: int) -> str:
    """The characters of `text[start:end]` that are read, cleaned of what is not language."""
    length = end - start
    if length > MAX_CHARS_READ:
        width, step = MAX_CHARS_READ // _WINDOWS, (length - MAX_CHARS_READ // _WINDOWS) / (_WINDOWS - 1)
        starts = [start + round(number * step) for number in range(_WINDOWS)]
        windows = [text[first : first + width] for first in starts]
        piece = " ".join(window.partition(" ")[2].rpartition(" ")[0] or window for window in windows)
        if len(set(piece)) < 8:  # one character, again and again
            return ""
    else:
        piece = text[start:end]
    if "&" in piece and ";" in piece:
        from html import unescape  # its table of names is large, and few texts need it

        piece = unescape(piece)
    if not piece.isascii():
        if any(mark in piece for mark in MOJIBAKE):
            piece = _MOJIBAKE.sub(_repair, piece)
        piece = unicodedata.normalize("NFC", piece)
    if "://" in piece or "www." in piece:
        piece = _URL.sub(" ", piece)
    if "@" in piece:
        piece = _MAIL.sub(" ", piece)
    if "." in piece and _DOTTED.search(piece):
        piece = _DOMAIN.sub(" ", piece)
    return piece


def _repair(match: re.Match[str]) -> str:
    """Read UTF-8 that was decoded as cp1252 once more, as UTF-8."""
    found = match.group().replace("Ã ", "Ã\xa0")
    codes = b"".join(c.encode("cp1252", "ignore") or c.encode("latin-1", "ignore") for c in found)
    try:
        return codes.decode("utf-8")
    except UnicodeDecodeError:
        return "'" if found.startswith("â") else found


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.uint8], Flags]:
    """For each code unit of the basic plane: its symbol (0 parts words, 255 another script), upper case."""
    symbols = np.zeros(0x10000, np.uint8)
    upper = np.zeros(0x10000, np.bool_)
    for first, last in _OTHER_SCRIPTS:
        symbols[first : last + 1] = FOREIGN
    number = {letter: code for code, letter in enumerate(_LETTERS, 1)}
    for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)):
        letter = chr(code)
        if letter.isalpha():
            base = letter.lower()
            base = base if base in number else unicodedata.normalize("NFD", base)[0]
            symbols[code] = number.get(base, number["ə"])
            upper[code] = letter.isupper()
    for mark in APOSTROPHES:
        symbols[ord(mark)] = number["'"]
    symbols[0xFFFD] = number["\ufffd"]
    return symbols, upper


def is_symbol(character: str) -> bool:
    """Whether a character is a letter, an apostrophe, or of another script."""
    code = ord(character)
    return 0x20000 <= code < 0x40000 or (code < 0x10000 and bool(_tables()[0][code]))


def encode(texts: Sequence[str]) -> tuple[Numbers, Flags, Numbers]:
    """Texts as one row of symbols, which of them are capitals, and where each text starts.

    A text starts at the separator before it, and five separators follow the last one.
    """
    joined = "\n" + "\n".join(texts) + "\n\n\n\n\n"
    units = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    starts = np.concatenate(([0], np.cumsum(lengths + 1)[:-1]))
    symbols, upper = _tables()
    if len(joined) and not joined.isascii():
        # Ideographs of the higher planes count as one of the lower; emoji and the rest part words.
        high = np.where((units >= 0x20000) & (units < 0x40000), np.uint32(0x4E00), np.uint32(0x20))
        units = np.where(units > 0xFFFF, high, units)
    return symbols.take(units), upper.take(units), starts


class Words(NamedTuple):
    """The words of encoded texts; every array has a place a word.

    `first` and `last` are its positions (half-open), `heads` and `tails` hashes of its first and last
    letters, `shapes` say how long it is and which of its letters are capitals.
    """

    first: Numbers
    last: Numbers
    heads: Numbers
    tails: Numbers
    shapes: Numbers


TableRows = tuple[Numbers | None, Numbers]
"""Rows of the weight table and the position of each; without positions, row `i` belongs to position `i`."""


def features(symbols: Numbers, upper: Flags, starts: Numbers) -> list[TableRows]:
    """Rows of the weight table that encoded texts use, by kind of feature. Row 0 is empty."""
    grams, whole, words = within_words(symbols, upper)
    opens = np.zeros(len(words.first) + 1, np.bool_)  # the first word of a text has no word before it
    opens[np.searchsorted(words.first, starts)] = True
    first = opens[:-1]
    return [
        *((None, rows) for rows in grams),
        whole,
        *between_words(words, ~first[1:]),
        (words.first[first], shape_rows(NO_SHAPE, words.shapes[first])),
    ]


def within_words(symbols: Numbers, upper: Flags) -> tuple[Numbers, TableRows, Words]:
    """The rows that words use by themselves, and the words.

    Returns:
        The rows of the n-grams that begin at each position, a line for each of their lengths; those of
        whole words; the words.
    """
    inside = (symbols > 0) & (symbols < FOREIGN)
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    first, last = edges[0::2], edges[1::2]
    if (long := last - first > _MAX_WORD).any():
        for begin, end in zip(first[long], last[long], strict=True):
            inside[begin:end] = False
        first, last = first[~long], last[~long]
    hashes = np.where(inside, symbols, 0).astype(np.uint32)
    letters, allowed = hashes, np.ones(len(hashes), np.bool_)
    grams = np.zeros((len(_ORDERS), len(letters)), np.uint32)
    valid = np.zeros(grams.shape, np.bool_)
    np.logical_or(inside[:-1], inside[1:], out=valid[0, :-1])
    for line, order in enumerate(_ORDERS):
        hashes = np.add(hashes[:-1] * _PRIME, letters[order - 1 :], out=grams[line, : 1 - order])
        if line > 0:
            middle = inside[order - 2 : -1]
            allowed = np.logical_and(allowed[: len(middle)], middle, out=valid[line, : 1 - order])
    sizes = last - first
    trigrams, fivegrams = grams[1], grams[3]
    whole = sizes >= 5
    begin, end = first[whole], last[whole] - 5
    word = fivegrams[begin] * np.uint32(0xC2B2AE35) ^ fivegrams[end] * np.uint32(0x27D4EB2F)
    word = (word ^ fivegrams[(begin + end) // 2]) * _PRIME + sizes[whole].astype(np.uint32)
    tails = trigrams[np.maximum(first - 1, last - 3)]
    words = Words(first, last, trigrams[first - 1], tails, _shapes(upper, first, last))
    grams *= _FACTORS
    grams >>= _SHIFT
    grams *= valid
    return grams, (begin, (word * np.uint32(0x165667B1)) >> _SHIFT), words


def _shapes(upper: Flags, first: Numbers, last: Numbers) -> Numbers:
    """The shape of each word: 4 for each kind of capitals, and up to 3 by its length."""
    sizes = last - first
    capitals = np.concatenate(([0], np.cumsum(upper)))
    count = capitals[last] - capitals[first]
    kind = np.where(
        count == 0,
        0,
        np.where(count == sizes, np.where(sizes > 1, 2, 4), np.where(upper[first] & (count == 1), 1, 3)),
    )
    shapes: Numbers = (kind * 4 + np.minimum(sizes, 8) // 2 - (sizes >= 8)).astype(np.uint32)
    return shapes


def between_words(words: Words, follows: Flags) -> list[TableRows]:
    """The rows of words beside the word before them; `follows` tells which words but the first have one."""
    places = words.first[1:][follows]
    pairs = pair_rows(words.tails[:-1][follows], words.heads[1:][follows])
    return [(places, pairs), (places, shape_rows(words.shapes[:-1][follows], words.shapes[1:][follows]))]


def pair_rows(tails: Numbers, heads: Numbers) -> Numbers:
    """The rows of pairs of words, of which one ends and the other begins so."""
    pair = tails * np.uint32(0xC2B2AE3D)
    pair ^= heads
    pair *= _PAIR
    pair >>= _SHIFT
    return pair


def shape_rows(before: Numbers | np.uint32, shapes: Numbers) -> Numbers:
    """The rows of words of these shapes behind others; `NO_SHAPE` where there is none before."""
    return ((before * np.uint32(64) + shapes + np.uint32(1)) * np.uint32(0x9E3779B9)) >> _SHIFT
