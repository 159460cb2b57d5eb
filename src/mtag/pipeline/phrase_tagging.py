"""Phrase tagging: sentences and the taxonomy's phrases make candidates.

One walk of a token trie: from each word, the phrases that begin there are followed as far as they
go. Between two words of a phrase the text may hold determiners, a gap where the phrase has one, or
a coordination ("sexual *and labour* exploitation"). All of these are short and bounded, so time is
linear in the text and does not depend on the number of phrases.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from mtag.document import Candidate, Sentence, Span
from mtag.phrases import CONJUNCTION, DETERMINER, PREPOSITION, Lexicon
from mtag.tokens import Token, Tokens, tokenize

_MAX_DETERMINERS = 2

# Words a coordination may hold between two words of a phrase, by how it stands there.
_AFTER_CONJUNCTION = 2  # sexual *and labour* exploitation
_AFTER_COMMA = 4  # sexual*, labour and criminal* exploitation
_BEFORE_CONJUNCTION = 3  # exploitation *sexuelle et* par le travail
_NEGATION_REACH = 8
"""How many words after a negation a match may begin and still be denied by it."""

_MAX_STATES = 1000
"""Ways to go on from one word before the rest is given up; real text needs about fifty."""

_ENUMERATION = 2
"""How many unrelated topics in a sentence make it an enumeration."""

_COMMA = re.compile(r"[,،]")
_HARD = re.compile(r"[.;:!?…()\[\]{}|•·—–<>]")
_PLAIN = frozenset(("", " ", "-", "'", "’", ","))


class _Tokens(NamedTuple):
    """The words of a sentence, a list each: where the gap before a word begins, its span, its symbols."""

    gaps: list[int]
    starts: list[int]
    ends: list[int]
    symbols: list[tuple[int, ...]]


class Match(NamedTuple):
    """A phrase found: its entry in the lexicon, its span, its first and last word in the sentence.

    `coordinated` tells that a coordination was stepped over between its words.
    """

    entry: int
    start: int
    end: int
    first: int
    last: int
    coordinated: bool = False


class SentenceMatches(NamedTuple):
    """What a sentence holds.

    `candidates` may prove concepts; `cues` counts the words that put the passage on topic;
    `enumeration` tells that the sentence lists topics of which ours is one.
    """

    candidates: tuple[Candidate, ...]
    cues: int
    enumeration: bool


def tag_sentences(
    text: str,
    sentences: Sequence[Sentence],
    lexicons: Mapping[str, Lexicon],
    artefacts: Sequence[Span] = (),
    words: Sequence[Tokens] | None = None,
) -> tuple[SentenceMatches, ...]:
    """Find the phrases of each sentence in its own language; other languages yield nothing.

    Args:
        text: the text of the document.
        sentences: spans over it, with their language.
        lexicons: compiled phrases by language.
        artefacts: spans to pass over.
        words: those of each sentence, where they have been read already.
    """
    found = []
    for number, sentence in enumerate(sentences):
        lexicon = lexicons.get(sentence.language)
        if lexicon is None:
            found.append(SentenceMatches((), 0, False))
            continue
        own = tokenize(text, sentence.start, sentence.end) if words is None else words[number]
        matches = list(_find(text, sentence.start, own, lexicon, artefacts))
        found.append(_judge(number, matches, lexicon))
    return tuple(found)


def find_matches(
    text: str, start: int, end: int, lexicon: Lexicon, artefacts: Sequence[Span] = ()
) -> Iterator[Match]:
    """Find every phrase in `text[start:end]`, overlapping ones too, by first word."""
    return _find(text, start, tokenize(text, start, end), lexicon, artefacts)


def _find(
    text: str, start: int, own: Iterable[Token], lexicon: Lexicon, artefacts: Sequence[Span]
) -> Iterator[Match]:
    tokens = _tokens(start, own, lexicon.build_trie(), artefacts)
    words = tokens.symbols
    present = set[int]().union(*words)
    root, outputs, branches = lexicon.children[0], lexicon.outputs, lexicon.branches
    following = lexicon.following
    # Most words that begin phrases have none of the words in the sentence that go on with them.
    roots = {
        symbol: node
        for symbol in root.keys() & present
        if outputs[node := root[symbol]] or not present.isdisjoint(following[node])
    }
    if not roots:
        return
    begins = roots.keys()
    reach: dict[tuple[int, int], list[tuple[int, bool]]] = {}
    for first, symbols in enumerate(words):
        if not symbols or begins.isdisjoint(symbols):
            continue
        seen: set[tuple[int, int, bool]] = set()
        stack = [(roots[symbol], first, False) for symbol in symbols if symbol in roots]
        while stack:
            state = stack.pop()
            if state in seen or len(seen) >= _MAX_STATES:
                continue
            seen.add(state)
            node, last, coordinated = state
            for entry in outputs[node]:
                yield Match(entry, tokens.starts[first], tokens.ends[last], first, last, coordinated)
            for gap, children in branches[node]:
                if present.isdisjoint(children):  # no word of the sentence goes on here
                    continue
                places = reach.get((last, gap))
                if places is None:
                    places = reach[last, gap] = _reach(text, tokens, last, gap, lexicon.has_prepositions)
                for place, stepped in places:
                    for symbol in words[place]:
                        if symbol in children:
                            stack.append((children[symbol], place, coordinated or stepped))


def _tokens(start: int, own: Iterable[Token], lexicon: Lexicon, artefacts: Sequence[Span]) -> _Tokens:
    tokens = _Tokens([], [], [], [])
    gaps, starts, ends, symbols = tokens
    look_up = lexicon.symbols
    previous = start
    upcoming = bisect(artefacts, (start, start)) - 1 if artefacts else 0
    for surface, token_start, token_end in own:
        while upcoming < len(artefacts) and (upcoming < 0 or artefacts[upcoming].end <= token_start):
            upcoming += 1
        if upcoming >= len(artefacts) or artefacts[upcoming].start >= token_end:
            gaps.append(previous)
            starts.append(token_start)
            ends.append(token_end)
            symbols.append(look_up(surface))
        previous = token_end
    return tokens


def _marks(between: str) -> tuple[bool, bool]:
    """Whether a comma, and whether a mark that no phrase crosses, stands between two words."""
    if between in _PLAIN:
        return between == ",", False
    return bool(_COMMA.search(between)), bool(_HARD.search(between))


def _reach(
    text: str, tokens: _Tokens, last: int, gap: int, needs_preposition: bool
) -> list[tuple[int, bool]]:
    """The places where the next word of a phrase may stand, and whether a coordination is stepped over."""
    places: list[tuple[int, bool]] = []
    determiners = 0
    limit = 0  # how many words a coordination that begins here may step over
    conjoined = comma = before = False
    words = tokens.symbols
    may_close = not needs_preposition or PREPOSITION in words[last]
    furthest = max(gap, _AFTER_COMMA)
    for place in range(last + 1, len(words)):
        symbols, skipped = words[place], place - last - 1
        has_comma, hard = _marks(text[tokens.gaps[place] : tokens.starts[place]])
        if hard:
            break
        conjunction = CONJUNCTION in symbols
        over = skipped - determiners
        if skipped == 0:
            limit = _AFTER_COMMA if has_comma else _AFTER_CONJUNCTION if conjunction else 0
        comma = comma or has_comma
        if over <= gap and (gap > 0 or not comma):
            places.append((place, False))
        elif over > 0 and not conjunction:
            closes = may_close and before and over <= _BEFORE_CONJUNCTION
            if (conjoined and over <= limit) or closes:
                places.append((place, True))
        conjoined = conjoined or conjunction
        before = conjunction
        if DETERMINER in symbols and determiners < _MAX_DETERMINERS:
            determiners += 1
        if skipped + 1 - determiners > furthest:
            break
    return places


def _judge(number: int, matches: list[Match], lexicon: Lexicon) -> SentenceMatches:
    """Cancel what traps cover and negations deny; count cues and unrelated topics."""
    by_kind: dict[str, list[Match]] = {}
    for match in matches:
        kind = lexicon.entries[match.entry].kind
        # "protect victims and witnesses" is not the trap "protect witnesses": only proofs are expanded.
        if kind in ("strong", "weak") or not match.coordinated:
            by_kind.setdefault(kind, []).append(match)
    traps = by_kind.get("trap", [])
    denied = {
        first
        for negation in by_kind.get("negation", [])
        for first in range(negation.last + 1, negation.last + 1 + _NEGATION_REACH)
    }
    cover: dict[str, _Cover] = {}
    for trap in traps:
        cover.setdefault(lexicon.entries[trap.entry].owner, _Cover()).add(trap.start, trap.end)
    names = cover.get("*", _Cover())
    candidates = []
    kinds: tuple[Literal["strong", "weak"], ...] = ("strong", "weak")
    for kind in kinds:
        for match in by_kind.get(kind, []):
            entry = lexicon.entries[match.entry]
            own = cover.get(entry.owner)
            if match.first in denied or names.holds(match) or (own is not None and own.holds(match)):
                continue
            candidates.append(Candidate(entry.owner, match.start, match.end, number, kind, entry.pattern))
    cues = {cue.first for cue in by_kind.get("cue", []) if cue.first not in denied and not names.holds(cue)}
    topics = _disjoint(by_kind.get("unrelated", []))
    candidates.sort(key=lambda c: (c.start, -c.end, c.concept, c.kind, c.phrase))
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
