"""The plain walk of the trie, word by word, and the plain judgement. What the fast ones must equal."""

import re
from typing import NamedTuple

from found_phrases import Match
from mtag.document import Candidate, SentenceMatches
from mtag.phrasetrie import CONJUNCTION, DETERMINER, PREPOSITION
from mtag.tokens import tokenize

_MAX_DETERMINERS = 2
_AFTER_CONJUNCTION, _AFTER_COMMA, _BEFORE_CONJUNCTION = 2, 4, 3
_MAX_STATES = 1000
_COMMA = re.compile(r"[,،]")
_HARD = re.compile(r"[.;:!?…()\[\]{}|•·—–<>]")


class _Trie:
    """A trie of dictionaries: the children of each node, the entries, and what follows each gap."""

    def __init__(self, sequences):
        self.children, self.outputs = [{}], [()]
        for entry, sequence in sequences:
            node = 0
            for symbol in sequence:
                if symbol not in self.children[node]:
                    self.children[node][symbol] = len(self.children)
                    self.children.append({})
                    self.outputs.append(())
                node = self.children[node][symbol]
            self.outputs[node] = (*self.outputs[node], entry)

    def branches(self, node):
        yield 0, {symbol: child for symbol, child in self.children[node].items() if symbol >= 0}
        for symbol, child in self.children[node].items():
            if symbol < 0:
                yield -symbol, self.children[child]


class _Token(NamedTuple):
    start: int
    end: int
    symbols: tuple[int, ...]
    comma: bool
    hard: bool


_tries = {}


def _sequences(lexicon):
    """The number of the entry of each phrase, and its symbols and gaps."""
    rows = zip(lexicon.steps.first.tolist(), lexicon.steps.size.tolist(), strict=True)
    steps = [tuple(lexicon.steps.values[first : first + size].tolist()) for first, size in rows]
    return list(zip(lexicon.entry.tolist(), steps, strict=True))


def trie_of(lexicon):
    if id(lexicon) not in _tries:
        _tries[id(lexicon)] = lexicon, _Trie(_sequences(lexicon))
    return _tries[id(lexicon)][1]


def find_matches(text, start, end, lexicon):
    """Yield every phrase in `text[start:end]`, overlapping ones too, by first word."""
    tokens = _tokens(text, start, end, lexicon)
    trie = trie_of(lexicon)
    root = trie.children[0]
    needs_preposition = lexicon.knows_prepositions
    reach = {}
    for first, token in enumerate(tokens):
        seen = set()
        stack = [(root[symbol], first, False) for symbol in token.symbols if symbol in root]
        while stack:
            state = stack.pop()
            if state in seen or len(seen) >= _MAX_STATES:
                continue
            seen.add(state)
            node, last, coordinated = state
            for entry in trie.outputs[node]:
                yield Match(entry, token.start, tokens[last].end, first, last, coordinated)
            for gap, children in trie.branches(node):
                places = reach.get((last, gap))
                if places is None:
                    places = reach[last, gap] = _reach(tokens, last, gap, needs_preposition)
                for place, stepped in places:
                    stack += [
                        (children[symbol], place, coordinated or stepped)
                        for symbol in tokens[place].symbols
                        if symbol in children
                    ]


def _tokens(text, start, end, lexicon):
    tokens = []
    previous = start
    for surface, token_start, token_end in tokenize(text, start, end):
        between = text[previous:token_start]
        symbols = lexicon.symbols(surface)
        tokens.append(
            _Token(token_start, token_end, symbols, bool(_COMMA.search(between)), bool(_HARD.search(between)))
        )
        previous = token_end
    return tokens


def _reach(tokens, last, gap, needs_preposition):
    """The places where the next word of a phrase may stand, and whether a coordination is stepped over."""
    places = []
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


def tag_sentences(text, sentences, lexicons):
    """What each sentence holds."""
    found = []
    for sentence in sentences:
        lexicon = lexicons.get(sentence.language)
        matches = find_matches(text, sentence.start, sentence.end, lexicon) if lexicon else ()
        found.append(_judge([(match, lexicon.entries[match.entry]) for match in matches]))
    return tuple(found)


def _judge(matches):
    proofs = [(match, entry) for match, entry in matches if entry.kind in ("strong", "weak")]
    others = [(match, entry) for match, entry in matches if not match.coordinated]
    denied = {
        place
        for match, entry in others
        if entry.kind == "negation"
        for place in range(match.last + 1, match.last + 9)
    }
    traps = [(match, entry) for match, entry in others if entry.kind == "trap"]

    def stands(match, owner):
        return match.first not in denied and not any(
            trap.start <= match.start and match.end <= trap.end and entry.owner in ("*", owner)
            for trap, entry in traps
        )

    candidates = [
        Candidate(entry.owner, match.start, match.end, entry.kind, entry.pattern)
        for match, entry in proofs
        if stands(match, entry.owner)
    ]
    candidates.sort(key=lambda c: (c.start, -c.end, c.concept, c.kind, c.phrase))
    cues = {match.first for match, entry in others if entry.kind == "cue" and stands(match, "*")}
    topics, furthest = 0, -1
    for first, last in sorted(
        (match.first, match.last) for match, entry in others if entry.kind == "unrelated"
    ):
        topics += first > furthest
        furthest = max(furthest, last)
    charged = any(entry.kind == "charge" for _, entry in others)
    return SentenceMatches(tuple(candidates), len(cues), topics >= (4 if charged else 2))
