"""Segmentation: content into items (a digest page holds several), items into sentences.

Sentences are found by our own rules for English and French: abbreviations, initials, numbered
lists, French spacing and guillemets, closing quotes. They are spans; nothing is rewritten.
"""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Iterator, Mapping, Sequence

from mtag.document import Document, Language, Role, Segment, Sentence, Span, content_of
from mtag.patterns import late

_MIN_ITEM_CHARS = 150
"""Content shorter than this between two titles is no item of its own."""

_MAX_SENTENCE_CHARS = 3000
"""A longer stretch without a full stop is a list or a table; it is cut, so that matching stays linear."""

# A set of characters first, so that the search does not stop at every letter; what follows begins anew.
# The first group is the mark with what closes the sentence; then comes white space before the next one.
_END = late(
    r"([.!?…](?<![.!?…]{2})[.!?…]*+[\"'”’»)\]]*(?:\s?»)?)(?=\s|$)"
    r"(?=[\s\"'“‘«(\[–—-]{0,11}(?:\d|[A-ZÀ-ÖØ-ÞŒ])|\s{12}|\s*$)\s*"
)
_FIRST_WORD = late(r"[\s\"'“‘«(\[–—-]*([^\W\d_]+['’]?)")
_LAST_WORD = late(r"([^\W\d_]+(?:\.[^\W\d_]+)*|\d+)\.$")
_ABBREVIATIONS = frozenset(
    (
        "mr mrs ms dr prof st sr jr gen col maj sgt lt capt gov sen rep hon rev no nos art arts vol pp p"
        " ed eds al fig inc ltd co corp dept est approx cf e.g i.e eg ie etc vs ch sec para paras m mm"
        " mme mmes mlle mlles me mgr av bd chap éd env ex janv févr avr juil sept oct nov déc jan feb mar"
        " apr aug dec tél réf adj u.s u.k u.n e.u d.c n.y a.m p.m ph.d b.c"
    ).split()
)
_LONG_WORD = 7
"""Letters of a word that is longer than every abbreviation."""

_CLOSING = '.!?…:;»”"'
"""Marks after which a sentence does not go on in the next block."""

_NEVER_LAST = frozenset(
    (
        "mr mrs ms dr prof st gen col sgt lt capt gov sen rep hon rev m mm mme mmes mlle mlles me mgr cf"
        " e.g i.e"
    ).split()
)

_OPENERS = frozenset(
    (
        "the a an in on at by for from with after before since when while if as it he she they we you i"
        " this that these those there his her their our its my but and so yet some many most all both no"
        " not one two three police le la les l' un une des du au aux en dans sur pour par selon avec après"
        " avant depuis quand si il elle ils elles on nous vous je j' ce cet cette ces c' son sa ses leur"
        " leurs mais et or puis ainsi plusieurs deux trois"
    ).split()
)
"""Words with which a new sentence begins where they have a capital after an abbreviation."""


Runs = Mapping[int, Sequence[tuple[int, int, Language]]]
"""For blocks that hold more than one language: the stretches of each, (start, end, language)."""


def segment(
    document: Document,
    roles: Sequence[Role],
    languages: Sequence[Language],
    artefacts: Sequence[Span],
    runs: Runs | None = None,
) -> tuple[Segment, ...]:
    """Cut the content into items and the items into sentences.

    A new item begins at a title that a dateline follows, where the page already had one such, so
    that an ordinary page with headings stays one item.

    Args:
        document: the document as it was read.
        roles: the role of each block.
        languages: the language of each block.
        artefacts: spans inside content to pass over.
        runs: the stretches of one language inside blocks that hold several.
    """
    content = content_of(roles)
    if not content:
        return ()
    datelines = [number for number in content if roles[number].name == "dateline"]
    starts = _item_starts(document, roles, content, datelines)
    if len(starts) == 2 and languages[starts[0]].code != languages[starts[1]].code:
        starts = starts[:1]  # one release in two languages
    segments = []
    for first, last in zip(starts, [*starts[1:], content[-1] + 1], strict=True):
        members = content[bisect_left(content, first) : bisect_left(content, last)]
        title = _title(document, roles, members)
        dateline = next(iter(datelines[bisect_left(datelines, first) : bisect_left(datelines, last)]), None)
        sentences = _sentences(document, members, title, roles, languages, artefacts, runs or {})
        segments.append(Segment(first, last, title, dateline, tuple(sentences)))
    return tuple(segments)


def _item_starts(
    document: Document, roles: Sequence[Role], content: Sequence[int], datelines: Sequence[int]
) -> list[int]:
    """The first block of each item: what can head one, above a dateline, where there are several."""
    above = [content[place - 1] for place in (bisect_left(content, n) for n in datelines) if place > 0]
    starts = [number for number in above if _can_head(document, roles[number], number)]
    if len(starts) < 2:
        return [content[0]]
    sizes = [
        sum(
            document.blocks[n].end - document.blocks[n].start
            for n in content[bisect_left(content, first) : bisect_left(content, last)]
        )
        for first, last in zip(starts, [*starts[1:], content[-1] + 1], strict=True)
    ]
    starts = [start for start, size in zip(starts, sizes, strict=True) if size >= _MIN_ITEM_CHARS]
    if len(starts) < 2:
        return [content[0]]
    return [content[0], *starts[1:]] if starts[0] != content[0] and content.index(starts[0]) <= 2 else starts


def _title(document: Document, roles: Sequence[Role], members: Sequence[int]) -> int | None:
    """The heading of an item: among its first blocks, or a first line that does not end as a sentence."""
    first = document.blocks[members[0]]
    line = document.text[first.start : first.end]
    unfinished = roles[members[0]].name == "paragraph" and len(line) <= 250 and line[-1] not in ".:;,…"
    if unfinished and len(members) > 1:
        return members[0]
    return next((n for n in members[:2] if roles[n].name == "title"), None)


def _can_head(document: Document, role: Role, number: int) -> bool:
    block = document.blocks[number]
    return role.name == "title" or (role.name == "paragraph" and block.end - block.start <= 300)


def _sentences(
    document: Document,
    members: Sequence[int],
    title: int | None,
    roles: Sequence[Role],
    languages: Sequence[Language],
    artefacts: Sequence[Span],
    runs: Runs,
) -> list[Sentence]:
    """The sentences of an item; a sentence that a line end cuts in two goes on in the next block."""
    text, blocks = document.text, document.blocks
    found: list[Sentence] = []
    for number in members:
        first, last, _ = blocks[number]
        if artefacts:
            first, last = _without_ends(first, last, artefacts)
        stretches = runs.get(number, ())
        ends = [end for _, end, _ in stretches]
        heading = roles[number].name == "title" or number == title
        language = languages[number].code
        for start, end in split_sentences(text, first, last):
            if len(stretches) > 1:
                place = bisect(ends, start)  # the stretch a sentence begins in has its language
                language = (stretches[place][2] if place < len(ends) else languages[number]).code
            if found and text[start].islower() and _goes_on(text, found[-1], start, end, language):
                found[-1] = found[-1]._replace(end=end)
            else:
                found.append(Sentence(start, end, number, language, heading))
    return found


def _without_ends(start: int, end: int, artefacts: Sequence[Span]) -> tuple[int, int]:
    """The bounds of a block without the artefacts at its ends."""
    place = bisect(artefacts, (start, end))
    for artefact in artefacts[max(0, place - 1) : place + 1]:
        if artefact.start <= start < artefact.end:
            start = min(artefact.end, end)
    place = bisect(artefacts, (end, end)) - 1
    if place >= 0 and start < artefacts[place].start < end <= artefacts[place].end:
        end = artefacts[place].start
    return start, end


def _goes_on(text: str, sentence: Sentence, start: int, end: int, language: str) -> bool:
    """Whether the text of a language from `start` continues a sentence that ended without a full stop."""
    return (
        not sentence.is_title
        and sentence.language == language
        and end - sentence.start <= _MAX_SENTENCE_CHARS
        and text[sentence.end - 1] not in _CLOSING
        and "\n\n" not in text[sentence.end : start]
    )


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The sentences of `text[start:end]`, (start, end) of each, without white space at their ends."""
    end = len(text) if end is None else end
    found: list[tuple[int, int]] = []
    opens = _past_space(text, start, end)
    for stop in _END.finditer(text, start, end):
        mark, close = stop.span(1)
        if close - mark > 1 or text[mark] != "." or _is_end(text, start, mark, close, end):
            if close - start <= _MAX_SENTENCE_CHARS:
                found.append((opens, close))
            else:
                found += _pieces(text, start, close)
            start, opens = close, stop.end()
    if opens < end:
        if end - start <= _MAX_SENTENCE_CHARS and not text[end - 1].isspace():
            found.append((opens, end))
        else:
            found += _pieces(text, start, end)
    return found


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentence, cut at white space where it is too long to be one."""
    while end - start > _MAX_SENTENCE_CHARS:
        cut = text.rfind(" ", start + 1, start + _MAX_SENTENCE_CHARS)
        cut = start + _MAX_SENTENCE_CHARS if cut < 0 else cut
        yield from _trimmed(text, start, cut)
        start = cut
    yield from _trimmed(text, start, end)


def _is_end(text: str, begin: int, mark: int, close: int, end: int) -> bool:
    """Whether the full stop at `mark` ends the sentence from `begin`, and no abbreviation."""
    near = text[max(begin, mark - _LONG_WORD) : mark]
    plain = near[near.rfind(" ") + 1 :]
    if len(plain) > 1 and plain.isalpha() and plain.lower() not in _ABBREVIATIONS:
        return True
    return not _is_abbreviated(text, begin, mark, close, end)


def _is_abbreviated(text: str, begin: int, mark: int, close: int, end: int) -> bool:
    """Whether the full stop at `mark` belongs to what stands before it: abbreviation, number, initial."""
    found = _LAST_WORD.search(text, max(begin, mark - 24), mark + 1)
    word = found.group(1) if found else ""
    before = _before_space(text, begin, found.start() if found else begin)
    if word.isdigit():
        return before == begin  # "1. Standard procedures": a number that opens the sentence counts a list
    if len(word) == 1:
        # "21 h. Le patron" ends a sentence, "J. Smith" does not.
        is_unit = word.islower() and before > begin and text[before - 1].isdigit()
        return not is_unit and bool(text[close : min(end, close + 12)].strip())
    word = word.lower()
    if word not in _ABBREVIATIONS or word == "etc":
        return False
    opener = _FIRST_WORD.match(text, close, min(end, close + 24))
    return word in _NEVER_LAST or opener is None or opener.group(1).lower().replace("’", "'") not in _OPENERS


def _past_space(text: str, start: int, end: int) -> int:
    """Where the white space at the beginning of `text[start:end]` ends."""
    while start < end and text[start].isspace():
        start += 1
    return start


def _before_space(text: str, start: int, end: int) -> int:
    """Where the white space at the end of `text[start:end]` begins."""
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the span without white space at its ends, where anything is left."""
    start = _past_space(text, start, end)
    end = _before_space(text, start, end)
    if start < end:
        yield start, end
