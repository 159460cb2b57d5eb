"""The phrases in a sentence, one by one, as the walk finds them."""

from typing import NamedTuple

from mtag.document import Sentence
from mtag.phrasebook import Phrasebook
from mtag.phrasewalk import find
from mtag.wordtable import read_passages


class Match(NamedTuple):
    """A phrase found: its entry in the lexicon, its span, its first and last word.

    `coordinated` tells that a coordination was stepped over between its words.
    """

    entry: int
    start: int
    end: int
    first: int
    last: int
    coordinated: bool = False


_books = {}


def find_matches(text, start, end, lexicon):
    """Every phrase in one sentence, `text[start:end]`, overlapping ones too, by first word."""
    if id(lexicon) not in _books:
        _books[id(lexicon)] = lexicon, Phrasebook({"any": lexicon}).of(["any"])
    phrases = _books[id(lexicon)][1]
    words = read_passages([(text, [Sentence(start, end, 0, "any")], ())])
    found = find(phrases.trie, words, *phrases.recall(words, ["any"]))
    parts = (found.entry, words.starts[found.first], words.ends[found.last], *found[1:])
    matches = map(Match, *(part.tolist() for part in parts))
    return sorted(matches, key=lambda match: (match.first, match.last, match.entry, match.coordinated))
