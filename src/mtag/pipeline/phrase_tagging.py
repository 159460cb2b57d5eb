"""Phrase tagging: sentences and the taxonomy's phrases make candidates.

One walk of a token trie: from each word, the phrases that begin there are followed as far as they
go. Between two words of a phrase the text may hold determiners, a gap where the phrase has one, or
a coordination ("sexual *and labour* exploitation"). All of these are short and bounded, so time is
linear in the text and does not depend on the number of phrases.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from mtag.document import Candidate, Sentence, Span
from mtag.phrases import CONJUNCTION, DETERMINER, PREPOSITION, Lexicon
from mtag.tokens import tokenize

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


class _Token(NamedTuple):
    start: int
    end: int
    symbols: tuple[int, ...]
    comma: bool
    hard: bool


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
) -> tuple[SentenceMatches, ...]:
    """Find the phrases of each sentence in its own language; other languages yield nothing.

    Args:
        text: the text of the document.
        sentences: spans over it, with their language.
        lexicons: compiled phrases by language.
        artefacts: spans to pass over.
    """
    found = []
    for number, sentence in enumerate(sentences):
        lexicon = lexicons.get(sentence.language)
        if lexicon is None:
            found.append(SentenceMatches((), 0, False))
            continue
        matches = list(find_matches(text, sentence.start, sentence.end, lexicon, artefacts))
        found.append(_judge(number, matches, lexicon))
    return tuple(found)


def find_matches(
    text: str, start: int, end: int, lexicon: Lexicon, artefacts: Sequence[Span] = ()
) -> Iterator[Match]:
    """Yield every phrase in `text[start:end]`, overlapping ones too, by first word."""
    tokens = _tokens(text, start, end, lexicon, artefacts)
    root = lexicon.children[0]
    reach: dict[tuple[int, int], list[tuple[int, bool]]] = {}
    for first, token in enumerate(tokens):
        seen: set[tuple[int, int, bool]] = set()
        stack = [(root[symbol], first, False) for symbol in token.symbols if symbol in root]
        while stack:
            state = stack.pop()
            if state in seen or len(seen) >= _MAX_STATES:
                continue
            seen.add(state)
            node, last, coordinated = state
            for entry in lexicon.outputs[node]:
                yield Match(entry, token.start, tokens[last].end, first, last, coordinated)
            for gap, children in lexicon.branches[node]:
                places = reach.get((last, gap))
                if places is None:
                    places = reach[last, gap] = _reach(tokens, last, gap, lexicon.has_prepositions)
                for place, stepped in places:
                    stack += [
                        (children[symbol], place, coordinated or stepped)
                        for symbol in tokens[place].symbols
                        if symbol in children
                    ]


def _tokens(text: str, start: int, end: int, lexicon: Lexicon, artefacts: Sequence[Span]) -> list[_Token]:
    tokens: list[_Token] = []
    previous = start
    upcoming = bisect(artefacts, (start, start)) - 1 if artefacts else 0
    for surface, token_start, token_end in tokenize(text, start, end):
        while upcoming < len(artefacts) and (upcoming < 0 or artefacts[upcoming].end <= token_start):
            upcoming += 1
        if upcoming < len(artefacts) and artefacts[upcoming].start < token_end:
            previous = token_end
            continue
        between = text[previous:token_start]
        plain = len(between) <= 1
        comma = (not plain or between == ",") and bool(_COMMA.search(between))
        hard = bool(between) and (not plain or between not in " -'’") and bool(_HARD.search(between))
        tokens.append(_Token(token_start, token_end, lexicon.symbols(surface), comma, hard))
        previous = token_end
    return tokens


def _reach(tokens: list[_Token], last: int, gap: int, needs_preposition: bool) -> list[tuple[int, bool]]:
    """The places where the next word of a phrase may stand, and whether a coordination is stepped over."""
    places: list[tuple[int, bool]] = []
    determiners = 0
    limit = 0  # how many words a coordination that begins here may step over
    conjoined = comma = False
    may_close = not needs_preposition or PREPOSITION in tokens[last].symbols
    furthest = max(gap, _AFTER_COMMA)
    for place in range(last + 1, len(tokens)):
        token, skipped = tokens[place], place - last - 1
        if token.hard:
            break
        conjunction = CONJUNCTION in token.symbols
        over = skipped - determiners
        if skipped == 0:
            limit = _AFTER_COMMA if token.comma else _AFTER_CONJUNCTION if conjunction else 0
        comma = comma or token.comma
        if over <= gap and (gap > 0 or not comma):
            places.append((place, False))
        elif over > 0 and not conjunction:
            closes = may_close and CONJUNCTION in tokens[place - 1].symbols
            if (conjoined and over <= limit) or (closes and over <= _BEFORE_CONJUNCTION):
                places.append((place, True))
        conjoined = conjoined or conjunction
        if DETERMINER in token.symbols and determiners < _MAX_DETERMINERS:
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
