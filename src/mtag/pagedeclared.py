"""What an HTML page says of itself beside its text: title, meta elements, JSON-LD, a date in its marks."""

from __future__ import annotations

import json
import re
from collections import deque
from html import unescape
from itertools import islice
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from mtag.patterns import late

_SPACE = late(r"\s+")
_MAX_DECLARED, _MAX_SCRIPTS, _MAX_SCRIPT, _MAX_THINGS = 400, 20, 500_000, 200
"""Most meta elements, scripts, characters of a script, and things in it that are looked at."""

_MAX_VALUE, _MAX_BODY = 2000, 200_000
"""Most characters of a value, and of a text."""

_TAG = late(r"</?[a-zA-Z]")
_PARAGRAPH_END = late(r"</(?:p|div|li|h[1-6])>|<br\b", re.IGNORECASE)
_JSON_LD_KEYS = ("headline", "datePublished", "author", "publisher", "name")


class Declared(NamedTuple):
    """The values a page declares, by lower-case name, and the text that its JSON-LD holds, if any."""

    values: dict[str, str]
    body: str = ""


def read_declared(tree: LexborHTMLParser) -> Declared:
    """Read lang, title, meta elements, JSON-LD, and the first element that marks a date."""
    found: dict[str, str] = {}
    root = tree.root
    if root is None:
        return Declared(found)
    if lang := root.attributes.get("lang"):
        found["lang"] = lang
    if (title := tree.css_first("head title")) is not None:
        found["title"] = _SPACE.sub(" ", title.text()).strip()
    for meta in tree.css("meta")[:_MAX_DECLARED]:
        attributes = meta.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = attributes.get("content")
        if name and content and content.strip():
            name, content = name.lower(), content.strip()
            if name == "article:tag" and name in found:  # one element for each tag
                found[name] = f"{found[name]}; {content}"[:_MAX_VALUE]
            found.setdefault(name, content[:_MAX_VALUE])
    body = _add_json_ld(tree, found)
    if (date := tree.css_first("time[datetime],[itemprop=datePublished]")) is not None:
        value = date.attributes.get("datetime") or date.attributes.get("content") or date.text()
        found.setdefault("time", value.strip()[:_MAX_VALUE])
    return Declared(found, body)


def _add_json_ld(tree: LexborHTMLParser, found: dict[str, str]) -> str:
    """Add what JSON-LD says, first of the thing whose headline is the page's title; its text is returned."""
    things: list[dict[str, Any]] = []
    for script in tree.css('script[type="application/ld+json"]')[:_MAX_SCRIPTS]:
        things += _things(script.text())
    titles = {_plain(found.get(name, "")) for name in ("title", "og:title")} - {""}
    things.sort(key=lambda thing: not _is_titled(thing, titles))
    for thing in things:
        for key in _JSON_LD_KEYS:
            value = thing.get(key)
            value = value[0] if isinstance(value, list) and value else value
            value = value.get("name") if isinstance(value, dict) else value
            if isinstance(value, str) and value.strip():
                found.setdefault(f"json-ld:{key}", _clean(value.strip()[:_MAX_VALUE]))
    bodies = [thing for thing in things if isinstance(thing.get("articleBody"), str)]
    if not bodies or (len(bodies) > 1 and not _is_titled(bodies[0], titles)):
        return ""  # of several texts none is known to be the page's
    return _clean(_without_tags(bodies[0]["articleBody"][:_MAX_BODY]))


def _without_tags(text: str) -> str:
    """A text that may hold HTML, a line for each of its paragraphs."""
    if not _TAG.search(text):
        return unescape(text)
    body = LexborHTMLParser(_PARAGRAPH_END.sub("\n", text)).body
    return body.text() if body is not None else ""


def _clean(text: str) -> str:
    """A text without what JSON can write and no text may hold: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def _is_titled(thing: dict[str, Any], titles: set[str]) -> bool:
    headline = thing.get("headline")
    plain = _plain(headline) if isinstance(headline, str) else ""
    return bool(plain) and any(title.startswith(plain) for title in titles)


def _plain(title: str) -> str:
    return _SPACE.sub(" ", title).strip().casefold().replace("’", "'")


def _things(data: str) -> list[dict[str, Any]]:
    """The articles and pages that a JSON-LD script describes; none where it is no JSON."""
    waiting = deque([_parsed(data)])
    found = []
    for _ in range(_MAX_THINGS):
        if not waiting:
            break
        thing = waiting.popleft()
        if isinstance(thing, list):
            waiting.extend(islice(thing, _MAX_THINGS))
        elif isinstance(thing, dict):
            if "headline" in thing or "datePublished" in thing:
                found.append(thing)
            waiting.extend(thing[key] for key in ("@graph", "mainEntity") if key in thing)
    return found


def _parsed(data: str) -> Any:
    """The value of a script, as forgiving as the readers of such pages; what stands around it is left out."""
    if len(data) > _MAX_SCRIPT:
        return None
    for text in (data, f"[{data[data.find('{') : data.rfind('}') + 1]}]"):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None
