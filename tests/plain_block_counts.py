"""What is counted in a block, word by word and character by character: the oracle of `blockfeatures`."""

import unicodedata
from collections import Counter
from itertools import groupby

from mtag import blockfeatures
from mtag.charkinds import IN_WORDS, SPACE, TABLE, UPPER, kind_of
from mtag.furniture import KINDS, STOP_WORDS, phrases

_STOPS = frozenset(word for listed in STOP_WORDS.values() for word in listed.split())
_PHRASES = {}
for _kind, _words in phrases():
    _PHRASES.setdefault(_words, _kind)


def seen(text, block):
    """What is read of a block."""
    line = text[block.start : block.end]
    if len(line) <= blockfeatures.HEAD + blockfeatures.TAIL:
        return line
    return line[: blockfeatures.HEAD] + " " + line[-blockfeatures.TAIL :]


def words_of(line):
    """The words of a line, as they stand there."""
    runs = groupby(line, lambda char: kind_of(char) in IN_WORDS)
    return ["".join(run) for inside, run in runs if inside]


def folded(word):
    """What a word is hashed as: base letters; all that is beyond the table is one letter."""
    return "".join(
        chr(min(ord(unicodedata.normalize("NFD", char.lower())[0] if ord(char) < TABLE else char), TABLE - 1))
        for char in word
    )


def kinds_in(line):
    """How many characters there are of each kind; spaces are not counted."""
    return Counter(kind for char in line if (kind := kind_of(char)) != SPACE)


def sorts_of(line):
    """Words, those that begin with a capital, the long ones, the commonest ones."""
    words = words_of(line)
    capitals = sum(kind_of(word[0]) == UPPER for word in words)
    return (
        len(words),
        capitals,
        sum(len(word) >= 7 for word in words),
        sum(folded(word) in _STOPS for word in words),
    )


def cover(line):
    """Words of a line in phrases of each kind of furniture: the longest phrases take theirs first."""
    words = [folded(word) for word in words_of(line)]
    read = words if len(words) <= 40 else words[:10]
    free = [True] * len(read)
    covered, opens = [0] * len(KINDS), [False] * len(KINDS)
    for size in range(8, 0, -1):
        found = [
            (place, _PHRASES[tuple(read[place : place + size])])
            for place in range(len(read) - size + 1)
            if free[place] and tuple(read[place : place + size]) in _PHRASES
        ]
        for place, kind in found:
            free[place : place + size] = [False] * size
            covered[kind] += size
            opens[kind] |= place == 0
    return covered, opens
