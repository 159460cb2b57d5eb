"""Marks on a page of blocks: what is no content by its form and its place, before the classifier has its say.

Declared fields, ways to a page, captions, readers' comments, forms; and what `mtag.otherdocuments` and
`mtag.runningheads` mark. What scrapers leave of a page has lost the tags by which the classifier knows most
of these.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from itertools import chain, compress

from mtag.cards import mark_cards
from mtag.chrome import declared_field
from mtag.document import HEADING_TAGS
from mtag.otherdocuments import TEXT_SHARE, mark_excerpts, mark_other_documents, mark_related
from mtag.ownlists import find_own_lists
from mtag.pageblocks import HEADLINE_WORDS, Form, Page
from mtag.patterns import late
from mtag.runningheads import mark_running_heads

_HERE = late(r"(?:you are here|vous [eê]tes ici)\b|(?:home|accueil)\s*[/|»›>→]", re.I)

_COMMENTS = late(r"(?:\d{1,4} )?(?:comments?|commentaires?|r[eé]actions?|replies|responses?)\b.{0,8}$", re.I)

_REPLY = late(
    r"(?:reply|r[eé]pondre|report|signaler|permalink)\W{0,3}$|.{0,60}\d\d? ?[:h] ?\d\d(?: ?[ap]m)?$", re.I
)
"""What stands under or over a comment: a link to answer it, the hour at which it was written."""

_TRAIL, _BACK, _ON = (" > ", " › ", " » ", " → "), "«‹←<", "»›→>"

_HERE_OPENS = "hHaAvVyY"

_FIELD_WORDS = 12
"""Most words of a declared field that ends as a sentence does."""

_TWO_SENTENCES = late(r"[a-zà-ÿ]{3}\.\s[A-ZÀ-Þ]")

_OFFERS, _OFFER_WORDS = frozenset(("newsletter", "signup")), 40
"""Names of elements that offer a subscription, and most words of a block there."""

_BUTTON = late(
    r"(?:donate|give (?:now|today|monthly|[£$€]?\d+)|make a (?:gift|donation)"
    r"|je (?:donne|soutiens|fais un don)|fai(?:re|tes) un don|donner)\b",
    re.I,
)
_BUTTON_OPENS = "DdGgMmJjFf"
_BUTTON_WORDS, _LINES_OF_BOX = 5, 4
"""Most words of a button, and most lines above it in its box."""

_TOLD = 0.5
"""Least score of a caption where most of a page's prose is in captions."""

_MOST_ASIDE = 0.2
"""Most that captions, or such offers, are of the words of a page."""


def mark_blocks(page: Page) -> None:
    """Give roles to blocks that are no content whatever the classifier says."""
    for number in page.where(page.blank):
        if number not in page.roles:
            page.set(number, "chrome", "no words")
    mark_metadata(page)
    mark_related(page)
    _mark_trails(page)
    if page.html:
        page.own_lists = find_own_lists(page)
        mark_cards(page)
    if 1 in page.leads:
        mark_other_documents(page)
    if 1 in page.forms:
        _mark_between(page)
        _mark_comments(page)
    if page.html:
        _mark_asides(page)
    else:  # where there are tags, the classifier knows these by them
        mark_excerpts(page)
        mark_running_heads(page)


def _mark_asides(page: Page) -> None:
    """Mark captions and offers to subscribe, by their elements, where they are a small part of a page."""
    hints = [(number, hint) for number, (_, _, hint) in enumerate(page.blocks) if hint is not None]
    captions = [
        number
        for number, (tags, words, _) in hints
        if "figcaption" in tags or ("caption" in words and not page.sentences[number])
    ]
    offers = [number for number, (_, words, _) in hints if not _OFFERS.isdisjoint(words)]
    forms = [n for n, (tags, _, _) in hints if n and page.terminal[n - 1] and "form" in tags]
    offers += [number - 1 for number in forms if _offers(page, number - 1, number)]
    offers += _appeals(page)
    most = _MOST_ASIDE * sum(page.words)
    told = sum(page.words[number] for number in captions)
    if told <= most:
        page.pass_over_all(captions, "chrome", "a caption")
    elif len(captions) > 2 and 2 * told > sum(compress(page.words, page.prose)):
        for number in captions:  # a gallery tells its story in them
            page.scores[number] = max(page.scores[number], _TOLD)
    if sum(page.words[number] for number in offers) <= most:
        short = [number for number in offers if page.words[number] <= _OFFER_WORDS]
        page.pass_over_all(short, "login", "an offer to subscribe")


def _offers(page: Page, number: int, form: int) -> bool:
    """Whether a block says what the form below is for: it stands beside that, and not as the text above."""
    hints, below = page.blocks[number].hints, page.blocks[form].hints
    if hints is None or below is None or "form" in hints.tags:
        return False
    around = hints.tags[:-1]
    above = page.sentences.rfind(1, 0, number)
    return below.tags[: len(around)] == around and above >= 0 and not page.stand_alike(above, number)


def _appeals(page: Page) -> list[int]:
    """The button to give in a box, and what that says above it: the box has a name that the text has not."""
    short = (n for n in page.may_begin(_BUTTON_OPENS) if n and page.short[n])
    buttons = [n for n in short if page.words[n] <= _BUTTON_WORDS and _is_button(page, n)]
    if not buttons:
        return []
    sizes: Counter[Form] = Counter()
    for number in page.where(page.sentences):
        sizes[page.form(number)] += page.words[number]
    if not sizes:
        return []
    own = sizes.most_common(1)[0][0][1]
    found: list[int] = []
    for button in buttons:
        box = page.form(button - 1)[1] - own
        if box and box <= page.form(button)[1]:
            lines = range(button - 1, max(button - 1 - _LINES_OF_BOX, -1), -1)
            found += [button, *(line for line in lines if box <= page.form(line)[1])]
    return found


def _is_button(page: Page, number: int) -> bool:
    named = bool(page.links[number]) or page.tags[number] == "button"
    return named and _BUTTON.match(page.label(number)) is not None


def mark_metadata(page: Page) -> None:
    """Mark the labels of declared fields and their values on the lines below."""
    for here in page.where(page.labelled):
        if here in page.roles:
            continue
        match = declared_field(page.line(here))
        if match is None:
            continue
        long = page.words[here] > _FIELD_WORDS or _TWO_SENTENCES.search(match["value"]) is not None
        prose = page.terminal[here] and long
        if match["value"].strip() and (prose or page.tags[here] in HEADING_TAGS):
            continue
        page.set(here, "metadata", f"declared field {match['label'].lower()!r}")
        for number in () if match["value"].strip() else range(here + 1, len(page.blocks)):
            if (
                page.words[number] > _FIELD_WORDS
                or page.listed[number] != page.listed[here]
                or declared_field(page.line(number))
            ):
                break
            page.set(number, "metadata", "value of a declared field")
            if not page.listed[here]:
                break


def _mark_trails(page: Page) -> None:
    """Mark ways to a page (*Home > News > 2021*) and links to the pages before and after it (*« Title*)."""
    text, blocks = page.text, page.blocks
    several = _with_marks(page)
    for number in chain(page.may_begin(_HERE_OPENS + _BACK), page.may_end(_ON), several):
        if not page.short[number] or page.terminal[number] or number in page.roles:
            continue
        start, end, _ = blocks[number]
        back, on = text[start] in _BACK, text[end - 1] in _ON
        if _HERE.match(text, start, end) or (
            number in several and sum([text.count(mark, start, end) for mark in _TRAIL]) > 1
        ):
            reason = "the way to the page"
        elif (
            (back and not any(text.find(mark, start, end) >= 0 for mark in _ON))
            or (on and not any(text.find(mark, start, end) >= 0 for mark in _BACK))
            or ((back or on) and page.links[number])
        ):
            reason = "a link to another page"
        else:
            continue
        page.set(number, "menu", reason)


def _with_marks(page: Page) -> set[int]:
    """The lines that hold a mark of a trail more than once, or several of them."""
    text, found, several = page.text, set[int](), set[int]()
    for mark in _TRAIL:
        place = text.find(mark[1])
        while place >= 0:
            number = bisect(page.blocks, (place + 1,)) - 1
            (several if number in found else found).add(number)
            place = text.find(mark[1], place + 1)
    return several - {-1}


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
    if above and above >= TEXT_SHARE * words and any(_REPLY.match(page.line(number)) for number in inside):
        page.set_all(inside, "comment_form", "readers' comments")


def _mark_between(page: Page) -> None:
    """Mark the sentences between two lines of one form: what it is for."""
    for number in page.where(page.forms[:-2]):
        inside = number + 1
        if page.terminal[inside] and page.forms[inside + 1] and page.words[inside] <= HEADLINE_WORDS:
            kind = page.furniture(number)
            if kind is not None and kind == page.furniture(inside + 1) and inside not in page.roles:
                page.set(inside, kind, "between the lines of a form")
