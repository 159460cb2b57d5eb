"""Lists of links that are a text's own: recommendations, partners, annexes, which a line of it announces."""

from __future__ import annotations

import re

from mtag.chrome import ALL_HINT_WORDS, furniture_role
from mtag.document import HEADING_TAGS
from mtag.pageblocks import MENU_SHARE, Page
from mtag.patterns import late

_LABEL_WORDS, _SEEN = 12, 120
"""Most words of a label over a list; characters at the end of a paragraph that announces one with a colon."""

_CONTENTS = late(
    r"(?:(?:table of )?contents?|(?:on|in) this (?:page|article|report|post|section|issue|series)"
    r"|jump to|sections?"
    r"|(?:sur|dans) cet(?:te)? (?:page|article|rubrique|dossier)|sommaire|table des mati[eè]res|chapitres?"
    r"|tags?|filed under|topics?|th[eè]mes?)\W{0,3}$",
    re.I,
)
"""What stands over a table of contents, or over the subjects of a page."""

_OTHERS = late(
    r"\b(?:also (?:like|read|see|find|enjoy|interest|be interest)|might (?:like|enjoy)"
    r"|read (?:more|our)|more (?:on|from)|on the same|sur le m[eê]me"
    r"|(?:more|other|latest|recent) (?:articles|news|posts|stories)|aussi (?:lire|voir)|[àa] lire|nos autres"
    r"|(?:autres|derniers) (?:articles|dossiers))\b",
    re.I,
)
"""What is said of other documents, wherever it stands in a line."""

_OTHER_ELEMENTS = frozenset(("nav", "aside", "footer", "header", "form"))
_NO_LABELS = frozenset(("h1", "tr", "td", "th"))

_HEADED = 3
"""Links of a list of contents that are looked for as headings below it."""

_OWN = late(
    r"(?:(?:our|nos|les) )?(?:annexe?s?|appendi(?:x|ces)|attachments?|attached|documents?|pi[eè]ces jointes"
    r"|contacts?|useful|address|adresses|(?:\w{1,20} )?partners?|(?:\w{1,20} )?partenaires?|members|membres"
    r"|signatories|signataires|sources?|r[eé]f[eé]rences?|recomm[ae]ndations?|help ?lines?|hot ?lines?"
    r"|where to (?:find|get|turn)|help (?:and|for)|o[uù] trouver|aides?|num[eé]ros)\b",
    re.I,
)
"""How a label begins over links that are the text's own in a box, too, and below the text."""


def find_own_lists(page: Page) -> list[range]:
    """The links of each list that the line above it announces, amid a text or below it."""
    if (text := page.sentences.find(1)) < 0:
        return []
    shares = page.link_shares
    found: list[range] = []
    for first in range(text + 1, len(shares)):
        if shares[first - 1] < MENU_SHARE <= shares[first]:
            last = first + 1
            while last < len(shares) and shares[last] >= MENU_SHARE and page.stand_alike(first, last):
                last += 1
            if _announces(page, first - 1, range(first, last)):
                found.append(range(first, last))
    return found


def take_in_lists(page: Page, content: list[bool]) -> None:
    """A list belongs to the text whose line announces it."""
    for links in page.own_lists:
        label = links[0] - 1
        if content[label] or (content[label - 1] and label not in page.roles):
            for number in (label, *links):
                content[number] = number not in page.roles


def _announces(page: Page, line: int, links: range) -> bool:
    """Whether a line of a text, or the label of a box in it, stands over links that are the text's own."""
    colon = page.text[page.blocks[line].end - 1] == ":"
    if not colon and (
        page.words[line] > _LABEL_WORDS or page.terminal[line] or page.dated[line] or len(links) == 1
    ):
        return False
    if (sentence := page.sentences.rfind(1, 0, line)) < 0:
        return False
    (tags, words), (list_tags, list_words) = page.form(line), page.form(links[0])
    (own_tags, own_words), label = page.form(sentence), _last_words(page, line)
    around = own_tags[:-1]
    if tags[: len(around)] != around or list_tags[: len(around)] != around or line in page.roles:
        return False
    if _is_apart(tags, list_tags, around) or not ALL_HINT_WORDS.isdisjoint((words | list_words) - own_words):
        return False
    if page.words[line] < 2 and not _OWN.match(label):
        return False
    if furniture_role(label) is not None or _CONTENTS.match(label) or _OTHERS.search(label):
        return False
    if page.furniture(line) == "related" or _are_contents(page, links):
        return False
    if colon or _OWN.match(label):
        return True
    in_text = page.stands_beside(line, sentence) and (tags[-1] in HEADING_TAGS or tags == own_tags)
    below = page.sentences.find(1, links.stop)
    return in_text and below >= 0 and page.stand_alike(sentence, below)


def _last_words(page: Page, line: int) -> str:
    """A label, or what a paragraph says last."""
    start, end, _ = page.blocks[line]
    if page.words[line] <= _LABEL_WORDS:
        return page.label(line)
    return page.text[max(start, end - _SEEN) : end].rsplit(". ", 1)[-1]


def _is_apart(tags: tuple[str, ...], list_tags: tuple[str, ...], around: tuple[str, ...]) -> bool:
    """Whether a list stands in cards or in elements for no text, or its label heads a page or a table."""
    is_card = list_tags[-1] in HEADING_TAGS or "a" in list_tags
    return is_card or tags[-1] in _NO_LABELS or not _OTHER_ELEMENTS.isdisjoint(list_tags[len(around) :])


def _are_contents(page: Page, links: range) -> bool:
    """Whether the first of some links say the same as lines below them."""
    end = page.blocks[links[-1]].end
    return any(page.text.find(f"\n{page.line(number)}\n", end) >= 0 for number in links[:_HEADED])
