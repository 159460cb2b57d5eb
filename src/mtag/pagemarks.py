"""Marks on a page of blocks: what is no content by its form and its place, before the classifier has its say.

Declared fields; lists of other documents and links to them; readers' comments; forms. What scrapers leave
of a page has lost the tags by which the classifier knows most of these.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import compress, pairwise
from operator import mul

from mtag.chrome import METADATA_LABEL
from mtag.document import DomHints
from mtag.pageblocks import HEADING_TAGS, HEADLINE_WORDS, Page
from mtag.patterns import late
from mtag.runningheads import mark_running_heads

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

_HERE = late(r"(?:you are here|vous [eê]tes ici)\b|(?:home|accueil)\s*[/|»›>→]", re.I)
_COMMENTS = late(r"(?:\d{1,4} )?(?:comments?|commentaires?|r[eé]actions?|replies|responses?)\b.{0,8}$", re.I)
_REPLY = late(
    r"(?:reply|r[eé]pondre|report|signaler|permalink)\W{0,3}$|.{0,60}\d\d? ?[:h] ?\d\d(?: ?[ap]m)?$", re.I
)
"""What stands under or over a comment: a link to answer it, the hour at which it was written."""

_TRAIL, _BACK, _ON = (" > ", " › ", " » ", " → "), "«‹←<", "»›→>"

_OPENER_WORDS, _EXCERPT_WORDS = 6, 50
"""Most words of a line that opens a list, and of an excerpt."""

_TEXT_SHARE, _EXCERPTS_SHARE = 0.25, 0.5
"""A text below a list of other documents has this share of the words above it, or belongs to the list; the
second where its paragraphs are all as short as excerpts."""

_PARAGRAPH_ABOVE = {False: 20, True: 40}
"""Words of the longest paragraph above such a list, in text and in HTML; a listing has none so long."""

_WORDS_ABOVE = 80
"""Words of sentences above a list of nothing but links from which it is no listing's either."""

_MOST_EXCERPTS = 50
"""Lines that end as sentences below such a list, among which the text is looked for."""

_OFFERS, _OFFER_WORDS = frozenset(("newsletter", "signup")), 40
"""Names of elements that offer a subscription, and most words of a block there."""

_MOST_ASIDE = 0.2
"""Most that captions, or such offers, are of the words of a page."""

_MANY = 4
"""So many lines above a headline, each of so many words, are a list, and not those of one headline."""

_LINES_OF_HEAD = 8
"""Most lines of a headline, with its date and its author."""


def mark_blocks(page: Page) -> None:
    """Give roles to blocks that are no content whatever the classifier says."""
    for number in page.where(page.blank):
        if number not in page.roles:
            page.set(number, "chrome", "no words")
    mark_metadata(page)
    mark_related(page)
    _mark_trails(page)
    if 1 in page.leads:
        _mark_other_documents(page)
    if 1 in page.forms:
        _mark_between(page)
        _mark_comments(page)
    if page.html:
        _mark_asides(page)
    else:  # where there are tags, the classifier knows these by them
        _mark_excerpts(page)
        mark_running_heads(page)


def _mark_asides(page: Page) -> None:
    """Mark captions and offers to subscribe, by their elements, where they are a small part of a page."""
    hints = [block.hints for block in page.blocks]
    captions = [n for n, hint in enumerate(hints) if hint is not None and "figcaption" in hint.tags]
    offers = [n for n, hint in enumerate(hints) if hint is not None and not _OFFERS.isdisjoint(hint.words)]
    most = _MOST_ASIDE * sum(page.words)
    for numbers, role, reason in (
        (captions, "chrome", "a caption"),
        (offers, "login", "an offer to subscribe"),
    ):
        few = sum(page.words[number] for number in numbers) <= most
        for number in numbers if few else ():
            if number not in page.roles and (page.words[number] <= _OFFER_WORDS or numbers is captions):
                page.pass_over(number, role, reason)


def mark_metadata(page: Page) -> None:
    """Mark the labels of declared fields and their values on the lines below."""
    for here in page.where(page.labelled):
        if here in page.roles:
            continue
        match = METADATA_LABEL.match(page.line(here))
        prose = page.terminal[here] and page.words[here] > 12
        if match is None or (match["value"].strip() and (prose or page.tag(here) in HEADING_TAGS)):
            continue
        page.set(here, "metadata", f"declared field {match['label'].lower()!r}")
        for number in () if match["value"].strip() else range(here + 1, len(page.blocks)):
            if (
                page.words[number] > 12
                or page.listed[number] != page.listed[here]
                or METADATA_LABEL.match(page.line(number))
            ):
                break
            page.set(number, "metadata", "value of a declared field")
            if not page.listed[here]:
                break


def mark_related(page: Page) -> None:
    """Mark lists of other documents: title, excerpt that repeats it, "More information", again and again."""
    runs: list[list[int]] = []
    for marker in page.where(page.marker):
        if not _MORE.match(page.line(marker)):
            continue
        if runs and marker - runs[-1][-1] <= 5:
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


def _mark_trails(page: Page) -> None:
    """Mark ways to a page (*Home > News > 2021*) and links to the pages before and after it (*« Title*)."""
    text = page.text
    trails = [mark for mark in _TRAIL if mark[1] in text]  # one character is searched for fastest
    for number in page.where(page.short):
        start, end, _ = page.blocks[number]
        back, on = text[start] in _BACK, text[end - 1] in _ON
        if (trails and sum([text.count(mark, start, end) for mark in trails]) >= 2) or (
            text[start] in "hHaAvVyY" and _HERE.match(text, start, end)
        ):
            reason = "the way to the page"
        elif (
            (back and not any(text.find(mark, start, end) >= 0 for mark in _ON))
            or (on and not any(text.find(mark, start, end) >= 0 for mark in _BACK))
            or ((back or on) and page.is_link(number))
        ):
            reason = "a link to another page"
        else:
            continue
        if number not in page.roles and not page.terminal[number]:
            page.set(number, "menu", reason)


def _mark_comments(page: Page) -> None:
    """Mark what readers wrote under a text: from the line that counts it to the form for more."""
    forms = [number for number in page.where(page.forms) if page.furniture(number) == "comment_form"]
    start = next((number for number in reversed(forms) if _COMMENTS.match(page.line(number))), None)
    if start is None or start == forms[-1]:
        return
    inside = range(start, forms[-1] + 1)
    above, words = (
        sum(compress(page.words[part], page.sentences[part]))
        for part in (slice(start), slice(start, inside.stop))
    )
    # The count may stand above the text, too, as a link to the comments.
    if above and above >= _TEXT_SHARE * words and any(_REPLY.match(page.line(number)) for number in inside):
        _set_all(page, inside, "comment_form", "readers' comments")


def _mark_excerpts(page: Page) -> None:
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
            _set_all(page, one, "related", "an excerpt of another document")


def _mark_other_documents(page: Page) -> None:
    """Mark the headlines under a line that says that other documents follow, and beside *Next article*.

    They run to the next sentences, before which a headline is theirs; what little text stands below
    such a line, beside all that stands above it, belongs to the list.
    """
    size, done, last, above, paragraph = len(page.blocks), 0, 0, 0, 0
    sizes = [*map(mul, page.words, page.sentences)]
    whole = sum(sizes)
    last_long = max((number for number, words in enumerate(sizes) if words > _EXCERPT_WORDS), default=-1)
    few = bytes(map(_MANY.__gt__, page.words))
    ends = [*page.where(page.terminal)]
    titles = (n for n in range(size - 1, -1, -1) if not (few[n] or page.terminal[n] or page.filled[n]))
    last_title = next(titles, -1)
    for number in page.where(page.leads):
        if page.words[number] > _OPENER_WORDS or number in page.roles:
            continue
        passed, done, first = sizes[done:number], number, number + 1
        above, paragraph = above + sum(passed), max(paragraph, max(passed, default=0))
        if last < first:
            found = page.sentences.find(1, first)
            last = size if found < 0 else found
        line = page.line(number)
        if page.furniture(number) == "menu":
            if above and first < last and (first + 1 < last or last == size) and _BESIDE.match(line):
                _set_all(page, range(first, first + 1), "menu", "a link to another page")
        elif not _LINK.match(line):
            share = _TEXT_SHARE if number <= last_long else _EXCERPTS_SHARE
            goes_on = last < size and whole - above > share * above
            below = last if goes_on else size
            if above and not goes_on:
                below = _where_text_goes_on(page, number, last, last_title, ends)
            # A text has a headline of its own, the rest of one that began above has none.
            has_headline = goes_on and paragraph < _PARAGRAPH_ABOVE[False] and not page.is_link(below - 1)
            stop = _first_of_text(page, first, below) if has_headline else below
            if (above and below == first + 1 and _ALSO.match(line)) or (
                paragraph >= _PARAGRAPH_ABOVE[page.html]
                or (above >= _WORDS_ABOVE and all(map(page.is_link, range(first, min(stop, first + _MANY)))))
                or (goes_on and not above and not page.html and _headlines(page, first, stop) >= _MANY)
            ):
                if above and below < size:
                    for within in range(number, below if below == first + 1 else stop):
                        if within not in page.roles:
                            page.pass_over(within, "related", "amid the text")
                else:
                    _set_all(page, range(first, stop), "related", "in a list of other documents")


def _where_text_goes_on(page: Page, opener: int, sentence: int, last_title: int, ends: Sequence[int]) -> int:
    """Where the text goes on below a list of other documents, however little is left of it; else the end.

    In HTML that is a line that ends as a sentence, in elements of the same names as the last sentence above
    the list, and not right under a heading; in text below some headlines, with none such line among them.

    Args:
        page: the page.
        opener: the line that opens the list, below some sentences.
        sentence: the first sentence below that.
        last_title: the last line of the page of some words that does not end as a sentence.
        ends: the lines of the page that do.
    """
    size, first = len(page.blocks), opener + 1
    if page.html:
        own = page.blocks[page.sentences.rfind(1, 0, opener)].hints
        place = bisect_left(ends, first)
        alike = (n for n in ends[place : place + _MOST_EXCERPTS] if _stand_alike(own, page.blocks[n].hints))
        texts = (n for n in alike if page.words[n] >= _MANY and page.tag(n - 1) not in HEADING_TAGS)
        return next(texts, size)
    below = last_title + 1
    is_sentence = first < below < size and page.terminal[below] and page.words[below] >= _MANY
    follow = below > first + 1 or (below + 1 < size and page.terminal[below + 1])
    return below if is_sentence and follow and below <= sentence else size


def _stand_alike(one: DomHints | None, other: DomHints | None) -> bool:
    """Whether two blocks stand in elements of the same kinds and names."""
    return one is not None and other is not None and one[:2] == other[:2]


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


def _mark_between(page: Page) -> None:
    """Mark the sentences between two lines of one form: what it is for."""
    for number in page.where(page.forms[:-2]):
        inside = number + 1
        if page.terminal[inside] and page.forms[inside + 1] and page.words[inside] <= HEADLINE_WORDS:
            kind = page.furniture(number)
            if kind is not None and kind == page.furniture(inside + 1) and inside not in page.roles:
                page.set(inside, kind, "between the lines of a form")


def _set_all(page: Page, numbers: Sequence[int], role: str, reason: str) -> None:
    for number in numbers:
        if number not in page.roles:
            page.set(number, role, reason)
