"""Phrase tagging: sentences and the taxonomy's phrases make candidates.

All phrases of all sentences are found in one walk (`mtag.phrasewalk`); each sentence is then judged:
what traps cover and negations deny proves nothing.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from mtag.document import Candidate, Sentence, SentenceMatches, Span
from mtag.phrases import Entry, Lexicon
from mtag.phrasewalk import Matches, find
from mtag.wordtable import WordTable, begins, read_passages

_NEGATION_REACH = 8
"""How many words after a negation a match may begin and still be denied by it."""

_ENUMERATION = 2
"""How many unrelated topics in a sentence make it an enumeration."""


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


_PROOFS: Mapping[str, Literal["strong", "weak"]] = {"strong": "strong", "weak": "weak"}
_NOTHING = SentenceMatches((), 0, False)


def tag_sentences(
    text: str, sentences: Sequence[Sentence], lexicons: Mapping[str, Lexicon], artefacts: Sequence[Span] = ()
) -> tuple[SentenceMatches, ...]:
    """Find the phrases of each sentence in its own language; other languages yield nothing.

    Args:
        text: the text of the document.
        sentences: spans over it, with their language.
        lexicons: compiled phrases by language.
        artefacts: spans to pass over.
    """
    words = read_passages([(text, sentences, artefacts)])
    return tag_words(words, [sentence.language for sentence in sentences], lexicons)


def tag_words(
    words: WordTable, languages: Sequence[str], lexicons: Mapping[str, Lexicon]
) -> tuple[SentenceMatches, ...]:
    """`tag_sentences` for sentences whose words have been read; `languages` are those of the sentences."""
    found = [_NOTHING] * len(languages)
    for code in lexicons:
        own = words.in_language(code, languages)
        if not len(own.numbers):
            continue
        lexicon = lexicons[code]  # read at its first use
        walked = _walk(own, lexicon)
        matches = _matches(own, walked)
        sentence = own.sentence[walked.first]
        cuts = np.flatnonzero(begins(sentence)).tolist()
        for first, last in pairwise((*cuts, len(matches))):
            found[int(sentence[first])] = _judge(matches[first:last], lexicon.entries)
    return tuple(found)


def find_matches(
    text: str, start: int, end: int, lexicon: Lexicon, artefacts: Sequence[Span] = ()
) -> list[Match]:
    """Find every phrase in one sentence, `text[start:end]`, overlapping ones too, by first word."""
    words = read_passages([(text, [Sentence(start, end, 0, "")], artefacts)])
    return _matches(words, _walk(words, lexicon))


def _walk(words: WordTable, lexicon: Lexicon) -> Matches:
    return find(lexicon.trie, words, lexicon.memory.recall(words.vocabulary, words.numbers))


def _matches(words: WordTable, found: Matches) -> list[Match]:
    parts = (found.entry, words.starts[found.first], words.ends[found.last], *found[1:])
    return list(map(Match, *(part.tolist() for part in parts)))


def _judge(matches: list[Match], entries: Sequence[Entry]) -> SentenceMatches:
    """Cancel what traps cover and negations deny; count cues and unrelated topics."""
    proofs: list[tuple[Match, Entry]] = []
    others: dict[str, list[Match]] = {}
    for match in matches:
        entry = entries[match.entry]
        if entry.kind in _PROOFS:
            proofs.append((match, entry))
        elif not match.coordinated:
            # "protect victims and witnesses" is not the trap "protect witnesses": only proofs are expanded.
            others.setdefault(entry.kind, []).append(match)
    denied: set[int] = set()
    for negation in others.get("negation", ()):
        denied.update(range(negation.last + 1, negation.last + 1 + _NEGATION_REACH))
    cover: dict[str, _Cover] = {}
    for trap in others.get("trap", ()):
        cover.setdefault(entries[trap.entry].owner, _Cover()).add(trap.start, trap.end)
    names = cover.get("*", _Cover())
    if denied or cover:
        proofs = [
            (match, entry)
            for match, entry in proofs
            if not (match.first in denied or names.holds(match))
            and not (entry.owner in cover and cover[entry.owner].holds(match))
        ]
    candidates = [
        Candidate(entry.owner, match.start, match.end, _PROOFS[entry.kind], entry.pattern)
        for match, entry in proofs
    ]
    candidates.sort(key=lambda c: (c.start, -c.end, c.concept, c.kind, c.phrase))
    cues = {cue.first for cue in others.get("cue", ()) if cue.first not in denied and not names.holds(cue)}
    topics = _disjoint(others.get("unrelated", []))
    return SentenceMatches(tuple(candidates), len(cues), topics >= _ENUMERATION)


class _Cover:
    """Spans added by start; tells whether one of them covers a match, without asking each."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, start: int, end: int) -> None:
        self.starts.append(start)
        self.ends.append(max(end, self.ends[-1]) if self.ends else end)

    def holds(self, match: Match) -> bool:
        # The furthest end among the spans that begin at or before the match tells it all.
        place = bisect(self.starts, match.start)
        return place > 0 and self.ends[place - 1] >= match.end


def _disjoint(matches: list[Match]) -> int:
    count, end = 0, -1
    for match in sorted(matches, key=lambda match: match.end):
        if match.start >= end:
            count, end = count + 1, match.end
    return count
