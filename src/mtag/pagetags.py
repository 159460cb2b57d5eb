"""The tags of a page that would cost its parser more than linear time, left out before it is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtag.patterns import late

_LONG_PAGE = 20_000
"""Characters below which no page has tags long enough to matter."""

_MAX_ATTRIBUTES = 512

# Possessive: the page is read once, from tag to tag, and nothing is tried twice. White space and
# letters are those of the parser: to it, a no-break space is part of a name, and a long s is no `s`.
_SPACE = r" \t\n\f\r"
_ATTRIBUTE = (
    rf"(?:[{_SPACE}/]*+[^{_SPACE}/>][^{_SPACE}/>=]*+"
    rf"(?:[{_SPACE}]*+=[{_SPACE}]*+(?:\"[^\"]*+\"?+|'[^']*+'?+|[^{_SPACE}>\"'][^{_SPACE}>]*+)?+)?+)"
)
_REST = rf"{_ATTRIBUTE}{{0,{_MAX_ATTRIBUTES}}}+[{_SPACE}/]*+>"
_RAW_NAME = rf"s(?:cript|tyle)(?=[{_SPACE}/>])"
_PLAIN = (
    rf"</[a-z][\w-]*+>|<(?!{_RAW_NAME})[a-z][\w-]*+"
    rf"(?:[{_SPACE}]++[^{_SPACE}<>\"'/=]++=\"[^\"]*+\"){{0,99}}+[{_SPACE}]*+/?+>"
)
"""A tag as most are written, which is read in half the time of others."""

_RAW = "|".join(rf"<{name}(?=[{_SPACE}/>]){_REST}(?:[^<]++|<(?!/{name}))*+" for name in ("script", "style"))
_ORDINARY = late(
    rf"(?:[^<]*+(?:{_PLAIN}|<!--(?!-?>)(?:[^-]++|-(?!-!?>))*+|<(?!/?[a-z])"
    rf"|{_RAW}|<(?!{_RAW_NAME})/?[a-z][^{_SPACE}/>]*+{_REST})){{0,1000}}",
    re.I | re.A,
)
"""Some ordinary tags. The last loop is greedy and short: before Python 3.11.5, a possessive one over groups
does not go back to where its last try began; a greedy one keeps every round in memory."""

_KEPT_OF_TAG = late(rf"[^<]*+</?[a-z][^{_SPACE}/>]*+{_ATTRIBUTE}{{{_MAX_ATTRIBUTES}}}+", re.I | re.A)
_ATTRIBUTES = late(rf"{_ATTRIBUTE}*+")

_TAG = late(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_FOREIGN = frozenset(("svg", "math"))
_STYLES = "b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
_FORMATTING_TAG = late(rf"<(/?)(a|{_STYLES})(?![a-z0-9])[^<>]*+>", re.I | re.A)
"""Tags of elements that the parser opens again in each paragraph until their end tags come."""

_STYLE_TAG = late(rf"<(/?)(?=[bcefinstu])({_STYLES})(?![a-z0-9])[^<>]*+>", re.I | re.A)
"""Those of them that are no links."""

_SOME_TAGS, _MAX_FORMATTING = 2_000, 16
_MANY_TAGS, _MAX_DEPTH = 20_000, 512
"""Tags of a page from which its formatting and its depth are looked at, and most of these that stay open."""

_CELL = frozenset(("td", "th", "p"))
_ROW = _CELL | {"tr"}
_GROUP = _ROW | {"thead", "tbody", "tfoot"}
_CLOSES = {
    "p": frozenset("p"),
    "li": frozenset(("li", "p")),
    "option": frozenset(("option",)),
    **dict.fromkeys(("dt", "dd"), frozenset(("dt", "dd", "p"))),
    **dict.fromkeys(("td", "th"), _CELL),
    "tr": _ROW,
    **dict.fromkeys(("thead", "tbody", "tfoot"), _GROUP),
}
"""The open elements that a tag ends, of those whose end tag may be left out."""

_ENDS_WITHOUT_TAG = frozenset().union(*_CLOSES.values())
_NO_ELEMENTS: frozenset[str] = frozenset()
_LOOKED_BACK = 16
"""Innermost open elements among which an end tag looks for its own."""


def tamed(html: str) -> str:
    """A page without the attributes and the tags that go beyond what pages have; most stay as they are."""
    html = _with_few_attributes(html)
    tags = html.count("<")
    if tags >= _SOME_TAGS and _may_pile_up(html):
        html = _without(html, _left_open(html))
    return _without(html, _too_deep(html)) if tags >= _MANY_TAGS else html


def _with_few_attributes(html: str) -> str:
    """Leave out the attributes of a tag after the first ones.

    The parser compares each attribute with those before it.
    """
    if len(html) < _LONG_PAGE:
        return html
    pieces: list[str] = []
    kept = position = 0
    while (tag := _KEPT_OF_TAG.match(html, _past_ordinary_tags(html, position))) is not None:
        pieces.append(html[kept : tag.end()])
        kept = position = _end(_ATTRIBUTES, html, tag.end())
    return "".join(pieces) + html[kept:] if pieces else html


def _past_ordinary_tags(html: str, position: int) -> int:
    """The place of the next tag that has too many attributes, or is not closed; else about the end."""
    while (end := _end(_ORDINARY, html, position)) > position:
        position = end
    return position


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    """The end of what a pattern that may match nothing matches."""
    match = pattern.match(text, position)
    return position if match is None else match.end()


def _without(html: str, tags: Iterator[re.Match[str]]) -> str:
    pieces: list[str] = []
    position = 0
    for tag in tags:
        pieces.append(html[position : tag.start()])
        position = tag.end()
    return "".join(pieces) + html[position:] if pieces else html


def _may_pile_up(html: str) -> bool:
    """Whether formatting may be left open so often: few pages are looked at closely.

    Of links, one is open at most. A name in capitals is taken for another, which errs on the safe side.
    """
    opened = dict[str, int]()
    total = 1
    for ends, name in _STYLE_TAG.findall(html):
        before = opened.get(name, 0)
        if not ends:
            opened[name] = before + 1
            total += 1
            if total >= _MAX_FORMATTING:
                return True
        elif before:
            opened[name] = before - 1
            total -= 1
    return False


def _left_open(html: str) -> Iterator[re.Match[str]]:
    """Yield tags of formatting inside so many others that were not closed.

    The parser opens all of them again in each paragraph.
    """
    opened: list[str] = []
    for tag in _FORMATTING_TAG.finditer(html):
        name = tag[2].lower()
        place = _innermost(opened, name) if tag[1] or name == "a" else None  # one link ends another
        if place is not None:
            del opened[place]
        if tag[1]:
            continue
        if len(opened) < _MAX_FORMATTING:
            opened.append(name)
        else:
            yield tag


def _too_deep(html: str) -> Iterator[re.Match[str]]:
    """Yield the tags that nest deeper than browsers follow.

    The HTML5 algorithm looks up the stack of open elements at each tag, so that time would grow with
    the square of the depth. Pages with few tags cannot nest deep enough to matter.
    """
    opened: list[str] = []
    foreign = empty = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _VOID:
            continue
        if tag[1]:
            place = _innermost(opened, name)
            if place is None:
                continue
            opened[place:] = [inner for inner in opened[place + 1 :] if inner not in _ENDS_WITHOUT_TAG]
            foreign -= name in _FOREIGN
            too_deep = place >= _MAX_DEPTH
        elif tag[0].endswith("/>") and name not in _CLOSES:
            # The parser takes `<div/>` for a tag that opens; one link ends another.
            empty += name != "a"
            too_deep = empty > _MAX_DEPTH and name != "a"
        else:
            closes = _NO_ELEMENTS if foreign else _CLOSES.get(name, _NO_ELEMENTS)
            while opened and opened[-1] in closes:
                opened.pop()
            opened.append(name)
            foreign += name in _FOREIGN
            too_deep = len(opened) > _MAX_DEPTH
        if too_deep:
            yield tag


def _innermost(opened: list[str], name: str) -> int | None:
    """The place of the innermost open element of a name."""
    for place in range(len(opened) - 1, max(len(opened) - _LOOKED_BACK, 0) - 1, -1):
        if opened[place] == name:
            return place
    return None
