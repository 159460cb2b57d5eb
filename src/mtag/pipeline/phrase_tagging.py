"""Phrase tagging: sentences and the taxonomy's phrases make candidates.

All phrases of all sentences are found in one walk (`mtag.phrasewalk`) and judged together: what traps
cover and negations deny proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mtag.arrays import Flags, Ints
from mtag.document import Proofs, Sentence, SentenceMatches, Span
from mtag.phrasebook import (
    CHARGE,
    CUE,
    NEGATION,
    STRONG,
    TRAP,
    UNRELATED,
    WEAK,
    JoinedPhrases,
    Phrasebook,
)
from mtag.phrasewalk import Matches, find
from mtag.wordtable import WordTable, read_passages

_NEGATION_REACH = 8
"""How many words after a negation a match may begin and still be denied by it."""

_LISTED, _CHARGED = 2, 4
"""Topics that are not ours from which a sentence is a list of topics; if it tells of charges, more."""


def tag_sentences(
    text: str, sentences: Sequence[Sentence], phrases: Phrasebook, artefacts: Sequence[Span] = ()
) -> tuple[SentenceMatches, ...]:
    """Find the phrases of each sentence in its own language; other languages yield nothing.

    Args:
        text: the text of the document.
        sentences: spans over it, with their language.
        phrases: compiled phrases by language.
        artefacts: spans to pass over.
    """
    words = read_passages([(text, sentences, artefacts)])
    return find_proofs(words, [sentence.language for sentence in sentences], phrases).by_sentence()


def find_proofs(words: WordTable, languages: Sequence[str], phrases: Phrasebook) -> Proofs:
    """`tag_sentences` as arrays, of words that have been read; `languages` are those of the sentences."""
    joined = phrases.of(languages)
    matches = find(joined.trie, words, *joined.recall(words, languages))
    return _judge(matches, words, joined, len(languages))


def _judge(matches: Matches, words: WordTable, phrases: JoinedPhrases, sentences: int) -> Proofs:
    """Cancel what traps cover and negations deny; count cues and unrelated topics."""
    kind = phrases.kind[matches.entry]
    # "protect victims and witnesses" is not the trap "protect witnesses": only proofs are expanded.
    matches = matches.where((kind <= WEAK) | ~matches.coordinated)
    kind = phrases.kind[matches.entry]
    stands = kind <= CUE
    negations, traps = matches.last[kind == NEGATION], matches.where(kind == TRAP)
    if len(negations):
        stands &= ~_denied(matches.first, words.sentence, np.sort(negations))
    if len(traps.entry):
        stands &= ~_covered(matches, traps, phrases, len(words.sentence))
    cues = np.zeros(len(words.sentence), np.bool_)
    cues[matches.first[stands & (kind == CUE)]] = True
    proofs = matches.where(stands & (kind <= WEAK))
    entry, first, last, _ = proofs.take(_order(proofs, phrases.rank))
    return Proofs(
        sentence=words.sentence[first],
        start=words.starts[first],
        end=words.ends[last],
        concept=phrases.owner[entry],
        strong=phrases.kind[entry] == STRONG,
        entry=entry,
        cues=np.bincount(words.sentence[cues], minlength=sentences),
        enumeration=_enumerations(
            matches.where(kind == UNRELATED), matches.first[kind == CHARGE], words.sentence, sentences
        ),
        concepts=phrases.owners,
        entries=phrases.entries,
    )


def _order(proofs: Matches, rank: Ints) -> Ints:
    """By first word, the longest first, then by concept, kind and phrase."""
    length = proofs.last - proofs.first
    longest = length.max(initial=0)
    place = (proofs.first + 1) * (longest + 1) - length
    return np.argsort(place * len(rank) + rank[proofs.entry])


def _denied(first: Ints, sentence: Ints, negations: Ints) -> Flags:
    """Which matches begin shortly after a negation; `negations` are the last words of these, in order."""
    place = negations.searchsorted(first)
    nearest = negations[place - 1]
    near = (place > 0) & (first - nearest <= _NEGATION_REACH)
    denied: Flags = near & (sentence[first] == sentence[nearest])
    return denied


def _covered(matches: Matches, traps: Matches, phrases: JoinedPhrases, size: int) -> Flags:
    """Which matches lie inside a trap for their concept or for every one."""
    owner = phrases.owner[traps.entry]
    # Keys are in the order of owners, then of words, so that the furthest end among the traps that begin
    # at or before a match tells it all; traps of other owners and sentences end before it.
    begin, end = owner * size + traps.first, owner * size + traps.last
    order = begin.argsort()
    begin, end = begin[order], np.append(-1, np.maximum.accumulate(end[order]))
    result = np.zeros(len(matches.entry), np.bool_)
    for base in (phrases.owner[matches.entry] * size, phrases.everything * size):
        result |= end[begin.searchsorted(base + matches.first, "right")] >= base + matches.last
    return result


def _enumerations(unrelated: Matches, charges: Ints, sentence: Ints, sentences: int) -> Flags:
    """Which sentences list topics that are not ours; matches that overlap are one topic.

    What somebody is charged with (`charges` are the first words of what tells so) is seldom one thing.
    """
    order = unrelated.first.argsort()
    first, last = unrelated.first[order], unrelated.last[order]
    apart = np.ones(len(first), np.bool_)
    apart[1:] = first[1:] > np.maximum.accumulate(last)[:-1]
    topics = np.bincount(sentence[first[apart]], minlength=sentences)
    needed = np.full(sentences, _LISTED)
    needed[sentence[charges]] = _CHARGED
    found: Flags = topics >= needed
    return found
