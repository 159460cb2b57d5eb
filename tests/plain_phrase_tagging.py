"""The plain walk of the trie: every word, every place it may reach. What the fast one must equal."""

import re
from typing import NamedTuple

from mtag.phrases import CONJUNCTION, DETERMINER, PREPOSITION
from mtag.pipeline.phrase_tagging import Match
from mtag.tokens import tokenize

_MAX_DETERMINERS = 2
_AFTER_CONJUNCTION, _AFTER_COMMA, _BEFORE_CONJUNCTION = 2, 4, 3
_MAX_STATES = 1000
_COMMA = re.compile(r"[,،]")
_HARD = re.compile(r"[.;:!?…()\[\]{}|•·—–<>]")


class _Token(NamedTuple):
    start: int
    end: int
    symbols: tuple[int, ...]
    comma: bool
    hard: bool


def find_matches(text, start, end, lexicon):
    """Yield every phrase in `text[start:end]`, overlapping ones too, by first word."""
    tokens = _tokens(text, start, end, lexicon.build_trie())
    root = lexicon.children[0]
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
