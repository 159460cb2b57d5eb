"""Spans inside content that are not: numbers of pages and lines, tooltip copies, "Read more", marks of notes.

The text is never rewritten; these spans are what tagging skips and the clean text leaves out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mtag.document import Block, Span
from mtag.patterns import late
from mtag.wrapping import LINE_NUMBER, QUOTE_MARKS, counts_up

_LONG = 400
_NEAR_PAGE = 700
_MAX_PAGES = 2000
_SKIPPED = 3
"""Most that the number of a page is above that of the one before it: some hold no paragraph's head."""

_FEWEST_PAGES = 3
"""Least numbers of pages, where they stand amid sentences."""

_MAX_TERM = 80
_HEAD_NUMBER = late(r"\d{1,4}\s(?=[^\W\d_])")
# A space first, which is searched for faster than any set of characters.
_INNER_NUMBER = late(r" (?=\d)(?<=[a-zà-ÿ,;] )(\d{1,4} )(?=[a-zà-ÿ])")
_REQUESTS, _LONGEST_REQUEST = ("read more", "continue reading", "lire la suite", "en savoir plus"), 40
_READ_MORE = late(rf"\s?[\[(]?({'|'.join(_REQUESTS)})[\s.…»>→\])]{{0,6}}$", re.I)
_WHITE_SPACE = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
_MORE_MARKS = ".…»>→])" + _WHITE_SPACE
_MORE_ENDS = frozenset(("ore", "ing", "ıng", "lus", "luſ", "ite", "ıte"))
"""The last letters of what asks to read on."""

_NOTE_MARK = late(r"(?<=[\w.,;:!?»”\")])\[\d{1,3}\]")
_QUOTED = late(r"(?<=\n)" + QUOTE_MARKS)
_LINE_NUMBER = late(r"(?<=\n)" + LINE_NUMBER)
_GOES_ON = late(r"[.!?](?=\s?[a-zà-ÿ(,;])")


def find_artefacts(text: str, content: Sequence[Block]) -> tuple[Span, ...]:
    """Find the artefacts inside blocks of content.

    Args:
        text: the document's text.
        content: its content blocks, in order.

    Returns:
        Ordered, disjoint spans; one may run over the end of a block into the next.
    """
    found = _page_numbers(text, content)
    notes = "[" in text
    for number, (start, end, _) in enumerate(content, start=1):
        tail = text[max(start, end - 4) : end]
        if text.find(tail, max(start, end - 2 * _MAX_TERM), end - 1) >= 0 and number < len(content):
            found += _tooltip(text, content[number - 1], content[number])
        if _may_ask(tail) and (more := _request(text, start, end)):
            found.append(more)
        if notes and text.find("[", start, end) >= 0:
            found += [Span(*mark.span()) for mark in _NOTE_MARK.finditer(text, start, end)]
        if text.find("\n", start, end) >= 0:
            if text.find("\n>", start, end) >= 0:
                found += [Span(*mark.span()) for mark in _QUOTED.finditer(text, start, end)]
            if (lines := text.count("\n", start, end)) > 1:
                found += _line_numbers(text, start, end, lines)
    return disjoint(found)


def _line_numbers(text: str, start: int, end: int, lines: int) -> list[Span]:
    """Numbers at the heads of the lines of a wrapped paragraph, where they count these."""
    marks = [*_LINE_NUMBER.finditer(text, start, end)]
    return [Span(*mark.span()) for mark in marks] if counts_up([int(m[1]) for m in marks], lines) else []


@lru_cache(maxsize=8192)
def _may_ask(tail: str) -> bool:
    """Whether what ends with these four characters may end with what asks to read on."""
    last = tail.rstrip(_MORE_MARKS)[-3:]
    return len(last) < 3 or last.lower() in _MORE_ENDS


def _request(text: str, start: int, end: int) -> Span | None:
    """What asks to read on at the end of a block."""
    low = max(start, end - _LONGEST_REQUEST)
    asks = text[low:end].rstrip(_MORE_MARKS).lower()
    if not asks.endswith(_REQUESTS) and asks[-16:].isascii():
        return None
    more = _READ_MORE.search(text, low, end)
    return Span(*more.span()) if more and more.start() > start and _stands_apart(text, more) else None


def _stands_apart(text: str, more: re.Match[str]) -> bool:
    """Whether what asks to read on is no part of a sentence (*they want to read more*)."""
    marked = any(mark in more.group() for mark in "[(»>→")
    return marked or not more.group(1).islower() or not text[more.start() - 1].isalpha()


def disjoint(spans: list[Span]) -> tuple[Span, ...]:
    """Spans in order, without those that begin inside an earlier one."""
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


def _page_numbers(text: str, content: Sequence[Block]) -> list[Span]:
    """Numbers at the head of long paragraphs, and amid their sentences, that count up."""
    long = [(start, end) for start, end, _ in content if end - start > _LONG]
    matches = [_HEAD_NUMBER.match(text, start) for start, _ in long if text[start].isdecimal()]
    heads = [(int(head.group()), Span(*head.span())) for head in matches if head]
    numbers = [number for number, _ in heads]
    if len(heads) >= 2 and all(1 <= other - one <= _SKIPPED for one, other in itertools.pairwise(numbers)):
        return [span for _, span in heads]
    inner = [
        (int(m.group(1)), Span(*m.span(1)))
        for start, end in long
        for m in _INNER_NUMBER.finditer(text, start, end)
    ]
    if len(heads) + len(inner) < _FEWEST_PAGES:
        return []
    # A number amid a sentence is a page's only in a run that counts up over pages' worth of text.
    chain: list[tuple[int, Span]] = []
    best: list[tuple[int, Span]] = []
    for number, span in sorted((*inner, *heads), key=lambda item: item[1])[: _MAX_PAGES * 4]:
        if chain and number == chain[-1][0] + 1 and span.start - chain[-1][1].start >= _NEAR_PAGE:
            chain.append((number, span))
        elif (not chain or number != chain[-1][0] + 1) and number in (1, 2):
            chain = [(number, span)]
        if len(chain) > len(best):
            best = list(chain)
    return [span for _, span in best] if len(best) >= _FEWEST_PAGES else []


def _tooltip(text: str, block: Block, following: Block) -> Iterator[Span]:
    """Yield a glossary tooltip: the term twice without a space, its explanation; then the text goes on."""
    tail = text[max(block.start, block.end - 2 * _MAX_TERM) : block.end]
    last = len(tail) - 4
    place = tail.find(tail[-4:], max(last - len(tail) // 2, 0))
    while place <= last - 4:
        size = last - place
        place = tail.find(tail[-4:], place + 1)
        term = tail[-size:]
        if tail[-2 * size : -size] != term or term[0] == " " or (" " not in term and size < 6):
            continue
        explanation = text[following.start : min(following.end, following.start + 2000)]
        if explanation[:size].casefold() != term.casefold():
            yield Span(block.end - size, block.end)
        else:
            goes_on = _GOES_ON.search(explanation)
            yield Span(block.end - size, following.start + goes_on.end() if goes_on else following.end)
        return
