"""Cleaning: which blocks are the document's own content, what the others are, and why.

Each block gets a score from its words, its shape and (for HTML) its place in the page; the best
sequence of content and boilerplate is then found for the page as a whole (Viterbi, two states), so
that a heading is kept by the paragraphs around it and a stray sentence in a menu is not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mtag.chrome import HINT_WORDS, METADATA_LABEL, furniture_role
from mtag.dates import find_dates
from mtag.document import Block, Cleaning, Document, Language, Role, Span
from mtag.tokens import fold, tokenize

_SWITCH = 1.5
"""Cost of a change between content and boilerplate, in units of the block scores below."""

_FEW_LINES = 4
"""A document of so few lines is its own content, unless they are furniture by their words."""

_MAX_PASSES = 6
_PROSE_WORDS = 12
_SAMPLE = 4000
_FUNCTION_WORDS = frozenset(
    "the of and to in is was were are be been has have had that this these with for on by from at as it its their he"
    " she they we not but or an which who will would can le la les de des du un une et en est sont dans que qui pour"
    " par sur avec au aux ce cette ces son sa ses leur leurs il elle ils elles nous vous ne pas plus se a été d l qu n"
    " ont avait".split()
)
_TERMINAL = re.compile(r"(?:[.!?…:;][\"'”’»)\]\s]*|[\"”»]|\[…\]|\[\.\.\.\])$")
_BULLET = re.compile(r"[-–—•*·▪►»>|\s]{1,6}(?=\S)")
_QUOTE = re.compile('["“«]')
_MORE = re.compile(
    r"(?:more information|read more|learn more|lire la suite|en savoir plus|lire plus|plus d.informations?)[\s.:>»→…]*$",
    re.I,
)
_PAGE_NUMBER = re.compile(r"\d{1,4}\s(?=[^\W\d_])")
_READ_MORE = re.compile(r"\s*[\[(]?(?:read more|lire la suite|en savoir plus)[\s.…»>→\])]*$", re.I)
_BOILERPLATE_TAGS = {
    "nav": "menu",
    "footer": "footer",
    "aside": "related",
    "form": "chrome",
    "button": "chrome",
    "dialog": "cookie",
}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@dataclass(slots=True)
class _Line:
    """A block and what is counted in it."""

    block: Block
    core: str
    words: int
    stop_share: float
    terminal: bool
    bullet: bool
    language: str
    role: str | None = None
    reason: str = ""
    score: float = 0.0

    @property
    def is_prose(self) -> bool:
        return self.words >= _PROSE_WORDS and self.stop_share >= 0.18

    @property
    def is_short(self) -> bool:
        return self.words <= 10 and not (self.terminal and self.words > 4)


def clean(document: Document, languages: Sequence[Language]) -> Cleaning:
    """Give each block a role, and find the artefacts inside content.

    Passes are repeated over what is left until nothing changes, so that cleaning a cleaned text
    changes nothing.

    Args:
        document: the document as it was read.
        languages: the language of each of its blocks.
    """
    blocks = list(range(len(document.blocks)))
    roles: list[Role] = [Role("chrome", "no words")] * len(blocks)
    for _ in range(_MAX_PASSES):
        lines = [_measure(document.text, document.blocks[i], languages[i].code) for i in blocks]
        found = _roles(document.text, lines)
        for i, role in zip(blocks, found, strict=True):
            roles[i] = role
        kept = [i for i in blocks if roles[i].is_content]
        if len(kept) == len(blocks):
            break
        blocks = kept
    return Cleaning(tuple(roles), tuple(_artefacts(document, roles)))


def _measure(text: str, block: Block, language: str) -> _Line:
    line = text[block.start : block.end]
    bullet = _BULLET.match(line)
    core = line[bullet.end() :] if bullet else line
    words = stop = 0
    for surface, _, _ in tokenize(core[:_SAMPLE]):
        words += 1
        stop += fold(surface) in _FUNCTION_WORDS
    share = stop / words if words else 0.0
    if len(core) > _SAMPLE:
        words = words * len(core) // _SAMPLE
    return _Line(block, core, words, share, bool(_TERMINAL.search(core[-12:])), bullet is not None, language)


def _roles(text: str, lines: list[_Line]) -> list[Role]:
    main = _main_language(lines)
    counts = Counter(line.core.casefold() for line in lines if line.words and line.words < 30)
    for line in lines:
        _mark_alone(line)
    _mark_metadata(lines)
    _mark_related(lines)
    for number, line in enumerate(lines):
        line.score = _score(line, main, counts[line.core.casefold()])
        foreign = "und" != main != line.language and line.language in ("en", "fr")
        if not foreign and _is_title_like(line) and _opens_text(lines, number):
            line.score += 1.3
    _mark_runs(lines)
    _mark_foreign_ends(lines, main)
    content = _best_sequence([line.score for line in lines])
    _mark_repeated_title(lines, content)
    if len(lines) <= _FEW_LINES and not any(content):
        content = [line.role is None for line in lines]
    last = max((number for number, kept in enumerate(content) if kept), default=-1)
    return [
        _name(line, kept, number < last)
        for number, (line, kept) in enumerate(zip(lines, content, strict=True))
    ]


def _main_language(lines: list[_Line]) -> str:
    sizes: Counter[str] = Counter()
    for line in lines:
        if line.is_prose and line.language in ("en", "fr"):
            sizes[line.language] += line.words
    return sizes.most_common(1)[0][0] if sizes else "und"


def _mark_alone(line: _Line) -> None:
    """Give a role to what is furniture by its words or its place in the page."""
    if not line.words:
        line.role, line.reason = "chrome", "no words"
        return
    if line.words <= 40 and (role := furniture_role(line.core.rstrip(" .:!»>→…*"))):
        line.role, line.reason = role, "page furniture by its words"
        return
    hints = line.block.hints
    if hints is None:
        return
    for tag in reversed(hints.tags):
        if tag in _BOILERPLATE_TAGS:
            line.role, line.reason = _BOILERPLATE_TAGS[tag], f"inside <{tag}>"
            return
    for role, words in HINT_WORDS.items():
        if found := words & hints.words:
            if not line.is_prose or role in ("cookie", "comment_form", "login"):
                line.role, line.reason = role, f"inside an element named {min(found)!r}"
            return


def _mark_metadata(lines: list[_Line]) -> None:
    """Mark the labels of declared fields and their values on the lines below."""
    number = 0
    while number < len(lines):
        line = lines[number]
        match = METADATA_LABEL.match(line.core) if line.words <= 25 else None
        number += 1
        if match is None or (line.role is not None and line.role != "chrome"):
            continue
        value = match["value"].strip()
        if value and (line.terminal and line.words > 12):
            continue
        line.role, line.reason = "metadata", f"declared field {match['label'].lower()!r}"
        while not value and number < len(lines):
            following = lines[number]
            if (
                following.words > 12
                or (following.bullet != line.bullet)
                or METADATA_LABEL.match(following.core)
            ):
                break
            following.role, following.reason = "metadata", "value of a declared field"
            number += 1
            if not line.bullet:
                break


def _mark_related(lines: list[_Line]) -> None:
    """Mark lists of other documents: title, excerpt that repeats it, "More information", again and again."""
    markers = [number for number, line in enumerate(lines) if _MORE.match(line.core)]
    runs: list[list[int]] = []
    for marker in markers:
        if runs and marker - runs[-1][-1] <= 5:
            runs[-1].append(marker)
        else:
            runs.append([marker])
    for run in runs:
        if len(run) < 3:
            continue
        first = run[0]
        widest = max(second - one for one, second in zip(run, run[1:], strict=False))
        while first > 0 and run[0] - first < widest - 1:
            first -= 1
        for line in lines[first : run[-1] + 1]:
            line.role, line.reason = "related", "in a list of other documents"


def _score(line: _Line, main: str, count: int) -> float:
    if line.role is not None:
        return -4.0 if line.role != "metadata" else 0.0
    score = 0.0
    if line.is_prose:
        score += 1.5 + min(line.words / 20, 3.0) + (1.0 if line.terminal else 0.0)
    elif line.words >= 5:
        score += 0.6 if line.terminal else -0.4
    else:
        score += 0.0 if line.terminal else -0.8
    if line.bullet and not line.is_prose:
        score -= 0.4
    if count > 1:
        score -= 1.0
    if main != "und" and line.language in ("en", "fr") and line.language != main and not line.is_prose:
        score -= 0.8
    if _dateline(line):
        score += 1.5
    hints = line.block.hints
    if hints is not None:
        score -= 3.0 * hints.link_share
        tag = hints.tags[-1] if hints.tags else ""
        score += {"h1": 2.0, "h2": 0.6, "h3": 0.3, "p": 0.8, "blockquote": 0.8, "tr": 0.6}.get(tag, 0.0)
        if "article" in hints.tags or "main" in hints.tags:
            score += 0.6
        if "header" in hints.tags and "article" not in hints.tags and "main" not in hints.tags:
            score -= 1.5
    return score


def _is_title_like(line: _Line) -> bool:
    if line.role is not None or line.bullet or not 3 <= line.words <= 40:
        return False
    return not line.core.endswith((".", ":", ";", ",")) and not line.core[0].islower()


def _opens_text(lines: list[_Line], number: int) -> bool:
    """Whether prose follows, with nothing between but a dateline, declared fields or another heading."""
    between = 0
    for line in lines[number + 1 : number + 25]:
        if line.is_prose and line.role is None:
            return True
        if line.role == "metadata" or _dateline(line):
            continue
        between += 1
        if between > 1 or not _is_title_like(line):
            return False
    return False


def _mark_runs(lines: list[_Line]) -> None:
    """Long runs of short lines without a full stop are lists of links, whatever they say."""
    start = 0
    for number in range(len(lines) + 1):
        if number < len(lines) and lines[number].is_short and lines[number].role != "metadata":
            continue
        if number - start >= 8:
            for line in lines[start:number]:
                line.score -= 0.8 if line.role is None else 0.0
        start = number + 1


def _mark_foreign_ends(lines: list[_Line], main: str) -> None:
    """A lone paragraph in another language than the text, above or below it, is the site speaking."""
    prose = [number for number, line in enumerate(lines) if line.is_prose and line.role is None]
    if len(prose) < 4:
        return
    for ends in (prose, prose[::-1]):
        foreign = 0
        while (
            foreign < len(ends)
            and lines[ends[foreign]].language in ("en", "fr")
            and lines[ends[foreign]].language != main
        ):
            foreign += 1
        if 0 < foreign <= 2:
            for number in ends[:foreign]:
                lines[number].role, lines[number].reason = "chrome", "in another language, outside the text"
                lines[number].score = -4.0


def _best_sequence(scores: list[float]) -> list[bool]:
    """Viterbi over content and boilerplate with the cost `_SWITCH` for each change."""
    best = (0.0, 0.0)
    back: list[tuple[bool, bool]] = []
    for score in scores:
        stay_out, come_out = best[0], best[1] - _SWITCH
        stay_in, come_in = best[1], best[0] - _SWITCH
        back.append((come_out > stay_out, stay_in >= come_in))
        best = (max(stay_out, come_out), max(stay_in, come_in) + score)
    state = best[1] - _SWITCH / 2 > best[0]
    sequence: list[bool] = []
    for from_out, from_in in reversed(back):
        sequence.append(state)
        state = from_in if state else from_out
    sequence.reverse()
    return sequence


def _mark_repeated_title(lines: list[_Line], content: list[bool]) -> None:
    """A title above furniture that the text repeats at its own head is a duplicate."""
    first = next(
        (n for n, line in enumerate(lines) if content[n] and line.is_prose and line.words > 60), None
    )
    if first is None:
        return
    head = lines[first].core[:600].casefold()
    for number in range(first):
        line = lines[number]
        furniture = any(lines[between].role not in (None, "metadata") for between in range(number + 1, first))
        if content[number] and furniture and line.words >= 4 and line.core.casefold() in head:
            line.role, line.reason = "duplicate", "repeated at the head of the text"


def _name(line: _Line, content: bool, before_text: bool) -> Role:
    if line.role is not None:
        return Role(line.role, line.reason)
    if not content:
        role = "menu" if before_text else "related"
        return Role(
            role if line.is_short else "chrome",
            "short lines outside the text" if line.is_short else "outside the text",
        )
    hints = line.block.hints
    tag = hints.tags[-1] if hints and hints.tags else ""
    if _dateline(line):
        return Role("dateline", "place and date")
    if tag in _HEADINGS:
        return Role("title", f"<{tag}>")
    if tag == "tr":
        return Role("table", "table row")
    if line.bullet or tag in ("li", "dd", "dt"):
        return Role("list", "list item in the text")
    if _QUOTE.match(line.core) and line.words < 60 or hints and "blockquote" in hints.tags:
        return Role("quote", "quotation")
    if not line.is_prose and _is_title_like(line) and not line.terminal:
        return Role("title", "heading over the text")
    return Role("paragraph", "prose" if line.is_prose else "inside the text")


def _dateline(line: _Line) -> bool:
    """A short line that is a date, alone or after a place."""
    if line.words > 12 or line.role is not None or len(line.core) > 100:
        return False
    dates = list(find_dates(line.core))
    if not dates:
        return False
    rest = (line.core[: dates[0].start] + " " + line.core[dates[-1].end :]).split()
    return len(rest) <= 6 and sum(word[0].islower() for word in rest) <= 2


def _artefacts(document: Document, roles: Sequence[Role]) -> list[Span]:
    """Page numbers at the head of long paragraphs, tooltip copies, "Read more" at the end of a paragraph."""
    text = document.text
    found: list[Span] = []
    content = [block for block, role in zip(document.blocks, roles, strict=True) if role.is_content]
    numbered = [
        block for block in content if block.end - block.start > 400 and _PAGE_NUMBER.match(text, block.start)
    ]
    numbers = [int(text[block.start : _PAGE_NUMBER.match(text, block.start).end()]) for block in numbered]  # type: ignore[union-attr]
    if len(numbers) >= 2 and all(one < two for one, two in zip(numbers, numbers[1:], strict=False)):
        found += [Span(block.start, _PAGE_NUMBER.match(text, block.start).end()) for block in numbered]  # type: ignore[union-attr]
    for block, following in zip(content, content[1:], strict=False):
        if (copy := _tooltip(text, block, following)) is not None:
            found.append(copy)
    for block in content:
        if (
            more := _READ_MORE.search(text, max(block.start, block.end - 40), block.end)
        ) and more.start() > block.start:
            found.append(Span(more.start(), more.end()))
    return sorted(found)


def _tooltip(text: str, block: Block, following: Block) -> Span | None:
    """A glossary tooltip: the term twice without a space, its explanation, then the sentence goes on."""
    tail = text[max(block.start, block.end - 160) : block.end]
    for size in range(len(tail) // 2, 3, -1):
        term = tail[-size:]
        if tail[-2 * size : -size] != term or " " not in term and size < 6 or term[0] == " ":
            continue
        explanation = text[following.start : following.end]
        if explanation[:size].casefold() != term.casefold():
            return Span(block.end - size, block.end)
        goes_on = re.search(r"[.!?](?=\s?[a-zà-ÿ(,;])", explanation)
        end = following.start + goes_on.end() if goes_on else following.end
        return Span(block.end - size, end)
    return None
