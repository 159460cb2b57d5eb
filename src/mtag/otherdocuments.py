"""Lists of other documents on a page, and links to them: what stands in them is no content.

Headlines under a line that announces others, excerpts that are closed by a link to read on, titles that are
repeated again and again. What scrapers leave of a page has lost the tags by which the classifier knows most
of these.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, compress, pairwise
from operator import mul
from typing import NamedTuple

from mtag.document import HEADING_TAGS
from mtag.furniture import KINDS
from mtag.pageblocks import Page
from mtag.patterns import late

_MORE = late(
    r"(?:more information|(?:read|learn) more|lire la suite|en savoir plus|lire plus|plus d.informations?)"
    r"[\s.:>»→…]{0,6}$",
    re.I,
)

_LINK = late(
    r"(?:read|lire|en savoir|voir|learn|find out|show|view|see|load|d[eé]couvrir)"
    r" (?:more|plus|la suite|all|tout|toutes?)\b|more information|continue reading|d[eé]couvrir$",
    re.I,
)
"""The label of a link, which closes an excerpt and opens no list."""

_BESIDE = late(
    r"(?:previous|next|older|newer|pr[eé]c[eé]dente?s?|suivante?s?"
    r"|(?:articles?|pages?) (?:pr[eé]c[eé]dente?|suivante?)s?)\b.{0,16}$",
    re.I,
)

_ALSO = late(
    r"(?:(?:also )?(?:read|see|watch)(?: also)?|(?:[aà] )?(?:lire|voir|[eé]couter)(?: aussi| [eé]galement)?)"
    r"[\s:»]{0,3}$",
    re.I,
)
"""What stands over one headline amid a text."""

_MENU = KINDS.index("menu")

_OPENER_WORDS, _EXCERPT_WORDS = 6, 50
"""Most words of a line that opens a list, and of an excerpt."""

TEXT_SHARE, _EXCERPTS_SHARE = 0.25, 0.5
"""A text below a list of other documents has this share of the words above it, or belongs to the list; the
second where its paragraphs are all as short as excerpts."""

_PARAGRAPH_ABOVE = {False: 20, True: 40}
"""Words of the longest paragraph above such a list, in text and in HTML; a listing has none so long."""

_WORDS_ABOVE = 80
"""Words of sentences above a list of nothing but links from which it is no listing's either."""

_TEXT_ABOVE = 150
"""The same of a text of short paragraphs, most of them right below others, as no excerpts are."""

_MOST_EXCERPTS = 50
"""Lines that end as sentences below such a list, among which the text is looked for."""

_MANY = 4
"""So many lines above a headline, each of so many words, are a list, and not those of one headline."""

_LINES_BETWEEN = 5
"""Most lines from one link to read on to the next one, in a list of titles and excerpts."""

_LINES_OF_HEAD = 8
"""Most lines of a headline, with its date and its author."""


class _Sums(NamedTuple):
    """By what lists of other documents are known on a page.

    `words` are those of the sentences above each line and of the whole page, `longest` those of the longest
    sentence above; `last_long` is the last one longer than an excerpt. Of HTML, `ends` are the lines that end
    as sentences do, and `runs` those of them right below one that does not; of plain text, `last_title` is
    the last line that may be a title. Where there is none, both are -1.
    """

    words: Sequence[int]
    longest: Sequence[int]
    last_long: int
    ends: Sequence[int]
    runs: Sequence[int]
    last_title: int

    @classmethod
    def of(cls, page: Page) -> _Sums:
        sizes = [*map(mul, page.words, page.sentences)]
        ends = [*page.where(page.terminal)] if page.html else []
        return cls(
            [*accumulate(sizes, initial=0)],
            [*accumulate(sizes, max, initial=0)],
            next((n for n in range(len(sizes) - 1, -1, -1) if sizes[n] > _EXCERPT_WORDS), -1),
            ends,
            [end for end in ends if end and not page.terminal[end - 1]],
            -1 if page.html else _last_title(page),
        )


def mark_other_documents(page: Page) -> None:
    """Mark the headlines under a line that says that other documents follow, and beside *Next article*.

    They run to the next sentences, before which a headline is theirs; what little text stands below
    such a line, beside all that stands above it, belongs to the list.
    """
    leads = [number for number in page.where(page.leads) if page.words[number] <= _OPENER_WORDS]
    if not leads:
        return
    sums = _Sums.of(page)
    size, last = len(page.blocks), 0
    for number in leads:
        if number in page.roles:
            continue
        above, first = sums.words[number], number + 1
        if last < first:
            found = page.sentences.find(1, first)
            last = size if found < 0 else found
        is_menu = page.use[number] == _MENU
        if not above and (is_menu or page.html or last == size or last - first < _MANY):
            continue
        line = page.line(number)
        if not is_menu:
            if not _LINK.match(line):
                _mark_list(page, sums, number, last)
        elif first < last and (first + 1 < last or last == size) and _BESIDE.match(line):
            page.set_all(range(first, first + 1), "menu", "a link to another page")


def _mark_list(page: Page, sums: _Sums, opener: int, last: int) -> None:
    """Mark the list under a line, if it is one; `last` is the first sentence below that line."""
    above, paragraph = sums.words[opener], sums.longest[opener]
    size, html, first = len(page.blocks), page.html, opener + 1
    share = TEXT_SHARE if opener <= sums.last_long else _EXCERPTS_SHARE
    goes_on = last < size and sums.words[-1] - above > share * above
    below = last if goes_on else size
    if above and not goes_on:
        below = (
            _first_alike(page, opener, sums.ends)
            if html
            else _below_titles(page, first, last, sums.last_title)
        )
    # A text has a headline of its own, the rest of one that began above has none.
    has_headline = goes_on and paragraph < _PARAGRAPH_ABOVE[False] and not page.links[below - 1]
    stop = _first_of_text(page, first, below) if has_headline else below
    together = 2 * bisect_left(sums.runs, opener) < bisect_left(sums.ends, opener)
    if (
        (above and below == first + 1 and _ALSO.match(page.line(opener)))
        or paragraph >= _PARAGRAPH_ABOVE[html]
        or (html and above >= _TEXT_ABOVE and together)
        or (above >= _WORDS_ABOVE and all(page.links[first : min(stop, first + _MANY)]))
        or (goes_on and not above and not html and _headlines(page, first, stop) >= _MANY)
    ):
        if above and below < size:
            stop = below if below == first + 1 else stop
            page.pass_over_all(range(opener, stop), "related", "amid the text")
        else:
            page.set_all(range(first, stop), "related", "in a list of other documents")


def _first_alike(page: Page, opener: int, ends: Sequence[int]) -> int:
    """Where the text of a page goes on below a list of other documents, however little is left; else the end.

    That is a line that ends as a sentence (one of `ends`), in elements of the same names as the last sentence
    above the list, and not right under a heading.
    """
    own = page.sentences.rfind(1, 0, opener)
    place = bisect_left(ends, opener + 1)
    alike = (n for n in ends[place : place + _MOST_EXCERPTS] if page.stand_alike(own, n))
    texts = (n for n in alike if page.words[n] >= _MANY and page.tags[n - 1] not in HEADING_TAGS)
    return next(texts, len(page.blocks))


def _below_titles(page: Page, first: int, sentence: int, last_title: int) -> int:
    """The same in text without tags: below some headlines, no line among which ends as a sentence.

    Args:
        page: the page.
        first: the first line of the list.
        sentence: the first sentence below that.
        last_title: the last line of the page that may be a title.
    """
    size, below = len(page.blocks), last_title + 1
    is_sentence = first < below < size and page.terminal[below] and page.words[below] >= _MANY
    follow = below > first + 1 or (below + 1 < size and page.terminal[below + 1])
    return below if is_sentence and follow and below <= sentence else size


def _last_title(page: Page) -> int:
    """The last line of some words that does not end as a sentence and is no furniture; -1 without one."""
    backwards = range(len(page.blocks) - 1, -1, -1)
    titles = (n for n in backwards if page.words[n] >= _MANY and not (page.terminal[n] or page.filled[n]))
    return next(titles, -1)


def _headlines(page: Page, first: int, last: int) -> int:
    """How many lines may be headlines, of a few: others are dates, authors and the like."""
    few = range(first, min(last, first + 4 * _MANY))
    return sum(page.words[number] >= _MANY and not page.dated[number] for number in few)


def _first_of_text(page: Page, first: int, last: int) -> int:
    """The headline of the text that begins at `last`, from `first` on: above dates and the like."""
    least = max(first, last - _LINES_OF_HEAD)
    while last > least:
        last -= 1
        if page.words[last] > 2 and not page.dated[last]:
            break
    return last


def mark_excerpts(page: Page) -> None:
    """Mark excerpts of other documents, each closed by a link to read on, beside a text that is longer."""
    excerpts = [
        range(number - 1 - (number > 1 and not page.terminal[number - 2]), number + 1)
        for number in page.where(page.leads)
        if number
        and page.terminal[number - 1]
        and page.words[number - 1] <= _EXCERPT_WORDS
        and _LINK.match(page.line(number))
    ]
    if len(excerpts) < 2:
        return
    inside = sum(page.words[number] for one in excerpts for number in one)
    if 3 * inside < sum(compress(page.words, page.sentences)):
        for one in excerpts:
            page.set_all(one, "related", "an excerpt of another document")


def mark_related(page: Page) -> None:
    """Mark lists of other documents: title, excerpt that repeats it, "More information", again and again."""
    markers = [*page.where(page.marker)]
    if not any(
        third - first <= 2 * _LINES_BETWEEN for first, third in zip(markers, markers[2:], strict=False)
    ):
        return
    runs: list[list[int]] = []
    for marker in markers:
        if not _MORE.match(page.line(marker)):
            continue
        if runs and marker - runs[-1][-1] <= _LINES_BETWEEN:
            runs[-1].append(marker)
        else:
            runs.append([marker])
    for run in runs:
        if len(run) < 3:
            continue
        first = max(run[0] - 4, 0)
        again = sum(_begins_alike(page, number) for number in range(first, run[-1]))
        if again < len(run) / 2:
            continue
        widest = max(second - one for one, second in pairwise(run))
        for number in range(max(run[0] - widest + 1, 0), run[-1] + 1):
            page.set(number, "related", "in a list of other documents")


def _begins_alike(page: Page, number: int) -> bool:
    if not 2 <= page.words[number] <= min(page.words[number + 1], 60):
        return False
    return page.line(number + 1).casefold().startswith(page.line(number).casefold())
