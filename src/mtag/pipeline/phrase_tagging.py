"""Phrase tagging: sentences and the taxonomy's phrases make candidates.

All phrases of all sentences are found in one walk (`mtag.phrasewalk`) and judged together: what traps
cover and negations deny proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mtag.arrays import Flags, Ints, int_array
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
    kind = phrases.kind.take(matches.entry)
    if np.count_nonzero(matches.coordinated):
        # "protect victims and witnesses" is not the trap "protect witnesses": only proofs are expanded.
        chosen = ((kind <= WEAK) | ~matches.coordinated).nonzero()[0]
        matches, kind = matches.take(chosen), kind.take(chosen)
    of_kinds = (TRAP, NEGATION, UNRELATED, CHARGE)
    traps, negations, unrelated, charges = ((kind == one).nonzero()[0] for one in of_kinds)
    stands = kind <= CUE
    if len(negations):
        stands &= ~_denied(matches.first, words.sentence, np.sort(matches.last.take(negations)))
    if len(traps):
        stands &= ~_covered(matches, matches.take(traps), phrases, len(words.sentence))
    is_proof = kind <= WEAK
    cues = {*matches.first.take((stands & ~is_proof).nonzero()[0]).tolist()}
    proofs = (stands & is_proof).nonzero()[0]
    entry, first, last, _ = matches.take(proofs)
    # By first word, the longest first, then by rank.
    order = ((first * len(words.sentence) - last) * len(phrases.rank) + phrases.rank.take(entry)).argsort()
    entry, first = entry.take(order), first.take(order)
    return Proofs(
        sentence=words.sentence.take(first),
        start=words.starts.take(first),
        end=words.ends.take(last.take(order)),
        concept=phrases.owner.take(entry),
        strong=phrases.kind.take(entry) == STRONG,
        entry=entry,
        cues=np.bincount(words.sentence.take(int_array([*cues])), minlength=sentences),
        enumeration=_enumerations(
            matches.take(unrelated), matches.first.take(charges), words.sentence, sentences
        ),
        concepts=phrases.owners,
        entries=phrases.entries,
    )


def _denied(first: Ints, sentence: Ints, negations: Ints) -> Flags:
    """Which matches begin shortly after a negation; `negations` are the last words of these, in order."""
    place = negations.searchsorted(first)
    nearest = negations[place - 1]
    near = (place > 0) & (first - nearest <= _NEGATION_REACH)
    denied: Flags = near & (sentence[first] == sentence[nearest])
    return denied


def _covered(matches: Matches, traps: Matches, phrases: JoinedPhrases, size: int) -> Flags:
    """Which matches lie inside a trap for their concept or for every one."""
    owner = phrases.owner.take(traps.entry)
    # Keys are in the order of owners, then of words, so that the furthest end among the traps that begin
    # at or before a match tells it all; traps of other owners and sentences end before it.
    begin, end = owner * size + traps.first, owner * size + traps.last
    order = begin.argsort()
    begin, furthest = begin.take(order), np.full(len(order) + 1, -1)
    np.maximum.accumulate(end.take(order), out=furthest[1:])
    bases = np.array((phrases.owner.take(matches.entry), np.full(len(matches.entry), phrases.everything)))
    bases *= size
    before = begin.searchsorted(bases + matches.first, "right")
    of_one, of_all = furthest.take(before) >= bases + matches.last
    covered: Flags = of_one | of_all
    return covered


def _enumerations(unrelated: Matches, charges: Ints, sentence: Ints, sentences: int) -> Flags:
    """Which sentences list topics that are not ours; matches that overlap are one topic.

    What somebody is charged with (`charges` are the first words of what tells so) is seldom one thing.
    """
    if not len(unrelated.entry):
        return np.zeros(sentences, np.bool_)
    order = unrelated.first.argsort()
    first, last = unrelated.first[order], unrelated.last[order]
    apart = np.ones(len(first), np.bool_)
    apart[1:] = first[1:] > np.maximum.accumulate(last)[:-1]
    topics = np.bincount(sentence[first[apart]], minlength=sentences)
    needed = np.full(sentences, _LISTED)
    needed[sentence[charges]] = _CHARGED
    found: Flags = topics >= needed
    return found
