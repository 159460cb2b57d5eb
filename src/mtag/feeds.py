"""Feeds (RSS, Atom): the titles and texts of their entries, laid out as an HTML page.

An entry is a row of fields, so no XML parser is needed, and nothing expands entities that a feed defines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from mtag.patterns import late

_FEED_START = late(
    r"\ufeff?\s*+(?:(?:<!--.{0,2000}?-->|<[?!][^<>]{0,400}>)\s*+){0,5}+<(?:rss|feed|rdf:RDF)[\s>]", re.S
)
_CDATA = "<![CDATA["
_ENTRY = late(r"<(?:item|entry)(?:\s[^<>]*+)?>")
_ENTRY_END = late(r"</(?:item|entry)\s*+>")
_AROUND = frozenset(("rss", "rdf:RDF", "channel", "feed"))
_TEXTS = frozenset(("description", "summary", "content", "content:encoded"))
_TAG = late(r"<([A-Za-z][\w:.-]*+)[^<>]*+>")
_END_TAG = late(r"</([A-Za-z][\w:.-]*+)\s*+>")
_CUT_SHORT = late(r"<(?:/?[a-zA-Z][a-zA-Z0-9]*+(?:\s+[a-z-]++=[^<>]*+)?|!--[^<>]*+)\Z")
"""A tag that the end of a summary cuts."""

_MARKUP = late(
    r"</?(?:a|abbr|b|br|code|div|em|font|h[1-6]|i|img|li|ol|p|small|span|strong|su[bp]|u|ul)\b[^<>]*+>"
)


def looks_like_feed(text: str) -> bool:
    """Whether a text begins as the XML of a feed."""
    return _FEED_START.match(text) is not None


def as_page(feed: str) -> str:
    """The page of a feed: its title is the page's, each entry a heading and the fullest of its texts."""
    head, *entries = _ENTRY.split(_without_cdata(feed))
    title = next((content for name, content in _fields(head) if name == "title"), "")
    articles = "".join(_article(_ENTRY_END.split(entry, 1)[0]) for entry in entries)
    return f"<html><head><title>{title}</title></head><body>{articles}</body></html>"


def _without_cdata(xml: str) -> str:
    """The same XML with its sections of characters escaped instead."""
    first, *others = xml.split(_CDATA)
    sections = (other.partition("]]>") for other in others)
    return first + "".join(escape(inside, quote=False) + behind for inside, _, behind in sections)


def _article(entry: str) -> str:
    fields = [*_fields(entry)]
    heading = escape(_MARKUP.sub("", unescape(unescape(next((c for n, c in fields if n == "title"), "")))))
    text = max((content for name, content in fields if name in _TEXTS), key=len, default="")
    if "<" not in text:  # else it is HTML as it stands
        text = _CUT_SHORT.sub("", unescape(text))
        text = text if _MARKUP.search(text) else text.replace("<", "&lt;")
    return f"<article><h2>{heading}</h2><div>{text}</div></article>" if heading or text else ""


def _fields(xml: str) -> Iterator[tuple[str, str]]:
    """The names of the outermost elements and what is in them."""
    position = 0
    while (tag := _TAG.search(xml, position)) is not None:
        position = tag.end()
        if tag[1] in _AROUND or tag[0].endswith("/>"):
            continue
        ends = (end.start() for end in _END_TAG.finditer(xml, position) if end[1] == tag[1])
        end = next(ends, len(xml))
        yield tag[1], xml[position:end]
        position = end
